"""The four layouts of the 256 bytes of text, as data: field names, offsets and sizes."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.id_card.card import CardKind

TEXT_BYTES = 256
MARKER_AT = 248  # two bytes: one UTF-16 letter that tells the layouts apart


@dataclass(frozen=True)
class Field:
    """One field of UTF-16LE text, padded with spaces. ``name`` is an attribute of IdCard or a part of one."""

    name: str
    at: int
    size: int  # bytes


@dataclass(frozen=True)
class Layout:
    """Fields in their order; ``required`` may not be empty."""

    kind: CardKind
    marker: str
    fields: tuple[Field, ...]
    required: tuple[str, ...]


def _layout(kind: CardKind, marker: str, required: str, columns: str) -> Layout:
    fields, at = [], 0
    for column in columns.split():
        name, size = column.split(":")
        if name != "-":  # reserved bytes, and the marker itself
            fields.append(Field(name, at, int(size)))
        at += int(size)
    if at != TEXT_BYTES:
        raise ValueError(f"{kind}: {at} bytes")
    return Layout(kind, marker, tuple(fields), tuple(required.split()))


RESIDENT = _layout(
    CardKind.RESIDENT,
    " ",
    "name address authority",
    "name:30 sex:2 nation:4 birth_date:16 address:70 id_number:36 authority:30 valid_from:16 valid_until:16 -:36",
)
RESIDENCE_PERMIT = _layout(
    CardKind.RESIDENCE_PERMIT,
    "J",
    "name address authority travel_permit_number",
    "name:30 sex:2 -:4 birth_date:16 address:70 id_number:36 authority:30 valid_from:16 valid_until:16 "
    "travel_permit_number:18 issue_count:4 -:6 -:2 -:6",
)
FOREIGNER_2017 = _layout(
    CardKind.FOREIGNER_2017,
    "I",
    "english_name nationality",
    "english_name:120 sex:2 id_number:30 nationality:6 name:30 valid_from:16 valid_until:16 birth_date:16 "
    "card_version:4 authority:8 -:2 -:6",
)
FOREIGNER_2023 = _layout(
    CardKind.FOREIGNER_2023,
    "Y",
    "english_name nationality",
    "name:30 sex:2 renewals:4 birth_date:16 english_name:70 id_number:36 -:30 valid_from:16 valid_until:16 "
    "english_name_more:22 nationality:6 -:2 former_number_link:6",
)
LAYOUTS = (RESIDENT, RESIDENCE_PERMIT, FOREIGNER_2017, FOREIGNER_2023)
BY_MARKER = {layout.marker: layout for layout in LAYOUTS} | {"": RESIDENT, "\0": RESIDENT}
BY_KIND = {layout.kind: layout for layout in LAYOUTS}
