"""Allotting a unified social credit code (GB 32100) to a new sole proprietor."""

from __future__ import annotations

from wire.identifiers import social_credit_code

REGISTRATION_AUTHORITY = "9"  # GB 32100 table 1: market regulation
SOLE_PROPRIETOR = "2"  # GB 32100 table 1, under 9: individual business
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I O S V Z
_LEADING = "MA"  # how organisation codes given by registration authorities begin since 2015
_COUNTED = 6  # characters left for the count: 31^6, 887 million
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, clause 4


def organisation_code(number: int) -> str:
    """The ``number``-th organisation code: 8 characters and the GB 11714 check character.

    Raises ValueError out of range.
    """
    if not 0 < number < len(_ALPHABET) ** _COUNTED:
        raise ValueError("organisation codes of this authority are used up")
    digits = ""
    for _ in range(_COUNTED):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    body = _LEADING + digits
    check = (11 - sum(weight * int(char, 36) for weight, char in zip(_WEIGHTS, body, strict=True)) % 11) % 11
    return body + ("X" if check == 10 else str(check))


def sole_proprietor_code(region_code: str, number: int) -> str:
    """The 18-character code of the ``number``-th sole proprietor in ``region_code`` (6 digits, GB/T 2260)."""
    return social_credit_code(REGISTRATION_AUTHORITY, SOLE_PROPRIETOR, region_code, organisation_code(number))
