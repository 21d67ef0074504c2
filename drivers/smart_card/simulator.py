"""A card in a virtual reader, which also misbehaves as cards and their contacts do."""

from __future__ import annotations

import random
import threading
from collections import deque
from typing import Any

from drivers.smart_card.simulated_files import PIECE, Application, Command
from drivers.smart_card.vpcd import Bounce, Pull, VirtualSlot

ATR = bytes.fromhex("3B9F95813FC7A08031E073FA21106300000083F09000BB")  # T=1, as contactless cards are shown
MUTE_ATR = bytes(2)  # nothing that a reader could take for an answer to reset
LATE_S = 1.5  # longer than a reader's usual answer, well inside the driver's limit
TRAFFIC_KEPT = 64  # messages; what a person can look at on the dock
TRAFFIC_CHUNK = 64  # bytes of each that are kept
GARBAGE_BYTES = 40

STATUS_WORDS = (
    "6581", "6700", "6982", "6983", "6985", "6A80", "6A82", "6A88", "6ABC", "6B00", "6D00", "6F00", "63C2", "63C0",
)  # fmt: skip
CARD_FAULTS = (
    "silence",
    "late",
    "garbage",
    "bad_contact",
    "short",
    "overlong",
    "empty",
    "endless",
    "removed_mid_apdu",
    "mute",
)
KINDS = (*CARD_FAULTS, *(f"sw_{word.lower()}" for word in STATUS_WORDS))


class SmartCardSimulator:
    """One slot and the card in it. Its methods are a person's hands and may be called from any thread."""

    def __init__(self, port: int, seed: int = 0) -> None:
        self._lock = threading.RLock()
        self._applications: tuple[Application, ...] = ()
        self._selected: Application | None = None
        self._label = ""
        self._chain = b""
        self._rest = b""
        self._kind: str | None = None
        self._left: int | None = None
        self._only: int | None = None
        self._commands = 0
        self._chance = random.Random(seed)
        self._behaving = threading.Event()
        self.traffic: deque[tuple[str, bytes]] = deque(maxlen=TRAFFIC_KEPT)
        self._slot = VirtualSlot(port, self._atr, self._reset, self._received)

    def close(self) -> None:
        """Unplug the slot."""
        self._behaving.set()
        self._slot.close()

    def put(self, label: str, *applications: Application) -> None:
        """Put a card with these applications in; another one that is in is pulled first."""
        self.take()
        self.exchange(label, *applications)

    def exchange(self, label: str, *applications: Application) -> None:
        """Another card in the place of this one, faster than pcscd looks (nobody is told); put in if none is."""
        with self._lock:
            self._label, self._applications = label, applications
            self._reset()
        self._slot.insert()

    def take(self) -> None:
        """Pull the card out."""
        self._slot.take()
        with self._lock:
            self._label, self._applications = "", ()

    def misbehave(self, kind: str, times: int | None = None, ins: int | None = None) -> None:
        """Show one of KINDS, for the next ``times`` commands (with that INS only) or until ``behave``.

        ValueError names what is allowed.
        """
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._lock:
            self._kind, self._left, self._only = kind, times, ins
            self._behaving.clear()

    def behave(self) -> None:
        """Be a good card again; a command that is kept waiting is answered now."""
        with self._lock:
            self._kind, self._left, self._only = None, None, None
        self._behaving.set()

    def state(self) -> dict[str, Any]:
        """For the dock: which card is in, how it misbehaves, how many commands it has had."""
        with self._lock:
            return {"card": self._label or None, "misbehaving": self._kind, "commands": self._commands}

    # ── the card's side, on the slot's thread ───────────────────────────────────────────────────────────────────────

    def _atr(self) -> bytes:
        with self._lock:
            return MUTE_ATR if self._kind == "mute" else ATR

    def _reset(self) -> None:
        with self._lock:
            # a card with one nameless application is in it from the start
            self._selected = next((one for one in self._applications if not one.aid), None)
            self._chain = self._rest = b""
            for application in self._applications:
                application.reset()

    def _received(self, apdu: bytes) -> bytes | None:
        self.traffic.append(("in", _shown(apdu)))
        with self._lock:
            self._commands += 1
            kind = self._use_up(apdu)
        if kind == "silence":
            self._behaving.wait()
        if kind == "late":
            self._behaving.wait(LATE_S)
        if kind == "removed_mid_apdu":
            raise Pull
        if kind == "bad_contact":
            raise Bounce
        with self._lock:
            answer = self._misbehaved(kind, apdu)
        self.traffic.append(("out", answer[:TRAFFIC_CHUNK]))
        return answer

    def _use_up(self, apdu: bytes) -> str | None:
        kind = self._kind
        if kind is None or (self._only is not None and apdu[1:2] != bytes([self._only])):
            return None
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self._kind, self._left, self._only = None, None, None
        return kind

    def _misbehaved(self, kind: str | None, apdu: bytes) -> bytes:
        match kind:
            case "garbage":
                return self._chance.randbytes(GARBAGE_BYTES) + bytes.fromhex("9000")
            case "short":
                return b"\x90"
            case "empty":
                return bytes.fromhex("9000")
            case "overlong":
                return bytes(600) + bytes.fromhex("9000")
            case "endless":
                return bytes(200) + bytes.fromhex("61FF")
            case str() if kind.startswith("sw_"):
                return bytes.fromhex(kind[3:])
            case _:
                return self._answer(apdu)

    def _answer(self, apdu: bytes) -> bytes:
        if len(apdu) < 4:
            return bytes.fromhex("6700")
        if apdu[1] == 0xC0:
            return self._piece()
        data = _data(apdu)
        if data is None:
            return bytes.fromhex("6700")
        self._chain += data
        if apdu[0] & 0x10:
            return bytes.fromhex("9000")
        command = Command(apdu[1], apdu[2], apdu[3], self._chain, _wanted(apdu))
        self._chain = b""
        self._rest = self._whole_answer(command)
        return self._piece()

    def _whole_answer(self, command: Command) -> bytes:
        if command.ins == 0xA4 and command.p1 == 0x04:
            chosen = next((one for one in self._applications if one.aid == command.data), None)
            if chosen is None:
                return bytes.fromhex("6A82")
            self._selected = chosen
            return chosen.selected()
        if self._selected is None:
            return bytes.fromhex("6985")
        return self._selected.answer(command)

    def _piece(self) -> bytes:
        """The next 256 bytes of the answer, and 61xx while there are more."""
        data, sw = self._rest[:-2], self._rest[-2:]
        if len(data) <= PIECE:
            self._rest = b""
            return data + (sw or bytes.fromhex("6985"))
        self._rest = data[PIECE:] + sw
        return data[:PIECE] + bytes([0x61, min(255, len(data) - PIECE)])


def _data(apdu: bytes) -> bytes | None:
    """The data of a short command; None when its length lies."""
    if len(apdu) <= 5:
        return b""
    size = apdu[4]
    return apdu[5 : 5 + size] if len(apdu) in (5 + size, 6 + size) else None


def _wanted(apdu: bytes) -> int:
    """Le of a short command, 256 when it is not there."""
    size = apdu[4] if len(apdu) > 5 else 0
    return apdu[-1] or 256 if len(apdu) == 5 or len(apdu) == 6 + size else 256


def _shown(apdu: bytes) -> bytes:
    """What the dock may show: a PIN never."""
    return apdu[:4] if apdu[1:2] == b"\x20" else apdu[:TRAFFIC_CHUNK]
