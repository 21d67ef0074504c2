"""The resident's session as a pure state machine: (session, event) -> (session, effects)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk_app.session import applying, events, finishing, identifying
from kiosk_app.session.effects import Effect, WatchCard
from kiosk_app.session.ending import end, to_idle
from kiosk_app.session.limits import tick
from kiosk_app.session.model import Session, State
from kiosk_app.settings import Limits


@dataclass(frozen=True)
class Context:
    """What a pure function may not fetch by itself."""

    now: float  # monotonic seconds
    wall: datetime
    new_id: Callable[[], str]
    limits: Limits
    default_locale: str = "zh_CN"


Result = tuple[Session, list[Effect]]

# Anything that a finger did: it proves that somebody is there.
TOUCHES = (
    events.Touched,
    events.Start,
    events.LanguageChosen,
    events.ConsentGiven,
    events.ConsentRefused,
    events.FaceRetry,
    events.Back,
    events.StayHere,
    events.ServiceChosen,
    events.BeginApplication,
    events.FieldChanged,
    events.NextPage,
    events.CapturePage,
    events.RetakePage,
    events.AcceptPage,
    events.EditPage,
    events.SubmitPressed,
    events.AskHuman,
    events.Collect,
    events.PrintPressed,
    events.Proceed,
)

NO_SESSION = (State.IDLE, State.OUT_OF_SERVICE, State.MAINTENANCE, State.FAILSAFE)


def reduce(session: Session, event: object, context: Context) -> Result:
    """The one entry. Late results of another session, and events that the state does not know, change nothing."""
    if getattr(event, "session_id", session.session_id) != session.session_id:
        return session, []
    if isinstance(event, TOUCHES):
        session = replace(session, last_touch=context.now, countdown=None)
    result = _anywhere(session, event, context)
    if result is not None:
        return result
    for room in (identifying.reduce, applying.reduce, finishing.reduce):
        result = room(session, event, context)
        if result is not None:
            return result
    return session, []


def _anywhere(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.Tick():
            return tick(session, context)
        case events.LanguageChosen(locale):
            return replace(session, locale=locale), []
        case events.Leave() if session.state not in (*NO_SESSION, State.TAKE_CARD):
            return end(session, "identity_failed" if session.face.exhausted else "left", context.now)
        case events.OffersChanged(offers, online, out_of_service, announcements, backlog):
            news = replace(session, announcements=announcements, backlog=backlog)
            return _offers(replace(news, offers=offers, online=online, out_of_service=out_of_service), context)
        case events.Unexpected():
            ended, effects = end(session, "failed", context.now)
            return replace(ended, state=State.FAILSAFE), effects
        case events.Start() if session.state is State.IDLE:
            return replace(session, state=State.CONSENT, session_id=context.new_id(), notice=None), []
        case events.ConsentGiven() if session.state is State.CONSENT:
            fresh = replace(session, state=State.CARD, consented_at=context.wall.isoformat())
            return fresh, [WatchCard(session.session_id)]
        case events.ConsentRefused() if session.state is State.CONSENT:
            return end(session, "consent_refused", context.now)
    return None


def _offers(session: Session, context: Context) -> Result:
    """Readiness never throws a resident out: it opens and closes only the door."""
    if session.state is State.IDLE and session.out_of_service:
        return replace(session, state=State.OUT_OF_SERVICE), []
    if session.state is State.OUT_OF_SERVICE and not session.out_of_service:
        return to_idle(session, context.default_locale)
    return session, []
