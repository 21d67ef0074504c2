"""Simulated resident cards: what the chip of an invented person holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.id_card import text
from drivers.id_card.photo import Bgr, encode_synthetic


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
