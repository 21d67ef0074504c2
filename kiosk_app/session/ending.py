"""The ending that always wins: one function, from any state, twice if it must."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.session.effects import ClosePageCamera, Effect, EndFace, StopCard, Wipe
from kiosk_app.session.model import Session, State


def blank(session: Session, state: State, *, locale: str) -> Session:
    """A session with nothing of the resident in it: only what belongs to the hall itself survives."""
    return Session(
        state=state,
        locale=locale,
        offers=session.offers,
        online=session.online,
        out_of_service=session.out_of_service,
        announcements=session.announcements,
        backlog=session.backlog,
        telephone=session.telephone,
        card_on_reader=session.card_on_reader,
    )


def end(session: Session, ending: str, now: float) -> tuple[Session, list[Effect]]:
    """To TAKE_CARD, in the resident's language, with everything else forgotten and everything running stopped."""
    effects: list[Effect] = [StopCard(), EndFace(), ClosePageCamera(), Wipe(session.session_id)]
    fresh = blank(session, State.TAKE_CARD, locale=session.locale)
    return replace(fresh, ending=ending, last_touch=now), effects


def to_idle(session: Session, default_locale: str) -> tuple[Session, list[Effect]]:
    """From TAKE_CARD to the attract screen, or to OUT_OF_SERVICE where nothing is possible."""
    state = State.OUT_OF_SERVICE if session.out_of_service else State.IDLE
    return blank(session, state, locale=default_locale), []
