"""The 256 bytes of text on a card: UTF-16LE, fixed fields, padded with spaces; and the file of appended addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from drivers.device import Fault
from drivers.id_card.card import INDEFINITE, CardKind, IdCard
from drivers.id_card.layouts import BY_KIND, BY_MARKER, MARKER_AT, TEXT_BYTES, Layout
from drivers.id_card.nations import NATIONS

ADDRESS_BYTES = 70
ADDRESSES_KEPT = 4  # the file of appended addresses has room for four
NEWEST_ADDRESS_BYTES = ADDRESS_BYTES * ADDRESSES_KEPT

SEX = {"0": "未知", "1": "男", "2": "女", "9": "未说明"}
# Control and format characters, halves of surrogate pairs, line breaks. Private-use characters stay: rare characters of
# people's names are on cards as such.
FORBIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
ERASED = "\ufffe\uffff"  # what an erased memory reads as
NATIONALITY = re.compile(r"[A-Z]{3}")


def parse(block: bytes) -> IdCard:
    """The card without photo and newest address.

    Faults: ``not_a_resident_card`` for a marker that no layout has, ``text_invalid`` (detail: the field's name only).
    """
    if len(block) != TEXT_BYTES:
        raise Fault("id_card.text_invalid", f"{len(block)} bytes instead of {TEXT_BYTES}")
    layout = BY_MARKER.get(_decode(block[MARKER_AT : MARKER_AT + 2], "marker"))
    if layout is None:
        raise Fault("id_card.not_a_resident_card", f"unknown marker at byte {MARKER_AT}")
    words = _words(block, layout)
    for name in layout.required:
        if not words[name]:
            raise Fault("id_card.text_invalid", f"{name} is empty")
    words["sex"] = _word(SEX, words["sex"], "sex")
    if layout.kind is CardKind.RESIDENT:
        words["nation"] = _word(NATIONS, words["nation"], "nation")
    if words.get("nationality") and not NATIONALITY.fullmatch(words["nationality"]):
        raise Fault("id_card.text_invalid", "nationality is not three letters")
    _check_dates(words)
    words["name"] = words["name"] or words["english_name"]
    return IdCard(**{"nation": "", "address": "", "authority": "", **words}, photo=b"", kind=layout.kind)  # type: ignore[arg-type]


def encode(words: Mapping[str, str], kind: CardKind = CardKind.RESIDENT) -> bytes:
    """The 256 bytes of a card; ``words`` has the layout's field names, sex and nation as codes. For the simulator.

    Raises KeyError or ValueError naming a field that is missing or does not fit.
    """
    layout = BY_KIND[kind]
    block = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    block[MARKER_AT : MARKER_AT + 2] = layout.marker.encode("utf-16-le")
    sizes = {field.name: field.size for field in layout.fields}
    for field in layout.fields:
        text = words.get(field.name, "") if field.name not in layout.required else words[field.name]
        if field.name == "english_name" and "english_name_more" in sizes:
            text, rest = text[: field.size // 2], text[field.size // 2 :]
            words = {**words, "english_name_more": rest}
        block[field.at : field.at + field.size] = _padded(text, field.size, field.name)
    return bytes(block)


def encode_addresses(addresses: tuple[str, ...]) -> bytes:
    """The 280 bytes of appended addresses, oldest first. For the simulator."""
    if len(addresses) > ADDRESSES_KEPT:
        raise ValueError(f"at most {ADDRESSES_KEPT} appended addresses")
    rows = (*addresses, *("",) * (ADDRESSES_KEPT - len(addresses)))
    return b"".join(_padded(row, ADDRESS_BYTES, "address") for row in rows)


def newest_address(block: bytes) -> str:
    """The last written of the appended addresses, or "" when there is none. Fault ``id_card.text_invalid``."""
    if len(block) % ADDRESS_BYTES or len(block) > NEWEST_ADDRESS_BYTES:
        raise Fault("id_card.text_invalid", f"appended addresses of {len(block)} bytes")
    rows = [_decode(block[at : at + ADDRESS_BYTES], "address") for at in range(0, len(block), ADDRESS_BYTES)]
    return next((row for row in reversed(rows) if row), "")


def _words(block: bytes, layout: Layout) -> dict[str, str]:
    raw = {field.name: block[field.at : field.at + field.size] for field in layout.fields}
    if "english_name_more" in raw:  # joined before the padding is cut: the break may fall on a space
        raw["english_name"] += raw.pop("english_name_more")
    return {name: _decode(part, name) for name, part in raw.items()}


def _decode(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-16-le").rstrip(" \0")
    except UnicodeDecodeError:
        raise Fault("id_card.text_invalid", f"{name} is not UTF-16") from None
    if any(char in ERASED or unicodedata.category(char) in FORBIDDEN for char in text):
        raise Fault("id_card.text_invalid", f"{name} holds control characters")
    return text


def _padded(text: str, size: int, name: str) -> bytes:
    raw = text.encode("utf-16-le")
    if len(raw) > size:
        raise ValueError(f"{name}: {len(raw)} bytes, room for {size}")
    return raw + " ".encode("utf-16-le") * ((size - len(raw)) // 2)


def _word(table: Mapping[str, str], code: str, name: str) -> str:
    if code not in table:
        raise Fault("id_card.text_invalid", f"{name} code is unknown")
    return table[code]


def _check_dates(words: Mapping[str, str]) -> None:
    for name in ("birth_date", "valid_from"):
        _check_date(words[name], name)
    if words["valid_until"] == INDEFINITE:
        return
    _check_date(words["valid_until"], "valid_until")
    if words["valid_until"] < words["valid_from"]:
        raise Fault("id_card.text_invalid", "valid_until is before valid_from")


def _check_date(text: str, name: str) -> None:
    # strptime alone takes "2020 1 1" and short years
    if len(text) == 8 and text.isascii() and text.isdigit():
        try:
            datetime.strptime(text, "%Y%m%d")
        except ValueError:
            pass
        else:
            return
    raise Fault("id_card.text_invalid", f"{name} is no date")
