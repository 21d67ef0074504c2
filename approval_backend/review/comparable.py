"""Bringing names and addresses into one form, so that only real differences count."""

from __future__ import annotations

import unicodedata

_SAME = str.maketrans({"號": "号", "棟": "栋", "幢": "栋", "層": "层", "單": "单", "區": "区"})


def comparable(text: str) -> str:
    """``text`` without width variants (NFKC), spaces and punctuation; a few old character forms unified."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in narrow if char.isalnum()).translate(_SAME)


def comparable_address(address: str, district_prefixes: tuple[str, ...]) -> str:
    """As ``comparable``, and without the district in front: a contract rarely says the city that it is signed in."""
    whole = comparable(address)
    for prefix in sorted((comparable(p) for p in district_prefixes), key=len, reverse=True):
        if whole.startswith(prefix):
            return whole[len(prefix) :]
    return whole


def distance(left: str, right: str) -> int:
    """Levenshtein distance: how many characters must be changed, added or removed."""
    previous = list(range(len(right) + 1))
    for row, char in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            current.append(
                min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (char != other)),
            )
        previous = current
    return previous[-1]
