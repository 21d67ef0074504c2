"""Simulated cards: what the chip of an invented person holds, and cards that no kiosk may take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from drivers.id_card import fingerprint, text
from drivers.id_card.card import CardKind, Enrolment
from drivers.id_card.layouts import MARKER_AT
from drivers.id_card.photo import Bgr, encode_synthetic

SPECIMENS = Path(__file__).with_name("specimens.toml")


@dataclass(frozen=True)
class SimulatedCard:
    """The contents of one chip. ``label`` is what the dock calls it; ``newest_addresses`` is oldest first."""

    label: str
    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    newest_addresses: tuple[str, ...] = field(default=(), repr=False)
    fingerprint: bytes = field(default=b"", repr=False)  # 0, 512 or 1,024 bytes


def card_for(
    person: Mapping[str, str], face_bgr: Bgr, label: str, newest_addresses: tuple[str, ...] = ()
) -> SimulatedCard:
    """The card of one entry of rig/people.toml with that face (uint8 BGR, any size, about 4:5 upright) on the chip.

    Raises KeyError or ValueError naming a field that is missing or does not fit.
    """
    words = {
        "name": person["name"],
        "sex": next(code for code, word in text.SEX.items() if word == person["sex"]),
        "nation": person["nation_code"],
        "birth_date": person["birth_date"],
        "address": person["address"],
        "id_number": person["id_number"],
        "authority": person["authority"],
        "valid_from": person["valid_from"],
        "valid_until": person["valid_until"],
    }
    return SimulatedCard(label, text.encode(words), encode_synthetic(face_bgr), newest_addresses)


def specimens() -> Mapping[str, Mapping[str, str]]:
    """The invented holders of residence permits and foreigners' cards."""
    return tomllib.loads(SPECIMENS.read_text(encoding="utf-8"))


def specimen_card(label: str, face_bgr: Bgr) -> SimulatedCard:
    """The card of one entry of specimens.toml. KeyError for a label that is none."""
    words = specimens()[label]
    return SimulatedCard(label, text.encode(words, CardKind(words["kind"])), encode_synthetic(face_bgr))


def with_fingers(card: SimulatedCard, count: int) -> SimulatedCard:
    """The same card with 0, 1 or 2 made-up finger templates: right and left thumb."""
    fingers = (fingerprint.encode(11, 80), fingerprint.encode(16, 60))
    return replace(card, fingerprint=b"".join(fingers[:count]))


def refused_cards(person: Mapping[str, str], face_bgr: Bgr) -> dict[str, SimulatedCard]:
    """Cards that a reader reads well and a kiosk must refuse, by the fault code that each means."""
    good = card_for(person, face_bgr, "good")
    marker = "Q".encode("utf-16-le")
    return {
        "expired": card_for({**person, "valid_until": "20200102"}, face_bgr, "expired"),
        "not_yet_valid": card_for(
            {**person, "valid_from": "20981231", "valid_until": "20991231"}, face_bgr, "not_yet_valid"
        ),
        "number_invalid": card_for(
            {**person, "id_number": _wrong_check(person["id_number"])}, face_bgr, "wrong number"
        ),
        "text_invalid": replace(good, label="damaged text", text=b"\xff" * 30 + good.text[30:]),
        "not_a_resident_card": replace(
            good, label="unknown kind", text=good.text[:MARKER_AT] + marker + good.text[MARKER_AT + 2 :]
        ),
        "photo_undecodable": replace(good, label="damaged photo", photo=b"RIFF".ljust(len(good.photo), b"\x55")),
        "fingerprint_invalid": replace(
            good, label="damaged fingerprint", fingerprint=b"X" + fingerprint.encode(0, 0, Enrolment.FAILED)[1:]
        ),
    }


def _wrong_check(number: str) -> str:
    return number[:-1] + ("1" if number[-1] != "1" else "2")
