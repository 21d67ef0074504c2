"""Time: the idle limit, its countdown, and the pause while a device works."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk_app.session.ending import end, to_idle
from kiosk_app.session.model import Session, State

if TYPE_CHECKING:
    from kiosk_app.session.reducer import Context, Result

# States in which somebody may have walked away and left something of themselves.
WATCHED = frozenset(
    {
        State.CONSENT,
        State.CARD,
        State.FACE,
        State.HOME,
        State.GUIDE,
        State.FORM,
        State.MATERIALS,
        State.REVIEW,
        State.SUBMIT,
        State.DECISION,
        State.PRINT,
        State.RECEIPT,
    }
)

FORGOTTEN_CARD_FACTOR = 15  # 20 s become 5 min


def tick(session: Session, context: Context) -> Result:
    """Counts down, and ends the session when nobody answers."""
    limits = context.limits
    if session.state is State.TAKE_CARD:
        # A card that still lies there is asked for longer; a reader that never says "lifted" must not block the hall.
        wait_s = limits.take_card_s * (FORGOTTEN_CARD_FACTOR if session.card_on_reader else 1)
        if context.now - session.last_touch >= wait_s:
            return to_idle(session, context.default_locale)
        return session, []
    if session.state not in WATCHED:
        return session, []
    if session.working_since is not None and context.now - session.working_since < limits.work_cap_s:
        return (replace(session, countdown=None) if session.countdown is not None else session), []
    quiet_s = context.now - _quiet_since(session, limits.work_cap_s)
    if quiet_s < limits.idle_s:
        return (replace(session, countdown=None) if session.countdown is not None else session), []
    left = limits.countdown_s - math.floor(quiet_s - limits.idle_s)
    if left <= 0:
        return end(session, "timed_out", context.now)
    return (session if left == session.countdown else replace(session, countdown=left)), []


def _quiet_since(session: Session, work_cap_s: float) -> float:
    """A device that works longer than the cap no longer counts: the quiet began when the cap ran out."""
    if session.working_since is None:
        return session.last_touch
    return max(session.last_touch, session.working_since + work_cap_s)
