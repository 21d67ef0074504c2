"""What home and guide show of the resident and the chosen service."""

from __future__ import annotations

from typing import Any

from kiosk_app.session.model import Session


def project(session: Session) -> dict[str, Any]:
    """Keys: greeting (the holder's name, or empty), collectable (titles), code, name, guide, needsMaterials."""
    locale = session.locale
    return {
        "greeting": session.card.name if session.card else "",
        "collectable": [signed.order.title.pick(locale) for signed in session.collectable],
        "code": session.service,
        "name": session.service_name.pick(locale) if session.service_name else "",
        "guide": [
            {"heading": heading.pick(locale), "lines": [line.pick(locale) for line in lines]}
            for heading, lines in session.guide
        ],
    }
