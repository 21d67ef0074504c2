"""Card and face: from consent to a person who is known, or to a named way out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk_app.session import events
from kiosk_app.session.effects import BeginFace, Effect, EndFace, FindCollectable, StopCard, WatchCard
from kiosk_app.session.ending import end, to_idle
from kiosk_app.session.limits import WATCHED
from kiosk_app.session.model import CardStep, FaceView, Session, State

if TYPE_CHECKING:
    from kiosk_app.session.reducer import Context, Result

NO_PHOTO = "photo"  # a refusal of the card's photo, not of a face
MAX_ATTEMPTS = 3  # then staff, not a fourth guess: false accepts add up with every try


def reduce(session: Session, event: object, context: Context) -> Result | None:
    if isinstance(event, events.CardLifted):
        return _lifted(replace(session, card_on_reader=False), context)
    if session.state is State.CONSENT and isinstance(event, events.Back):
        return end(session, "left", context.now)
    if session.state is State.CARD:
        return _card(session, event, context)
    if session.state is State.FACE:
        return _face(session, event, context)
    if session.state is State.TAKE_CARD and isinstance(event, events.Proceed) and not session.card_on_reader:
        return to_idle(session, context.default_locale)
    return None


def _lifted(session: Session, context: Context) -> Result:
    if session.state is State.TAKE_CARD:
        return to_idle(session, context.default_locale)
    if session.state in WATCHED and session.state is not State.CARD:
        # Whoever takes the card is about to go: ask at once, not after the idle limit.
        return replace(session, last_touch=min(session.last_touch, context.now - context.limits.idle_s)), []
    return session, []


def _card(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.CardReading(_):
            return replace(session, card_step=CardStep.READING, card_problem=None, card_on_reader=True), []
        case events.CardRefused(_, problem, again):
            return replace(session, card_step=CardStep.PROBLEM, card_problem=problem, card_again=again), []
        case events.CardRead(_, card):
            read = replace(session, state=State.FACE, card=card, card_step=CardStep.PLACE, card_problem=None)
            if read.face.exhausted:  # came back through the card: the tries stay used
                return read, [StopCard()]
            return _begin(read, read.face.attempt, context, [StopCard()])
        case events.Back():
            return replace(session, state=State.CONSENT, card_step=CardStep.PLACE, card_problem=None), [StopCard()]
    return None


def _face(session: Session, event: object, context: Context) -> Result | None:
    match event:
        case events.FaceProgress(_, view):
            return replace(session, face=replace(view, attempt=session.face.attempt)), []
        case events.FaceMatched(_, evidence):
            known = replace(
                session,
                state=State.HOME,
                evidence=evidence,
                working_since=None,
                last_touch=context.now,
                face=FaceView(),
            )
            assert session.card is not None
            return known, [EndFace(), FindCollectable(session.session_id, session.card.id_number)]
        case events.FaceRefused(_, reason):
            # without the card's photo another try would find the same: straight to the ways out
            over = session.face.attempt >= MAX_ATTEMPTS or reason == NO_PHOTO
            view = FaceView(attempt=session.face.attempt, refused=reason, exhausted=over)
            return replace(session, face=view, working_since=None, last_touch=context.now), [EndFace()]
        case events.FaceRetry() if session.face.refused and not session.face.exhausted:
            return _begin(session, session.face.attempt + 1, context, [])
        case events.Proceed() if session.face.exhausted:
            return end(session, "identity_failed", context.now)
        case events.Back():
            # An attempt that is broken off counts as one: going back must not buy tries.
            used = session.face.attempt
            over = session.face.exhausted or used >= MAX_ATTEMPTS
            view = FaceView(attempt=min(used + 1, MAX_ATTEMPTS), exhausted=over)
            if session.face.refused == NO_PHOTO:  # no face was looked at: another card has the tries that were left
                view = FaceView(attempt=used)
            fresh = replace(session, state=State.CARD, card=None, face=view, working_since=None)
            return fresh, [EndFace(), WatchCard(session.session_id)]
    return None


def _begin(session: Session, attempt: int, context: Context, before: list[Effect]) -> Result:
    assert session.card is not None
    effects: list[Effect] = [*before, BeginFace(session.session_id, session.card, attempt, session.consented_at)]
    return replace(session, face=FaceView(attempt=attempt), working_since=context.now), effects
