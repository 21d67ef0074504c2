"""Prints receipts on an ESC/POS printer, whatever its cable, and believes only what the printer confirms.

Command bytes come from python-escpos; its own transports are not used, because their ``close`` and their writes wait
without a limit and its ``paper_status`` reads an unreadable answer as "no paper".
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from time import monotonic

from escpos.constants import HW_INIT, RT_STATUS

from drivers.device import Blocked, Fault, Status, Unknown
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from drivers.thermal_printer import raster, status_bytes
from drivers.thermal_printer.line import Line, Transport, make_line
from drivers.thermal_printer.models import DEFAULT_MODEL, Model, find_model
from drivers.thermal_printer.replies import Automatic, JobDone, PaperSensor, RealTime, Reply, ReplyReader, Unreadable
from drivers.thermal_printer.status_bytes import ERROR, OFFLINE_CAUSE, PAPER, PRINTER, Flags

CLEAR_BUFFER = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 8: real time, forgets what is not printed yet
ASB_OFF, ASB_ON = b"\x1da\x00", b"\x1da\x0e"  # GS a: tell by itself of online, error and paper
FENCE_GS_R = b"\x1dr\x01"  # GS r 1: answered in turn, that is after everything before it
FENCE_GS_H = b"\x1d(H\x06\x0000"  # GS ( H, function 48, and four characters that come back in the answer

STATUS_S = 0.5  # real-time requests are answered within 50 ms even while printing; ten times that for a loaded machine
WRITE_S = 10.0  # a hot head may pause for seconds
WRITE_BYTES_A_SECOND = 3000  # and 38400 baud take so many, with some pauses
PRINT_S = 30.0  # a slip of half a metre at 60 mm/s takes 8 s, and the head may rest; then nobody knows
FENCE_POLL_S = 0.5  # how often we look for an empty roll while we wait
SILENT_POLLS = 4  # questions in a row without an answer, in mid-job: it has lost its power or its cable


class EscPosPrinter:
    """One printer at one port."""

    def __init__(self, line: Line, model: Model, print_limit_s: float = PRINT_S, logo: bytes = b"") -> None:
        self._line = line
        self._model = model
        self._print_limit_s = print_limit_s
        self._logo = logo
        self._reader = ReplyReader()
        self._replies: list[Reply] = []
        self._job_ids = count(1)
        self._awaited: Reply | type[PaperSensor] | None = None
        self._passed = False
        self._told: Flags | None = None  # by the printer itself, since the last question
        self._owes_an_answer = False

    @property
    def model(self) -> Model:
        return self._model

    def open(self) -> None:
        """Connect; what a killed process left half-sent is cleared, or the next resident would get its rest."""
        if not self._line.is_open:
            self._line.open()
            self._forget()
            self._reset()

    def close(self) -> None:
        self._line.close()

    # ── status ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def status(self) -> Status:
        """What the four real-time statuses say; Unknown when an answer cannot be read, Fault when none comes."""
        self._forget()
        if self._owes_an_answer:  # which would be taken for the first of four others: all of them look alike
            while self._line.read(STATUS_S):
                pass
            self._owes_an_answer = False
        try:
            flags = Flags()
            for n in (PRINTER, OFFLINE_CAUSE, ERROR, PAPER):
                flags |= self._real_time(n)
        except Fault as fault:
            if fault.code == "thermal_printer.unreadable_status":
                self._line.discard_input()
                return Unknown(fault.code)
            if fault.code == "thermal_printer.silent" and self._told is not None:
                return status_bytes.judge(self._told, self._model.near_end_sensor)
            raise
        return status_bytes.judge(flags, self._model.near_end_sensor)

    # ── printing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def print_bytes(self, data: bytes) -> Outcome:
        """Send one receipt (ESC/POS, GB18030) and wait for the printer's confirmation.

        NotPrinted: no byte of it was sent. Printed: the printer answered the fence behind it, so all of it was printed,
        and says afterwards that it has paper and is well. Unsettled: anything else, a slip that broke off with the
        paper included; its rest is cleared, so that it never comes out in front of the next resident.
        """
        hindrance = self._hindrance()
        if hindrance:
            return NotPrinted(hindrance)
        slip = HW_INIT + self._logo + self._as_the_model_can(data) + self._fence()
        try:
            self._line.write(slip, WRITE_S + len(slip) / WRITE_BYTES_A_SECOND)
            if self._awaited is None:
                # a reset now would take the slip away from a printer that is well and cannot say so
                return Unsettled(self._in_the_middle() or "thermal_printer.unconfirmed")
            reason = self._await_fence()
            self._awaited = None
            if reason is None:
                return self._after_print()
        except Fault as fault:
            # the line or the printer broke after the first byte: paper may be out
            self._line.close()
            return Unsettled(fault.code)
        finally:
            self._awaited = None
        try:
            self._reset()
            self._real_time(PRINTER)  # answered behind the reset: the rest is gone before anybody is told
        except Fault:
            self._line.close()
        return Unsettled(reason)

    def _as_the_model_can(self, data: bytes) -> bytes:
        if self._model.encoding != "gb18030":
            picture, text = raster.drawn(data, self._model)
            if not self._model.can_write(text):
                return picture
        return raster.with_cut(data, self._model)

    def _fence(self) -> bytes:
        """The command that is answered when the job is out, and what to wait for."""
        self._passed = False
        match self._model.fence:
            case "gs_r":
                self._awaited = PaperSensor
                return FENCE_GS_R
            case "gs_h":
                job = f"{next(self._job_ids) % 10_000:04d}".encode()
                self._awaited = JobDone(job)
                return FENCE_GS_H + job
            case _:
                self._awaited = None
                return b""

    def _hindrance(self) -> str | None:
        """Why not to begin, as a fault code."""
        try:
            self.open()  # again, if a job that broke off closed it
            status = self.status()
        except Fault as fault:
            return fault.code
        return status.reason if isinstance(status, Blocked | Unknown) else None

    def _await_fence(self) -> str | None:
        """None when the fence was answered, else why it will not be."""
        deadline = monotonic() + self._print_limit_s
        silent = 0
        while monotonic() < deadline:
            until = min(deadline, monotonic() + FENCE_POLL_S)
            while not self._passed and self._next_reply(until) is not None:
                if self._told is not None and (hindrance := _stops(self._told)):
                    return hindrance
            if self._passed:
                return None
            try:
                hindrance = self._in_the_middle()
                silent = 0
            except Fault as fault:
                if fault.code not in ("thermal_printer.silent", "thermal_printer.unreadable_status"):
                    raise
                silent += fault.code == "thermal_printer.silent"
                hindrance = fault.code if silent >= SILENT_POLLS else None
            if self._passed:
                return None
            if hindrance:
                return hindrance
        return "thermal_printer.unconfirmed"

    def _in_the_middle(self) -> str | None:
        """A reason for which the rest will not come out. Faults ``silent``, ``unreadable_status``."""
        flags = self._real_time(OFFLINE_CAUSE) | self._real_time(ERROR) | self._real_time(PAPER)
        return _stops(flags)

    def _after_print(self) -> Outcome:
        """All was carried out; a stuck cutter can still hold the slip, an empty roll may have cut it short."""
        status = self.status()
        return Unsettled(status.reason) if isinstance(status, Blocked | Unknown) else Printed()

    def _reset(self) -> None:
        clear = CLEAR_BUFFER if self._model.clear_buffer else b""
        self._line.write(clear + HW_INIT + (ASB_ON if self._model.tells_by_itself else ASB_OFF), WRITE_S)

    # ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _forget(self) -> None:
        """Everything that came before the next question."""
        self._line.discard_input()
        self._reader.forget()
        self._replies.clear()
        self._told = None

    def _real_time(self, n: int) -> Flags:
        """The answer to DLE EOT n. Faults ``silent``, ``unreadable_status``."""
        self._line.write(RT_STATUS + bytes([n]), STATUS_S)
        deadline = monotonic() + STATUS_S
        while (reply := self._next_reply(deadline)) is not None:
            if isinstance(reply, RealTime):
                return status_bytes.real_time(n, reply.byte)
            if isinstance(reply, Unreadable | PaperSensor) and not self._passed:
                raise Fault("thermal_printer.unreadable_status", f"{reply.byte:02X} to DLE EOT {n}")
        self._owes_an_answer = True
        raise Fault("thermal_printer.silent", f"no answer to DLE EOT {n}")

    def _next_reply(self, deadline: float) -> Reply | None:
        """The next one in time; a fence that is passed and what the printer tells by itself are noted on the way."""
        while not self._replies:
            left = deadline - monotonic()
            if left <= 0:
                return None
            self._replies = self._reader.feed(self._line.read(left))
        reply = self._replies.pop(0)
        if self._awaited is not None and (reply == self._awaited or type(reply) is self._awaited):
            self._passed = True
        elif isinstance(reply, Automatic):
            self._told = status_bytes.automatic(reply.data)
        return reply


def _stops(flags: Flags) -> str | None:
    """Why a printer that says this does not go on."""
    status = status_bytes.judge(flags, near_end_sensor=False)
    return status.reason if isinstance(status, Blocked) else None


def create(
    port: str, model: str = DEFAULT_MODEL, baud: int = 115200, transport: Transport = "auto", logo: str = ""
) -> EscPosPrinter:
    """The registry's entry; ``model`` is a code of models.toml, ``port`` and ``transport`` see ``make_line``.

    ``logo`` is the path of a picture that is printed above every receipt. ValueError for what cannot be.
    """
    able = find_model(model)
    picture = raster.logo(Path(logo), able) if logo else b""
    return EscPosPrinter(make_line(port, transport, baud), able, logo=picture)
