"""What the card and face screens show."""

from __future__ import annotations

from typing import Any

from kiosk_app.session.model import Session


def project(session: Session) -> dict[str, Any]:
    """What the card and face screens read; ``secondsLeft`` is -1 where there is no limit."""
    face = session.face
    return {
        "cardStep": session.card_step.value,
        "cardProblem": session.card_problem.pick(session.locale) if session.card_problem else "",
        "cardAgain": session.card_again,
        "attempt": face.attempt,
        "hint": face.hint,
        "challenge": face.challenge,
        "secondsLeft": -1 if face.seconds_left is None else face.seconds_left,
        "challengesDone": face.step,
        "challenges": face.steps,
        "refused": face.refused,
        "exhausted": face.exhausted,
    }
