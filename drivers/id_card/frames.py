"""The frames of the SAM_V card module: built, and found again in whatever the line delivers.

``AA AA AA 96 69 | LenH LenL | body | CHK``; Len counts body and CHK; CHK is the XOR of both length bytes and the body.
Body of a command: CMD PARA [data]; of a reply: SW1 SW2 SW3 [data].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import reduce
from operator import xor

PREAMBLE = bytes.fromhex("AAAAAA9669")
MIN_COMMAND = 2  # bytes of body: CMD PARA
MIN_REPLY = 3  # bytes of body: SW1 SW2 SW3
MAX_BODY = 4095  # the longest known reply (30 10, two fingers) has 2313; more is noise and must not be waited for


class Rejected(Enum):
    """Why bytes that began like a frame are none."""

    LENGTH = "length"
    CHECKSUM = "checksum"
    TRUNCATED = "truncated"
    NOISE = "noise"


@dataclass(frozen=True)
class Frame:
    """The body of one frame whose length and checksum agree. ``repr`` shows its size only: bodies carry residents."""

    body: bytes = field(repr=False)


def encode(body: bytes) -> bytes:
    """Preamble, length, body, checksum. Raises ValueError when the body is longer than a frame may be."""
    if not MIN_COMMAND <= len(body) <= MAX_BODY:
        raise ValueError(f"frame body of {len(body)} bytes")
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([checksum(counted)])


def checksum(counted: bytes) -> int:
    """XOR over the length bytes and the body."""
    return reduce(xor, counted, 0)


class FrameParser:
    """Takes bytes as they come, gives frames as they complete.

    A start that turns out to be none costs one byte, never the rest: the search goes on behind it. It holds at most one
    frame's worth of bytes.
    """

    def __init__(self, min_body: int = MIN_REPLY) -> None:
        self._min_body = min_body
        self._held = bytearray()

    @property
    def holds_bytes(self) -> bool:
        """True while something unfinished waits for more."""
        return bool(self._held)

    def feed(self, data: bytes) -> list[Frame | Rejected]:
        """Everything that ``data`` completes, in order."""
        self._held += data
        found: list[Frame | Rejected] = []
        while (item := self._next()) is not None:
            found.append(item)
        return found

    def give_up(self) -> list[Frame | Rejected]:
        """The line has gone quiet: the unfinished start was none; what lies behind it may still hold a frame."""
        found: list[Frame | Rejected] = []
        while self._held:
            begun = self._held.startswith(PREAMBLE)
            found.append(Rejected.TRUNCATED if begun else Rejected.NOISE)
            del self._held[: 1 if begun else len(self._held)]
            found += self.feed(b"")
        return found

    def clear(self) -> None:
        """Forget what is held."""
        self._held.clear()

    def _next(self) -> Frame | Rejected | None:
        start = self._held.find(PREAMBLE)
        if start < 0:
            keep = _overlap(self._held)
            noisy = len(self._held) > keep
            del self._held[: len(self._held) - keep]
            return Rejected.NOISE if noisy else None
        if start > 0:
            del self._held[:start]
            return Rejected.NOISE
        head = len(PREAMBLE) + 2
        if len(self._held) < head:
            return None
        length = int.from_bytes(self._held[head - 2 : head], "big")
        if not self._min_body <= length - 1 <= MAX_BODY:
            del self._held[0]
            return Rejected.LENGTH
        if len(self._held) < head + length:
            return None
        counted = bytes(self._held[len(PREAMBLE) : head + length - 1])
        if checksum(counted) != self._held[head + length - 1]:
            del self._held[0]
            return Rejected.CHECKSUM
        del self._held[: head + length]
        return Frame(counted[2:])


def _overlap(held: bytearray) -> int:
    """How many last bytes may be the beginning of a preamble."""
    return next((n for n in range(len(PREAMBLE) - 1, 0, -1) if held.endswith(PREAMBLE[:n])), 0)
