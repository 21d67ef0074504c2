"""Takes and compares fingers with a serial module of the ZFM-20, R30x or AS608 family (8N1, 57600 baud by default)."""

from __future__ import annotations

import threading
from time import monotonic

from drivers.device import Blocked, Fault, Ready, Status, Unknown
from drivers.fingerprint.image import PACKED_BYTES, FingerprintImage, unpack
from drivers.fingerprint.template import FingerprintTemplate, Verdict
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
    numbers,
    parameters,
)
from drivers.fingerprint.zfm_frames import EVERYONE
from drivers.fingerprint.zfm_line import Progress, ZfmLine
from drivers.serial_port import SerialPort

FORMAT = "zfm"  # templates of one family; no other matcher reads them
BAUDS = (9600, 19200, 38400, 57600, 115200)
FINGER_S = 15.0  # a person finds the glass and presses; longer than that nobody stands there
POLL_S = 0.2  # GEN_IMG itself takes 0.1 to 0.3 s; more often only heats the sensor
IMAGE_SLACK_S = 5.0  # over the time that the bytes need at the line's speed
BITS_A_BYTE = 10  # start and stop bit


class Zfm:
    """One module on one port. Beyond FingerprintReader: capture, search, store, delete, empty, parameters."""

    def __init__(self, port: str, baud: int = 57600, password: int = 0, address: int = EVERYONE) -> None:
        if baud not in BAUDS:
            raise ValueError(f"baud: {baud} is none of {', '.join(map(str, BAUDS))}")
        for name, value in (("password", password), ("address", address)):
            if not 0 <= value <= 0xFFFFFFFF:
                raise ValueError(f"{name}: {value} has more than 32 bits")
        self._port = SerialPort("fingerprint", port, baud)
        self._line = ZfmLine(self._port, address)
        self._baud = baud
        self._password = password.to_bytes(4, "big")
        self._packet_bytes = 0  # not asked yet
        self._pause = threading.Event()

    def open(self) -> None:
        if not self._port.is_open:
            self._port.open()
            self._line.forget()
            self._packet_bytes = 0

    def close(self) -> None:
        self._port.close()

    def status(self) -> Status:
        """Ready, Blocked (password, address) or Unknown (an answer nobody can read); Fault when none comes."""
        try:
            code, _ = self._line.ask(Instruction.VFY_PWD, self._password)
        except Fault as fault:
            if fault.code == "fingerprint.garbled":
                return Unknown(fault.code)
            if fault.code == "fingerprint.wrong_address":
                return Blocked(fault.code)
            raise
        if code == OK:
            return Ready()
        named = FAULT_OF.get(code, "fingerprint.unknown_answer")
        blocks = named in ("fingerprint.wrong_password", "fingerprint.wrong_address")
        return Blocked(named) if blocks else Unknown(named)

    def parameters(self) -> Parameters:
        """Library size, packet size, speed. Fault ``content_invalid`` for what cannot be."""
        found = parameters(self._line.do(Instruction.READ_SYS_PARA))
        self._packet_bytes = found.packet_bytes
        return found

    def finger_present(self) -> bool:
        """Take a picture now; False when no finger lies there."""
        code, _ = self._line.ask(Instruction.GEN_IMG)
        if code in (OK, NO_FINGER):
            return code == OK
        raise Fault(FAULT_OF.get(code, "fingerprint.unknown_answer"), f"GEN_IMG: code {code:02X}")

    def capture(self, limit_s: float = FINGER_S, progress: Progress | None = None) -> FingerprintImage:
        """Wait for a finger, and bring its picture: 36,864 bytes, 7 s at 57600 baud. Fault ``no_finger`` in time."""
        self._await_finger(limit_s)
        self._line.do(Instruction.UP_IMAGE)
        line_s = PACKED_BYTES * 1.5 * BITS_A_BYTE / self._baud  # packets of 32 bytes carry 11 of their own
        return unpack(self._line.take_data(PACKED_BYTES, line_s + IMAGE_SLACK_S, progress))

    def enrol(self, limit_s: float = FINGER_S) -> FingerprintTemplate:
        """Two pictures of one finger, combined; nothing stays in the module's library. Fault ``combine_failed``."""
        self._features(1, limit_s)
        self._await_lift(limit_s)
        self._features(2, limit_s)
        self._line.do(Instruction.REG_MODEL)
        return FingerprintTemplate(FORMAT, self._take_template())

    def verify(self, template: FingerprintTemplate, limit_s: float = FINGER_S) -> Verdict:
        """Wait for a finger and compare it, in the module, with a template that the host loads (1:1)."""
        if template.format != FORMAT or len(template.data) not in (FEATURE_BYTES, TEMPLATE_BYTES):
            raise Fault("fingerprint.wrong_template", f"{template.format}, {len(template.data)} bytes")
        self._features(1, limit_s)
        self._give_template(2, template.data)
        code, rest = self._line.ask(Instruction.MATCH)
        if code == NO_MATCH:
            return Verdict(False, _score_if_told(rest))
        if code != OK:
            raise Fault(FAULT_OF.get(code, "fingerprint.unknown_answer"), f"MATCH: code {code:02X}")
        return Verdict(True, numbers(rest, 1)[0])

    def search(self, first: int, count: int, limit_s: float = FINGER_S) -> tuple[int, int] | None:
        """Wait for a finger and look it up in the module's library: page and score, or None."""
        self._features(1, limit_s)
        data = b"\1" + first.to_bytes(2, "big") + count.to_bytes(2, "big")
        code, rest = self._line.ask(Instruction.SEARCH, data)
        if code == NOT_FOUND:
            return None
        if code != OK:
            raise Fault(FAULT_OF.get(code, "fingerprint.unknown_answer"), f"SEARCH: code {code:02X}")
        page, score = numbers(rest, 2)
        return page, score

    def store(self, page: int, template: FingerprintTemplate) -> None:
        """Put a template into the library: for staff only, residents' fingers never stay in a module."""
        self._give_template(1, template.data)
        self._line.do(Instruction.STORE, b"\1" + page.to_bytes(2, "big"))

    def stored(self, page: int) -> FingerprintTemplate:
        """A template of the library."""
        self._line.do(Instruction.LOAD_CHAR, b"\1" + page.to_bytes(2, "big"))
        return FingerprintTemplate(FORMAT, self._take_template())

    def delete(self, page: int, count: int = 1) -> None:
        self._line.do(Instruction.DELETE, page.to_bytes(2, "big") + count.to_bytes(2, "big"))

    def empty(self) -> None:
        self._line.do(Instruction.EMPTY)

    def forget(self) -> None:
        """Write over both buffers: the module keeps the last finger in them until its power goes."""
        for buffer in (1, 2):
            self._give_template(buffer, bytes(FEATURE_BYTES))

    def _await_finger(self, limit_s: float) -> None:
        if not self._await(True, limit_s):
            raise Fault("fingerprint.no_finger", f"none in {limit_s} s")

    def _await_lift(self, limit_s: float) -> None:
        if not self._await(False, limit_s):
            raise Fault("fingerprint.not_lifted", f"still there after {limit_s} s")

    def _await(self, present: bool, limit_s: float) -> bool:
        deadline = monotonic() + limit_s
        while self.finger_present() is not present:
            if monotonic() >= deadline:
                return False
            self._pause.wait(POLL_S)
        return True

    def _features(self, buffer: int, limit_s: float) -> None:
        self._await_finger(limit_s)
        self._line.do(Instruction.IMG_2_TZ, bytes([buffer]))

    def _take_template(self) -> bytes:
        self._line.do(Instruction.UP_CHAR, b"\1")
        data = self._line.take_data(TEMPLATE_BYTES, TEMPLATE_BYTES * 2 * BITS_A_BYTE / self._baud + IMAGE_SLACK_S)
        if len(data) not in (FEATURE_BYTES, TEMPLATE_BYTES):
            raise Fault("fingerprint.content_invalid", f"a template of {len(data)} bytes")
        return data

    def _give_template(self, buffer: int, data: bytes) -> None:
        if not self._packet_bytes:
            self.parameters()
        self._line.do(Instruction.DOWN_CHAR, bytes([buffer]))
        self._line.give_data(data, self._packet_bytes)


def _score_if_told(rest: bytes) -> int | None:
    return int.from_bytes(rest, "big") if len(rest) == 2 else None


def create(port: str, baud: int = 57600, password: int = 0, address: int = EVERYONE) -> Zfm:
    """The registry's entry; ``password`` and ``address`` are the module's own, as 32-bit numbers."""
    return Zfm(port, baud, password, address)
