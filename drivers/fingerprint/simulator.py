"""A serial fingerprint module from the other end of the wire, which also misbehaves as real ones do."""

from __future__ import annotations

import hashlib
import random
import threading
from dataclasses import dataclass
from time import monotonic
from typing import Any

from drivers.fingerprint.image import pack
from drivers.fingerprint.simulated_fingers import finger
from drivers.fingerprint.zfm_codes import (
    FAULT_OF,
    FEATURE_BYTES,
    NO_FINGER,
    NO_MATCH,
    NOT_FOUND,
    OK,
    TEMPLATE_BYTES,
    Instruction,
    Parameters,
    encode_parameters,
)
from drivers.fingerprint.zfm_frames import EVERYONE, Kind, Packet, PacketParser, encode, encode_data
from drivers.simulated_port import SimulatedPort

LATE_S = 3.0  # longer than the driver waits for an answer
NOISE_BYTES = 24
SCORE = 120  # of a finger with itself; the modules' scores have no unit
LIBRARY = 1000  # pages
UNDEFINED_CODE = 0x77
LINE_FAULTS = (
    "silence", "late", "garbage", "noise", "glued", "split", "truncated", "lying_length", "wrong_checksum",
    "other_address", "stalled",
)  # fmt: skip
DATA_FAULTS = ("unplugged_mid_image", "silent_mid_image", "damaged_mid_image", "short_image", "long_image")
CONTENT_FAULTS = ("odd_parameters", "short_answer")
# a code is the answer to every command, but to those that a good answer must have come to before it can be given
LATER_CODES: dict[int, tuple[Instruction, ...]] = {
    0x06: (Instruction.IMG_2_TZ,),
    0x07: (Instruction.IMG_2_TZ,),
    0x0A: (Instruction.REG_MODEL,),
    0x0B: (Instruction.STORE, Instruction.LOAD_CHAR, Instruction.DELETE),
    0x0C: (Instruction.LOAD_CHAR,),
    0x0D: (Instruction.UP_CHAR,),
    0x0E: (Instruction.DOWN_CHAR,),
    0x0F: (Instruction.UP_IMAGE,),
    0x10: (Instruction.DELETE,),
    0x11: (Instruction.EMPTY,),
    0x15: (Instruction.IMG_2_TZ, Instruction.UP_IMAGE),
    0x18: (Instruction.STORE,),
}
KINDS = (*LINE_FAULTS, *DATA_FAULTS, *CONTENT_FAULTS, *(f"code_{code:02x}" for code in FAULT_OF), "undefined_code")


@dataclass(frozen=True)
class _Laid:
    seed: int
    shift: tuple[int, int]
    turn_degrees: float
    noise: float


class ZfmSimulator:
    """One module on a pty (``port``). Its methods are a person's hands and may be called from any thread.

    ``pace``: 1.0 sends as fast as the line's speed allows, 0.0 at once. Matching is by equality of the finger's number:
    how well a real module matches cannot be told from here.
    """

    def __init__(self, pace: float = 1.0, packet_bytes: int = 128, password: int = 0, address: int = EVERYONE) -> None:
        self._lock = threading.RLock()
        self._pace = pace
        self._about = Parameters(0, 9, LIBRARY, 3, address, packet_bytes, 57600)
        self._password = password.to_bytes(4, "big")
        self._laid: _Laid | None = None
        self._image: _Laid | None = None
        self._buffers: dict[int, bytes] = {}
        self._pages: dict[int, bytes] = {}
        self._receiving: tuple[int, bytes] | None = None
        self._kind: str | None = None
        self._busy_until = 0.0
        self._chance = random.Random(0)
        self._parser = PacketParser()
        self._port = SimulatedPort("fingerprint", self._received)
        self.port = self._port.path
        self.traffic = self._port.traffic

    def close(self) -> None:
        """Unplug the module."""
        self._port.close()

    def press(self, seed: int, shift: tuple[int, int] = (0, 0), turn_degrees: float = 0.0, noise: float = 0.0) -> None:
        """Lay the finger of that number on the glass."""
        with self._lock:
            self._laid = _Laid(seed, shift, turn_degrees, noise)

    def lift(self) -> None:
        with self._lock:
            self._laid = None

    def misbehave(self, kind: str) -> None:
        """Show one of KINDS until ``behave``. ValueError names what is allowed."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._lock:
            self._kind = kind
        if kind == "stalled":
            self._port.stall()

    def behave(self) -> None:
        """Be a good module again; what it still owed is still sent."""
        with self._lock:
            self._kind = None
        self._port.go_on()

    def state(self) -> dict[str, Any]:
        """For the dock: no finger, only its number."""
        with self._lock:
            laid = self._laid.seed if self._laid else None
            return {"port": self.port, "finger": laid, "stored": len(self._pages), "misbehaving": self._kind}

    def buffers(self) -> dict[int, bytes]:
        """What the module still holds of fingers."""
        with self._lock:
            return dict(self._buffers)

    def answer(self, command: bytes) -> tuple[bytes, bytes | None]:
        """Payload of the answer to a command's payload, and the data that follow it."""
        with self._lock:
            return self._answer(command)

    def _received(self, data: bytes) -> None:
        with self._lock:
            for item in self._parser.feed(data):
                if isinstance(item, Packet):
                    self._take(item)

    def _take(self, packet: Packet) -> None:
        if packet.address != self._about.address:
            return  # a module does not answer to another's name
        if packet.kind in (Kind.DATA, Kind.LAST_DATA):
            self._take_data(packet)
        elif packet.kind is Kind.COMMAND:
            payload, data = self._answer(packet.payload)
            self._say(self._spoilt(encode(Kind.ANSWER, payload, self._named())))
            if data is not None:
                self._send_data(data)

    def _take_data(self, packet: Packet) -> None:
        if self._receiving is None:
            return
        buffer, held = self._receiving
        held = (held + packet.payload)[:TEMPLATE_BYTES]
        self._receiving = (buffer, held)
        if packet.kind is Kind.LAST_DATA:
            self._buffers[buffer] = held
            self._receiving = None

    def _answer(self, command: bytes) -> tuple[bytes, bytes | None]:
        known = command[0] in Instruction.__members__.values()
        code = self._code_asked_for(Instruction(command[0])) if known else 0x01
        if code is not None:
            return bytes([code]), None
        about = encode_parameters(self._about)
        match Instruction(command[0]), tuple(command[1:]):
            case Instruction.VFY_PWD, password:
                return bytes([OK if bytes(password) == self._password else 0x13]), None
            case Instruction.GEN_IMG, []:
                self._image = self._laid
                return bytes([OK if self._laid else NO_FINGER]), None
            case Instruction.IMG_2_TZ, [buffer] if self._image is not None:
                self._buffers[buffer] = _features(self._image.seed)
                return bytes([OK]), None
            case Instruction.IMG_2_TZ, _:
                return b"\x15", None
            case Instruction.MATCH, []:
                same = _same(self._buffers.get(1), self._buffers.get(2))
                return bytes([OK if same else NO_MATCH]) + (SCORE if same else 0).to_bytes(2, "big"), None
            case Instruction.SEARCH, [_, _, _, _, _]:
                return self._searched(command[1:]), None
            case Instruction.REG_MODEL, []:
                if not _same(self._buffers.get(1), self._buffers.get(2)):
                    return b"\x0a", None
                self._buffers = dict.fromkeys((1, 2), self._buffers[1][:FEATURE_BYTES] * 2)
                return bytes([OK]), None
            case Instruction.STORE, [buffer, high, low]:
                page = high << 8 | low
                if page >= LIBRARY or buffer not in self._buffers:
                    return b"\x0b", None
                self._pages[page] = self._buffers[buffer]
                return bytes([OK]), None
            case Instruction.LOAD_CHAR, [buffer, high, low]:
                stored = self._pages.get(high << 8 | low)
                if stored is None:
                    return b"\x0c", None
                self._buffers[buffer] = stored
                return bytes([OK]), None
            case Instruction.UP_CHAR, [buffer]:
                held = self._buffers.get(buffer)
                return (b"\x0d", None) if held is None else (bytes([OK]), held)
            case Instruction.DOWN_CHAR, [buffer]:
                self._receiving = (buffer, b"")
                return bytes([OK]), None
            case Instruction.UP_IMAGE, []:
                return (b"\x0f", None) if self._image is None else (bytes([OK]), self._picture(self._image))
            case Instruction.DELETE, [high, low, *_]:
                self._pages.pop(high << 8 | low, None)
                return bytes([OK]), None
            case Instruction.EMPTY, []:
                self._pages.clear()
                return bytes([OK]), None
            case Instruction.READ_SYS_PARA, []:
                if self._kind == "odd_parameters":
                    about = about[:12] + b"\0\x09" + about[14:]
                return bytes([OK]) + (about[:-1] if self._kind == "short_answer" else about), None
            case _:
                return b"\x01", None

    def _searched(self, where: bytes) -> bytes:
        wanted = self._buffers.get(where[0])
        first, count = int.from_bytes(where[1:3], "big"), int.from_bytes(where[3:5], "big")
        for page in sorted(self._pages):
            if first <= page < first + count and _same(wanted, self._pages[page]):
                return bytes([OK]) + page.to_bytes(2, "big") + SCORE.to_bytes(2, "big")
        return bytes([NOT_FOUND, 0, 0, 0, 0])

    def _code_asked_for(self, instruction: Instruction) -> int | None:
        if self._kind == "undefined_code":
            return UNDEFINED_CODE
        if self._kind is None or not self._kind.startswith("code_"):
            return None
        code = int(self._kind.removeprefix("code_"), 16)
        given = LATER_CODES.get(code)
        return code if given is None or instruction in given else None

    def _picture(self, laid: _Laid) -> bytes:
        return pack(finger(laid.seed, laid.shift, laid.turn_degrees, laid.noise))

    def _named(self) -> int:
        return self._about.address ^ 1 if self._kind == "other_address" else self._about.address

    def _send_data(self, data: bytes) -> None:
        if self._kind == "short_image":
            data = data[:-100]
        elif self._kind == "long_image":
            data += bytes(200)
        packets = list(encode_data(data, self._about.packet_bytes, self._about.address))
        for number, packet in enumerate(packets):
            if number == len(packets) // 2:
                if self._kind == "unplugged_mid_image":
                    threading.Thread(target=self._port.close, name="simulated-unplug", daemon=True).start()
                    return
                if self._kind == "silent_mid_image":
                    return
                if self._kind == "damaged_mid_image":
                    packet = packet[:-1] + bytes([packet[-1] ^ 1])
            self._say(packet)

    def _spoilt(self, answer: bytes) -> bytes:
        """What goes out instead."""
        match self._kind:
            case "silence":
                return b""
            case "late":
                self._busy_until = max(monotonic(), self._busy_until) + LATE_S
            case "garbage":
                return self._chance.randbytes(200).replace(b"\xef", b"\xee")
            case "noise":
                noise = self._chance.randbytes(NOISE_BYTES).replace(b"\xef", b"\xee")
                return noise + answer + noise
            case "glued":
                return answer * 2
            case "truncated":
                return answer[:-3]
            case "lying_length":
                return answer[:8] + bytes([answer[8] + 40]) + answer[9:]
            case "wrong_checksum":
                return answer[:-1] + bytes([answer[-1] ^ 1])
        return answer

    def _say(self, data: bytes) -> None:
        """In order, never before what came before: a module does one thing at a time."""
        step = 1 if self._kind == "split" else max(1, len(data))
        for at in range(0, len(data), step):
            piece = data[at : at + step]
            self._busy_until = max(monotonic(), self._busy_until) + self._pace * len(piece) * 10 / self._about.baud
            self._port.send(piece, max(0.0, self._busy_until - monotonic()))


def _features(seed: int) -> bytes:
    """A feature file that only this finger has."""
    return (b"\x03\x01" + hashlib.shake_256(b"simulated finger %d" % seed).digest(FEATURE_BYTES))[:FEATURE_BYTES]


def _same(one: bytes | None, other: bytes | None) -> bool:
    """Of a template the first half counts; two empty buffers are nobody's finger."""
    return one is not None and other is not None and one[:FEATURE_BYTES] == other[:FEATURE_BYTES]
