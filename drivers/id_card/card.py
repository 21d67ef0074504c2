"""What every id-card driver gives: the content of a card, whatever reader it came through."""

from __future__ import annotations

from dataclasses import dataclass, field

INDEFINITE = "长期"  # how a card that never expires says so


@dataclass(frozen=True)
class IdCard:
    """A second-generation resident card as read. Dates are YYYYMMDD; ``valid_until`` may be 长期.

    ``repr`` shows nothing of the holder: cards end up in tracebacks.
    """

    name: str = field(repr=False)
    sex: str = field(repr=False)  # 男 女 未知 未说明
    nation: str = field(repr=False)  # 汉, 回, …: the word, not the code
    birth_date: str = field(repr=False)
    address: str = field(repr=False)  # the newest: the appended one where there is one
    id_number: str = field(repr=False)
    authority: str = field(repr=False)
    valid_from: str = field(repr=False)
    valid_until: str = field(repr=False)
    photo: bytes = field(repr=False)  # the chip's photo block as read, 1024 bytes
