"""What the document camera's screen shows."""

from __future__ import annotations

from typing import Any

from kiosk_app.session.model import Session


def project(session: Session) -> dict[str, Any]:
    """Keys: index, count, title, hint, previewing, busy, problem, kept (title and whether captured, per material)."""
    view, locale = session.materials, session.locale
    need = view.needs[view.index] if 0 <= view.index < len(view.needs) else None
    return {
        "index": view.index,
        "count": len(view.needs),
        "title": need.title.pick(locale) if need else "",
        "hint": need.hint.pick(locale) if need else "",
        "previewing": view.preview is not None,
        "busy": view.busy,
        "problem": view.problem,
        "kept": [{"title": each.title.pick(locale), "captured": each.kind in view.captured} for each in view.needs],
    }
