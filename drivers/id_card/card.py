"""What every id-card driver gives: the content of a card, whatever reader it came through."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

INDEFINITE = "长期"  # how a card that never expires says so


class CardKind(StrEnum):
    """The four cards that a SAM_V module reads; each has its own layout (layouts.py)."""

    RESIDENT = "resident"  # 居民身份证
    RESIDENCE_PERMIT = "residence_permit"  # 港澳台居民居住证
    FOREIGNER_2017 = "foreigner_2017"  # 外国人永久居留身份证, issued from 2017
    FOREIGNER_2023 = "foreigner_2023"  # 外国人永久居留身份证, issued from 2023


class Enrolment(StrEnum):
    """What a card says about one of its two finger templates."""

    OK = "ok"
    FAILED = "failed"
    NOT_ENROLLED = "not_enrolled"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fingerprint:
    """One of the two 512-byte parts. ``feature`` is the whole part as read: a licensed library matches it."""

    enrolment: Enrolment
    finger: int = field(repr=False)  # 11 … 15 right thumb … little, 16 … 20 left, 97 … 99 uncertain, 0 none
    quality: int = field(repr=False)  # 1 … 100, 0 when nothing is enrolled
    feature: bytes = field(repr=False)


@dataclass(frozen=True)
class IdCard:
    """A card as read. Dates are YYYYMMDD; ``valid_until`` may be 长期. What a kind does not have is empty.

    ``repr`` shows nothing of the holder: cards end up in tracebacks.
    """

    name: str = field(repr=False)  # Chinese; a foreigner without a Chinese name has the English one here too
    sex: str = field(repr=False)  # 男 女 未知 未说明
    nation: str = field(repr=False)  # 汉, 回, …: the word, not the code; residents only
    birth_date: str = field(repr=False)
    address: str = field(repr=False)  # the newest: the appended one where there is one; not on foreigners' cards
    id_number: str = field(repr=False)
    authority: str = field(repr=False)  # in words; the code on a foreigner's card of 2017, nothing on one of 2023
    valid_from: str = field(repr=False)
    valid_until: str = field(repr=False)
    photo: bytes = field(repr=False)  # the chip's photo block as read, 1024 bytes
    kind: CardKind = CardKind.RESIDENT
    english_name: str = field(default="", repr=False)
    nationality: str = field(default="", repr=False)  # ISO 3166 alpha-3; foreigners only
    travel_permit_number: str = field(default="", repr=False)  # residence permits only
    issue_count: str = field(default="", repr=False)  # residence permits only
    card_version: str = field(default="", repr=False)  # foreigners of 2017
    renewals: str = field(default="", repr=False)  # foreigners of 2023
    former_number_link: str = field(default="", repr=False)  # foreigners of 2023
    fingerprints: tuple[Fingerprint, ...] = field(default=(), repr=False)  # only when the driver was told to read them
