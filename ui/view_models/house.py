"""What every screen shows: the state, the language, the countdown, the journey's step."""

from __future__ import annotations

from typing import Any

from kiosk_app.session.model import Session, State
from wire.announcements import Severity

# The journey as a resident counts it; screens outside it (idle, out of service …) have no step.
STEP_OF_STATE = {
    State.CONSENT: 1,
    State.CARD: 1,
    State.FACE: 1,
    State.HOME: 2,
    State.GUIDE: 2,
    State.FORM: 3,
    State.MATERIALS: 3,
    State.REVIEW: 4,
    State.SUBMIT: 5,
    State.DECISION: 5,
    State.PRINT: 6,
    State.RECEIPT: 6,
    State.TAKE_CARD: 6,
}

# Where one screen back is a thing to want. After the seal there is no way back: the office has it.
BACK_FROM = {State.CONSENT, State.CARD, State.FACE, State.GUIDE, State.FORM, State.MATERIALS, State.REVIEW}
# Where a resident may end by themselves; the others end by themselves or are nobody's session.
LEAVE_FROM = {
    State.CONSENT,
    State.CARD,
    State.FACE,
    State.HOME,
    State.GUIDE,
    State.FORM,
    State.MATERIALS,
    State.REVIEW,
    State.DECISION,
    State.PRINT,
    State.RECEIPT,
}


def project(session: Session) -> dict[str, Any]:
    """What every screen reads; ``countdown`` is -1 and ``step`` 0 where there is none."""
    locale = session.locale
    return {
        "state": session.state.value,
        "locale": locale,
        "online": session.online,
        "telephone": session.telephone,
        "backlog": session.backlog,
        "announcements": [
            {"id": each.id, "text": each.text.pick(locale), "grave": each.severity is Severity.URGENT}
            for each in session.announcements
        ],
        "notice": session.out_of_service.pick(locale) if session.out_of_service else "",
        "said": session.notice.pick(locale) if session.notice else "",
        "countdown": -1 if session.countdown is None else session.countdown,
        "step": STEP_OF_STATE.get(session.state, 0),
        "mayGoBack": session.state in BACK_FROM,
        "mayLeave": session.state in LEAVE_FROM,
        "ending": session.ending,
        "cardOnReader": session.card_on_reader,
        "offers": [
            {
                "code": offer.code,
                "name": offer.name.pick(locale),
                "group": offer.group.pick(locale),
                "summary": offer.summary.pick(locale),
                "available": offer.available,
                "listedOnly": offer.listed_only,
                "readable": offer.guide,
                "reasons": [reason.pick(locale) for reason in offer.reasons],
            }
            for offer in session.offers
        ],
    }
