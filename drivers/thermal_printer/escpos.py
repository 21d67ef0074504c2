"""Prints receipts on an ESC/POS printer at a serial port, and believes only what the printer confirms.

Command bytes come from python-escpos; its own serial transport is not used, because its ``close`` and its writes wait
without a limit and its ``paper_status`` reads an unreadable answer as "no paper".
"""

from __future__ import annotations

from time import monotonic

from escpos.constants import HW_INIT, RT_STATUS

from drivers.device import Blocked, Fault, Ready, Status, Unknown, Warning
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from drivers.serial_port import SerialPort
from drivers.thermal_printer.models import DEFAULT_MODEL, Model, find_model

PRINTER, OFFLINE_CAUSE, ERROR, PAPER = b"\x01", b"\x02", b"\x03", b"\x04"  # n of DLE EOT n
CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 8: real time, forgets what is not printed yet
ASB_OFF = b"\x1da\x00"  # GS a 0: no statuses that nobody asked for
FENCE = b"\x1dr\x01"  # GS r 1: answered in turn, that is after everything before it

STATUS_S = 0.5  # real-time requests are answered within 50 ms even while printing; ten times that for a loaded machine
WRITE_S = 10.0  # 20 KB of a long receipt with a picture take 2 s at 115200 baud; a hot head may pause for seconds
PRINT_S = 30.0  # a slip of half a metre at 60 mm/s takes 8 s, and the head may rest; then nobody knows
FENCE_POLL_S = 0.5  # how often we look for an empty roll while we wait


class EscPosSerial:
    """One printer on one port."""

    def __init__(self, port: str, printer: Model, baud: int = 115200, print_limit_s: float = PRINT_S) -> None:
        self._line = SerialPort("thermal_printer", port, baud)
        self._model = printer
        self._print_limit_s = print_limit_s
        self._fence_sent = False
        self._fence_passed = False

    @property
    def model(self) -> Model:
        return self._model

    def open(self) -> None:
        """Connect; what a killed process left half-sent is cleared, or the next resident would get its rest."""
        self._line.open()
        self._reset()

    def close(self) -> None:
        self._line.close()

    def status(self) -> Status:
        """What the four real-time statuses say; Unknown when an answer cannot be read, Fault when none comes."""
        self._line.discard_input()
        try:
            printer, cause = self._real_time(PRINTER), self._real_time(OFFLINE_CAUSE)
            error, paper = self._real_time(ERROR), self._real_time(PAPER)
        except Fault as fault:
            if fault.code == "thermal_printer.unreadable_status":
                return Unknown(fault.code)
            raise
        return _status(printer, cause, error, paper, near_end_sensor=self._model.near_end_sensor)

    def print_bytes(self, data: bytes) -> Outcome:
        """Send one receipt and wait for the printer's confirmation.

        NotPrinted: no byte of it was sent. Printed: the printer answered the fence behind it, so all of it was printed.
        Unsettled: anything else, a slip that broke off with the paper included; its rest is cleared, so that it never
        comes out in front of the next resident.
        """
        hindrance = self._hindrance()
        if hindrance:
            return NotPrinted(hindrance)
        fenced = self._model.fence == "gs_r"
        try:
            self._fence_sent, self._fence_passed = fenced, False
            self._line.write(HW_INIT + data + (FENCE if fenced else b""), WRITE_S)
            reason = self._await_fence() if fenced else "thermal_printer.unconfirmed"
            if reason is None:
                return self._after_print()
            self._reset()
            self._real_time(PRINTER)  # answered behind the reset: the rest is gone before anybody is told
        except Fault as fault:
            # the line or the printer broke after the first byte: paper may be out
            self._line.close()
            return Unsettled(fault.code)
        finally:
            self._fence_sent = False
        return Unsettled(reason)

    def _hindrance(self) -> str | None:
        """Why not to begin, as a fault code."""
        try:
            if not self._line.is_open:  # closed by a job that broke off
                self.open()
            status = self.status()
        except Fault as fault:
            return fault.code
        return status.reason if isinstance(status, Blocked | Unknown) else None

    def _await_fence(self) -> str | None:
        """None when the fence was answered, else why it will not be."""
        deadline = monotonic() + self._print_limit_s
        while monotonic() < deadline:
            self._take_byte(FENCE_POLL_S, real_time=False)
            hindrance = None if self._fence_passed else self._in_the_middle()
            if self._fence_passed:
                return None
            if hindrance:
                return hindrance
        return "thermal_printer.unconfirmed"

    def _in_the_middle(self) -> str | None:
        """A reason for which the rest will not come out; an answer that is missing or unreadable is none yet."""
        try:
            cause, error, paper = self._real_time(OFFLINE_CAUSE), self._real_time(ERROR), self._real_time(PAPER)
        except Fault as fault:
            if fault.code in ("thermal_printer.silent", "thermal_printer.unreadable_status"):
                return None
            raise
        status = _status(0x12, cause, error, paper, near_end_sensor=False)
        return status.reason if isinstance(status, Blocked) else None

    def _after_print(self) -> Outcome:
        """Everything was printed; only a stuck cutter can still hold the slip."""
        try:
            error = self._real_time(ERROR)
        except Fault:
            return Printed()
        return Unsettled("thermal_printer.cutter_error") if error & 0x08 else Printed()

    def _reset(self) -> None:
        clear = CLEAR_BUFFER if self._model.clear_buffer else b""
        self._line.write(clear + HW_INIT + ASB_OFF, WRITE_S)

    def _real_time(self, n: bytes) -> int:
        """The answer to DLE EOT n. Faults ``silent``, ``unreadable_status``."""
        self._line.write(RT_STATUS + n, STATUS_S)
        answer = self._take_byte(STATUS_S, real_time=True)
        if answer is None:
            raise Fault("thermal_printer.silent", f"no answer to DLE EOT {n[0]}")
        return answer

    def _take_byte(self, limit_s: float, *, real_time: bool) -> int | None:
        """The next byte of the wanted kind. An answer to the fence is noted whenever it comes."""
        deadline = monotonic() + limit_s
        while (left := deadline - monotonic()) > 0:
            data = self._line.read(left, most=1)
            if not data:
                return None
            byte = data[0]
            if byte & 0x93 == 0x12:  # fixed bits of a real-time status
                if real_time:
                    return byte
            elif byte & 0xF0 == 0 and self._fence_sent:  # an answer to GS r: bits 0-1 near end, 2-3 end of paper
                self._fence_passed = True
                if not real_time:
                    return byte
            elif real_time:
                self._line.discard_input()
                raise Fault("thermal_printer.unreadable_status", f"{byte:02X}")
        return None


def _status(printer: int, cause: int, error: int, paper: int, *, near_end_sensor: bool) -> Status:
    """The worst of what the four bytes say."""
    if cause & 0x04:
        return Blocked("thermal_printer.cover_open")
    if paper & 0x60 or cause & 0x20:
        return Blocked("thermal_printer.paper_out")
    if error & 0x08:
        return Blocked("thermal_printer.cutter_error")
    if error & 0x20:
        return Blocked("thermal_printer.unrecoverable_error")
    if error & 0x40:
        return Warning("thermal_printer.overheated")
    if printer & 0x08:
        return Blocked("thermal_printer.offline")
    if near_end_sensor and paper & 0x0C:
        return Warning("thermal_printer.paper_near_end")
    return Ready()


def create(port: str, model: str = DEFAULT_MODEL, baud: int = 115200) -> EscPosSerial:
    """The registry's entry; ``model`` is a code of models.toml. ValueError for an unknown one."""
    return EscPosSerial(port, find_model(model), baud)
