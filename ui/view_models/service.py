"""What home and guide show of the resident and the chosen service."""

from __future__ import annotations

from typing import Any

from kiosk_app.session.model import LetterView, Session


def project(session: Session) -> dict[str, Any]:
    """Keys: greeting (the holder's name, or empty), collectable (titles), letters, code, name, guide, open, reasons.

    ``open``: the chosen service is possible now; ``reasons`` says why not, or what to expect.
    """
    locale = session.locale
    offer = next((each for each in session.offers if each.code == session.service), None)
    return {
        "greeting": session.card.name if session.card else "",
        "collectable": [signed.order.title.pick(locale) for signed in session.collectable],
        "letters": [_letter(each, locale) for each in session.letters],
        "open": offer is not None and offer.available,
        "reasons": [reason.pick(locale) for reason in offer.reasons] if offer else [],
        "code": session.service,
        "name": session.service_name.pick(locale) if session.service_name else "",
        "guide": [
            {"heading": heading.pick(locale), "lines": [line.pick(locale) for line in lines]}
            for heading, lines in session.guide
        ],
    }


def _letter(letter: LetterView, locale: str) -> dict[str, Any]:
    at = letter.sealed_at.astimezone()
    return {
        "number": letter.number,
        "on": f"{at.month}月{at.day}日" if locale.startswith("zh") else f"{at.day} {at:%B}",
        "service": letter.service.pick(locale) if letter.service else "",
        "why": letter.why.pick(locale) if letter.why else "",
        "next": letter.next.pick(locale),
    }
