"""The packets of the ZFM-20, R30x and AS608 fingerprint modules: built, and found again in whatever the line delivers.

``EF 01 | address 4 | kind 1 | length 2 | payload | sum 2``, big-endian; length counts payload and sum; sum is that of
kind, both length bytes and the payload, modulo 65536.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum

START = bytes.fromhex("EF01")
EVERYONE = 0xFFFFFFFF  # the address that a module has when it leaves the factory
HEAD = 9  # bytes before the payload
SUM = 2
MAX_PAYLOAD = 256  # the largest packet size that a module can be set to
PACKET_SIZES = (32, 64, 128, 256)  # payload bytes of a data packet, in the order of the module's code


class Kind(IntEnum):
    """What a packet is."""

    COMMAND = 0x01
    DATA = 0x02
    ANSWER = 0x07
    LAST_DATA = 0x08


class Rejected(Enum):
    """Why bytes that began like a packet are none."""

    KIND = "kind"
    LENGTH = "length"
    CHECKSUM = "checksum"
    TRUNCATED = "truncated"
    NOISE = "noise"


@dataclass(frozen=True)
class Packet:
    """One packet whose length and sum agree. ``repr`` hides the payload: it may be somebody's finger."""

    kind: Kind
    payload: bytes = field(repr=False)
    address: int = EVERYONE


def encode(kind: Kind, payload: bytes, address: int = EVERYONE) -> bytes:
    """Start, address, kind, length, payload, sum. ValueError when the payload is empty or longer than a packet."""
    if not 1 <= len(payload) <= MAX_PAYLOAD:
        raise ValueError(f"packet payload of {len(payload)} bytes")
    counted = bytes([kind]) + (len(payload) + SUM).to_bytes(2, "big") + payload
    return START + address.to_bytes(4, "big") + counted + checksum(counted).to_bytes(2, "big")


def encode_data(data: bytes, packet_bytes: int, address: int = EVERYONE) -> Iterator[bytes]:
    """Data packets of at most ``packet_bytes`` payload, the last one marked as such."""
    pieces = [data[at : at + packet_bytes] for at in range(0, len(data), packet_bytes)]
    for number, piece in enumerate(pieces, 1):
        yield encode(Kind.LAST_DATA if number == len(pieces) else Kind.DATA, piece, address)


def checksum(counted: bytes) -> int:
    """Sum over kind, length bytes and payload."""
    return sum(counted) & 0xFFFF


class PacketParser:
    """Takes bytes as they come, gives packets as they complete.

    A start that turns out to be none costs one byte, never the rest: the search goes on behind it. It holds at most one
    packet's worth of bytes.
    """

    def __init__(self) -> None:
        self._held = bytearray()

    @property
    def holds_bytes(self) -> bool:
        """True while something unfinished waits for more."""
        return bool(self._held)

    def missing(self) -> int:
        """How many bytes may be read without reading beyond the packet that has begun; at least 1."""
        if len(self._held) < HEAD:
            return HEAD - len(self._held)
        return max(1, HEAD + int.from_bytes(self._held[7:9], "big") - len(self._held))

    def feed(self, data: bytes) -> list[Packet | Rejected]:
        """Everything that ``data`` completes, in order."""
        self._held += data
        found: list[Packet | Rejected] = []
        while (item := self._next()) is not None:
            found.append(item)
        return found

    def give_up(self) -> list[Packet | Rejected]:
        """The line has gone quiet: the unfinished start was none; what lies behind it may still hold a packet."""
        found: list[Packet | Rejected] = []
        while self._held:
            begun = self._held.startswith(START)
            found.append(Rejected.TRUNCATED if begun else Rejected.NOISE)
            del self._held[: 1 if begun else len(self._held)]
            found += self.feed(b"")
        return found

    def clear(self) -> None:
        """Forget what is held."""
        self._held.clear()

    def _next(self) -> Packet | Rejected | None:
        start = self._held.find(START)
        if start != 0:
            # a last EF may be the beginning of a start
            keep = len(self._held) - start if start > 0 else int(self._held.endswith(START[:1]))
            noisy = len(self._held) > keep
            del self._held[: len(self._held) - keep]
            return Rejected.NOISE if noisy else None
        if len(self._held) < HEAD:
            return None
        length = int.from_bytes(self._held[7:9], "big")
        if self._held[6] not in Kind.__members__.values():
            return self._reject(Rejected.KIND)
        if not 1 <= length - SUM <= MAX_PAYLOAD:
            return self._reject(Rejected.LENGTH)
        end = HEAD + length
        if len(self._held) < end:
            return None
        counted = bytes(self._held[6 : end - SUM])
        if checksum(counted) != int.from_bytes(self._held[end - SUM : end], "big"):
            return self._reject(Rejected.CHECKSUM)
        address = int.from_bytes(self._held[2:6], "big")
        del self._held[:end]
        return Packet(Kind(counted[0]), counted[3:], address)

    def _reject(self, why: Rejected) -> Rejected:
        del self._held[0]
        return why
