"""From what was read to a card that may be used: fields, number and validity checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

from drivers.device import Fault
from drivers.id_card import fingerprint, text
from drivers.id_card.card import INDEFINITE, IdCard
from drivers.id_card.content import Content
from drivers.id_card.numbers import is_number_of

CHINA = timezone(timedelta(hours=8))


def china_today() -> date:
    """The date by which a card is valid or not, whatever the machine's time zone."""
    return datetime.now(UTC).astimezone(CHINA).date()


def accepted(content: Content, newest_address: bytes, today: date) -> IdCard:
    """The card, with the newest of its addresses. ``newest_address`` is the separate file, empty when there is none.

    Faults: ``text_invalid``, ``not_a_resident_card``, ``number_invalid``, ``not_yet_valid``, ``expired``,
    ``fingerprint_invalid``. The photo stays a block of bytes; see photo.py.
    """
    card = text.parse(content.text)
    if not is_number_of(card.kind, card.id_number):
        raise Fault("id_card.number_invalid", f"number of a {card.kind} card")
    _check_validity(card, today.strftime("%Y%m%d"))
    return replace(
        card,
        address=text.newest_address(newest_address) or card.address,
        photo=content.photo,
        fingerprints=fingerprint.parse(content.fingerprint),
    )


def _check_validity(card: IdCard, today: str) -> None:
    if card.valid_from > today:
        raise Fault("id_card.not_yet_valid")
    if card.valid_until != INDEFINITE and card.valid_until < today:
        raise Fault("id_card.expired")
