"""A SAM_V card module from the other end of the wire, which also misbehaves as real ones do."""

from __future__ import annotations

import random
import threading
from typing import Any

from drivers.id_card import content, text
from drivers.id_card.cards import SimulatedCard
from drivers.id_card.frames import MIN_COMMAND, PREAMBLE, Frame, FrameParser, encode
from drivers.id_card.sam_serial import BAUDS
from drivers.simulated_port import SimulatedPort

LATE_S = 1.5  # longer than the driver waits for a find, shorter than anybody's patience
LATE_READ_S = 6.0  # longer than the driver waits for a read
NOISE_BYTES = 24
GARBAGE_BYTES = 300

# which command each status byte is the answer to; the others are answered properly
STATUS_FAULTS: dict[int, tuple[str, ...]] = {
    0x10: ("11", "20", "30"),
    0x11: ("11", "20", "30"),
    0x21: ("11", "20", "30"),
    0x24: ("11", "20", "30"),
    0x31: ("2002",),
    0x32: ("2002",),
    0x33: ("3001", "3010"),
    0x40: ("2002",),
    0x41: ("3001", "3010"),
    0x47: ("2002",),
    0x60: ("11",),
    0x66: ("11", "20", "30"),
    0x80: ("2001",),
    0x81: ("2002",),
    0x91: ("3001", "3010"),
}
UNDEFINED_STATUS = 0x77  # a status byte that no document knows
SAM_NUMBER = (5, 3, 20180101, 1, 1)
LINE_FAULTS = ("silence", "garbage", "truncated", "oversized", "wrong_checksum", "late", "noise", "glued", "stalled")
CONTENT_FAULTS = (
    "lying_lengths",
    "lifted_mid_read",
    "swapped_mid_read",
    "unplugged_mid_read",
    "late_read",
    "unknown_status",
    "keeps_baud",
)
KINDS = (*LINE_FAULTS, *CONTENT_FAULTS, *(f"sw_{code:02x}" for code in STATUS_FAULTS))


class IdCardSimulator:
    """One reader on a pty (``port``). Its methods are a person's hands and may be called from any thread."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.RLock()
        self._card: SimulatedCard | None = None
        self._seen = False  # the card that lies there has been found: not again until it was lifted
        self._selected = False
        self._kind: str | None = None
        self._left: int | None = None
        self._chance = random.Random(seed)
        self._parser = FrameParser(MIN_COMMAND)
        self._reads = 0
        self._baud = BAUDS[0]
        self._waiting: SimulatedCard | None = None
        self._port = SimulatedPort("id_card", self._received)
        self.port = self._port.path

    def close(self) -> None:
        """Unplug the reader."""
        self._port.close()

    def put(self, card: SimulatedCard) -> None:
        """Lay a card on the reader; another one that lies there is lifted first."""
        with self._lock:
            self._card, self._seen, self._selected = card, False, False

    def put_next(self, card: SimulatedCard) -> None:
        """Hold a card ready that ``swapped_mid_read`` lays down in the place of the one that is being read."""
        with self._lock:
            self._waiting = card

    def take(self) -> None:
        """Lift whatever lies there."""
        with self._lock:
            self._card, self._seen, self._selected = None, False, False

    def misbehave(self, kind: str, times: int | None = None) -> None:
        """Show one of KINDS, for the next ``times`` answers or until ``behave``. ValueError names what is allowed."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._lock:
            self._kind, self._left = kind, times
        if kind == "stalled":
            self._port.stall()

    def behave(self) -> None:
        """Be a good reader again."""
        with self._lock:
            self._kind, self._left = None, None
        self._port.go_on()
        self._port.call_off()

    def babble(self, data: bytes) -> None:
        """Send bytes that nobody asked for."""
        self._port.send(data)

    def state(self) -> dict[str, Any]:
        """For the dock: which card lies there, how the reader misbehaves, how often a card was read."""
        with self._lock:
            return {
                "port": self.port,
                "card": self._card.label if self._card else None,
                "misbehaving": self._kind,
                "reads": self._reads,
                "baud": self._baud,
            }

    @property
    def traffic(self) -> list[tuple[str, bytes]]:
        """The last bytes on the wire: ("in"|"out", at most 64 bytes)."""
        return list(self._port.traffic)

    def _received(self, data: bytes) -> None:
        with self._lock:
            if self._port.baud() != self._baud:
                return  # at the wrong speed every byte is a framing error
            for item in self._parser.feed(data):
                if isinstance(item, Frame):
                    self._answer(item.body)
            # a module's command buffer is short; what does not begin like a frame was dropped by the parser

    def _answer(self, command: bytes) -> None:
        kind = self._use_up(command)
        if kind == "unplugged_mid_read":
            self.close()
            return
        if kind == "lifted_mid_read":
            self.take()
        frame = encode(self._reply(command, kind))
        if kind == "swapped_mid_read" and self._waiting is not None:
            self.put(self._waiting)  # after the answer: the next question finds another card, not selected
        match kind:
            case "silence":
                return
            case "garbage":
                frame = self._chance.randbytes(GARBAGE_BYTES)
            case "truncated":
                frame = frame[: max(6, len(frame) // 2)]
            case "oversized":
                frame = PREAMBLE + b"\xff\xff" + frame[7:]
            case "wrong_checksum":
                frame = frame[:-1] + bytes([frame[-1] ^ 0x5A])
            case "noise":
                frame = self._noise() + frame + self._noise()
            case "glued":
                frame += encode(bytes([0, 0, 0x41]))  # somebody else's answer right behind ours
            case _:
                pass
        self._port.send(frame, {"late": LATE_S, "late_read": LATE_READ_S}.get(kind or "", 0.0))

    def _use_up(self, command: bytes) -> str | None:
        """The misbehaviour that applies to this command, counted."""
        kind = self._kind
        if kind is None or not _applies(kind, command):
            return None
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self._kind, self._left = None, None
        return kind

    def _reply(self, command: bytes, kind: str | None) -> bytes:
        if kind == "unknown_status":
            return bytes([0, 0, UNDEFINED_STATUS])
        if kind is not None and kind.startswith("sw_"):
            return bytes([0, 0, int(kind[3:], 16)])
        match command[:2].hex():
            case "10ff":
                self._seen = self._selected = False
                return bytes([0, 0, 0x90])
            case "11ff":
                return bytes([0, 0, 0x90])
            case "6000" | "6001" | "6002" | "6003" | "6004":
                if kind != "keeps_baud":
                    self._baud = BAUDS[command[1]]
                return bytes([0, 0, 0x90])
            case "12ff":
                return bytes([0, 0, 0x90]) + content.encode_sam_id(*SAM_NUMBER)
            case "2001":
                return self._find()
            case "2002":
                return self._select()
            case "3001" | "3003" | "3010":
                data = self._read(command[:2].hex())
                return data[:3] + b"\xff\xff" + data[5:] if kind == "lying_lengths" else data
            case _:
                return bytes([0, 0, 0x21])

    def _find(self) -> bytes:
        if self._card is None or self._seen:
            return bytes([0, 0, 0x80])
        self._seen = True
        return bytes([0, 0, 0x9F, 0, 0, 0, 0])

    def _select(self) -> bytes:
        if self._card is None or not self._seen:
            return bytes([0, 0, 0x81])
        self._selected = True
        return bytes([0, 0, 0x90]) + bytes(8)

    def _read(self, command: str) -> bytes:
        card = self._card
        if card is None or not self._selected:
            return bytes([0, 0, 0x41])
        if command == "3003":
            if not card.newest_addresses:
                return bytes([0, 0, 0x91])
            return bytes([0, 0, 0x90]) + text.encode_addresses(card.newest_addresses)
        self._reads += 1
        parts = content.Content(card.text, card.photo, card.fingerprint)
        return bytes([0, 0, 0x90]) + content.join(parts, with_fingerprint=command == "3010")

    def _noise(self) -> bytes:
        """Bytes that are no preamble, however they fall."""
        return bytes(self._chance.choice(b"\x00\x55\xaa\xff\x96") for _ in range(NOISE_BYTES)) + b"\x00"


def _applies(kind: str, command: bytes) -> bool:
    if kind == "keeps_baud":
        return command[:1] == b"\x60"
    if kind in ("lying_lengths", "late_read"):
        return command[:2] in (b"\x30\x01", b"\x30\x10")
    if kind in ("lifted_mid_read", "swapped_mid_read", "unplugged_mid_read"):
        return command[:1] == b"\x30"
    if kind.startswith("sw_"):
        return command.hex().startswith(STATUS_FAULTS[int(kind[3:], 16)])
    return True
