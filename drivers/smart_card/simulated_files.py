"""What simulated cards keep: applications with files and records, and a PIV application with a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import Encoding

from drivers.device import Fault
from drivers.smart_card import piv, tlv

PIN_TRIES = 3
PIECE = 256  # bytes that a short answer holds; the rest waits for GET RESPONSE
DONE = bytes.fromhex("9000")
SIGNED_BY = {0x11: SHA256(), 0x14: SHA384()}


@dataclass(frozen=True)
class Command:
    """A command as an application sees it; ``le`` is the number of bytes wanted, 256 when it was not said."""

    ins: int
    p1: int
    p2: int
    data: bytes
    le: int


class Application(Protocol):
    """One application of a card. ``answer`` gets a command whose chain is complete."""

    aid: bytes

    def selected(self) -> bytes:
        """What it says when it is selected, with the status word."""
        ...

    def answer(self, command: Command) -> bytes:
        """All of the answer's data, with the status word."""
        ...

    def reset(self) -> None:
        """Power off or reset: what was unlocked is locked."""
        ...


class FileApplication:
    """Elementary files of records, selected by identifier; READ RECORD by number."""

    def __init__(self, aid: bytes, files: Mapping[int, Mapping[int, bytes]]) -> None:
        self.aid = aid
        self._files = files
        self._selected: Mapping[int, bytes] | None = None

    def selected(self) -> bytes:
        return DONE

    def answer(self, command: Command) -> bytes:
        if command.ins == 0xA4:
            self._selected = self._files.get(int.from_bytes(command.data, "big"))
            return bytes.fromhex("6A82" if self._selected is None else "9000")
        if command.ins == 0xB2:
            if self._selected is None:
                return bytes.fromhex("6986")
            record = self._selected.get(command.p1)
            return bytes.fromhex("6A83") if record is None else record + DONE
        return bytes.fromhex("6D00")

    def reset(self) -> None:
        self._selected = None


def social_security(number: str, name: str) -> FileApplication:
    """The public part as profiles.toml's "national" describes it, written down here a second time on purpose."""
    aid = b"sx1.sh." + "社会保障".encode("gb18030")
    records = {8: _record(8, number.encode("ascii"), 18), 9: _record(9, name.encode("gb18030"), 30)}
    return FileApplication(aid, {0xEF05: {1: _record(1, b"\x00" * 16, 16)}, 0xEF06: records})


def _record(tag: int, value: bytes, size: int) -> bytes:
    return bytes([tag, size]) + value.ljust(size, b"\0")


class PivApplication:
    """Slot 9A of a PIV card: certificate, PIN with lock-out, signature."""

    aid = piv.APPLICATION

    def __init__(
        self,
        certificate: x509.Certificate,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
        pin: str,
        compressed: bool = False,
    ) -> None:
        self._object = piv.data_object(certificate.public_bytes(Encoding.DER), compressed)
        self._key = key
        self._pin = pin.encode("ascii").ljust(piv.PIN_BYTES, b"\xff")
        self._unlocked = False
        self.tries = PIN_TRIES
        self.pins_asked = 0

    def selected(self) -> bytes:
        return tlv.encode(0x61, tlv.encode(0x4F, self.aid[-6:])) + DONE

    def answer(self, command: Command) -> bytes:
        match command.ins:
            case 0xCB:
                wanted = command.data == tlv.encode(0x5C, piv.CERTIFICATE_9A)
                return self._object + DONE if wanted else bytes.fromhex("6A82")
            case 0x20:
                return self._verify(command.data)
            case 0x87:
                return self._sign(command.p1, command.data)
            case _:
                return bytes.fromhex("6D00")

    def reset(self) -> None:
        self._unlocked = False

    def _verify(self, pin: bytes) -> bytes:
        if self.tries == 0:
            return bytes.fromhex("6983")
        if not pin:  # only asks how many tries are left
            return DONE if self._unlocked else bytes([0x63, 0xC0 | self.tries])
        self.pins_asked += 1
        self._unlocked = pin == self._pin
        if self._unlocked:
            self.tries = PIN_TRIES
            return DONE
        self.tries -= 1
        return bytes([0x63, 0xC0 | self.tries]) if self.tries else bytes.fromhex("6983")

    def _sign(self, algorithm: int, data: bytes) -> bytes:
        if not self._unlocked:
            return bytes.fromhex("6982")
        try:
            prepared = tlv.find(data, piv.TAG_TEMPLATE, piv.TAG_CHALLENGE)
        except Fault:
            return bytes.fromhex("6A80")
        if isinstance(self._key, rsa.RSAPrivateKey):
            numbers = self._key.private_numbers()
            signature = pow(int.from_bytes(prepared, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")
        elif algorithm in SIGNED_BY:
            signature = self._key.sign(prepared, ec.ECDSA(utils.Prehashed(SIGNED_BY[algorithm])))
        else:
            return bytes.fromhex("6A86")
        return tlv.encode(piv.TAG_TEMPLATE, tlv.encode(piv.TAG_RESPONSE, signature)) + DONE
