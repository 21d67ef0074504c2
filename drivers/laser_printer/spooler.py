"""The few questions that we have for a CUPS server, each answered or a Fault, never a hang or a bare pycups error."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import cups

from drivers.device import Fault
from drivers.smart_card.call_lane import CallLane, Overrun

T = TypeVar("T")
ANSWER_LIMIT_S = 8.0  # libcups knows no limit; cupsd answers in milliseconds, and takes seconds while it starts
OF_QUEUE = [
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "device-uri",
    "media-supported",
]
OF_JOB = ["job-id", "job-name", "job-state", "job-printer-uri", "time-at-processing"]
QUEUE_STOPPED = 5  # printer-state, RFC 8011 5.4.11
DEFAULT_PORT = 631


@dataclass(frozen=True)
class Queue:
    """One CUPS queue; ``device_uri`` is the printer behind it."""

    name: str
    stopped: bool
    accepting: bool
    reasons: tuple[str, ...]
    device_uri: str
    media: tuple[str, ...]

    @property
    def speaks_ipp(self) -> bool:
        """The printer itself can be asked; only plain IPP, on the kiosk's own cable."""
        return self.device_uri.startswith("ipp://")


@dataclass(frozen=True)
class SpoolJob:
    """``state`` is RFC 8011's job-state; ``started`` tells whether the queue ever began to send it to the printer."""

    id: int
    title: str
    queue: str
    state: int
    started: bool

    @property
    def ended(self) -> bool:
        return self.state >= int(cups.IPP_JOB_CANCELED)


class Spooler:
    """``server`` is a socket's path, ``host`` or ``host:port``; empty means the system's own CUPS."""

    def __init__(self, server: str = "") -> None:
        self._server = server
        self._lane: CallLane | None = None
        self._connection: list[Any] = []  # of this lane, at most one: a call left behind must not give it to the next

    def close(self) -> None:
        """Never raises, and waits for no answer."""
        lane, self._lane = self._lane, None
        if lane is not None:
            lane.leave()

    def queue(self, name: str) -> Queue:
        """Faults: ``laser_printer.spooler_down``, ``.queue_missing``."""
        told = self._ask(
            lambda c: c.getPrinterAttributes(name, requested_attributes=OF_QUEUE), "laser_printer.queue_missing"
        )
        return Queue(
            name=name,
            stopped=told.get("printer-state") == QUEUE_STOPPED,
            accepting=bool(told.get("printer-is-accepting-jobs", True)),
            reasons=tuple(told.get("printer-state-reasons", ())),
            device_uri=str(told.get("device-uri", "")),
            media=tuple(told.get("media-supported", ())),
        )

    def submit(self, queue: str, pdf: bytes, media: str, title: str, tray: str = "") -> int:
        """Hand over one document; returns its job id. Nothing is printed when this raises Fault ``.not_accepted``;
        after ``.spooler_down`` nobody knows. ``tray`` is the queue's InputSlot, empty for the printer's own choice.
        """
        # pycups takes a file's name; unreadable for others, and gone when the spooler has its copy
        with tempfile.NamedTemporaryFile(prefix="print-", suffix=".pdf") as file:
            file.write(pdf)
            file.flush()
            options = {"media": media, "document-format": "application/pdf", "copies": "1", "job-sheets": "none,none"}
            if tray:
                options["InputSlot"] = tray
            job: int = self._ask(lambda c: c.printFile(queue, file.name, title, options), "laser_printer.not_accepted")
        return job

    def job(self, job_id: int) -> SpoolJob:
        """Faults: ``laser_printer.spooler_down``, ``.job_lost``."""
        told = self._ask(lambda c: c.getJobAttributes(job_id, requested_attributes=OF_JOB), "laser_printer.job_lost")
        return _job(job_id, told)

    def jobs(self, which: str = "all") -> list[SpoolJob]:
        """Ended ones included, by id. ``which``: all, completed, not-completed."""
        told = self._ask(
            lambda c: c.getJobs(which_jobs=which, requested_attributes=OF_JOB), "laser_printer.spooler_down"
        )
        return [_job(job_id, told[job_id]) for job_id in sorted(told)]

    def cancel(self, job_id: int) -> None:
        """Ask for the end; a job that has ended already is as good as cancelled."""
        self._ask(lambda c: c.cancelJob(job_id), "laser_printer.job_lost", harmless=cups.IPP_NOT_POSSIBLE)

    def enable(self, queue: str) -> None:
        """Start a stopped queue again."""
        self._ask(lambda c: c.enablePrinter(queue), "laser_printer.not_allowed")

    def _ask(self, question: Callable[[Any], T], refused: str, harmless: int | None = None) -> T:
        if self._lane is None:
            self._connection = []
            self._lane = CallLane("spooler", self._connection.clear)  # its socket with it, not at the next collection
        held = self._connection
        try:
            return self._lane.call(lambda: question(self._connected(held)), ANSWER_LIMIT_S)
        except Overrun:  # the call is left behind with its connection
            self._lane = None
            raise Fault("laser_printer.spooler_down", "no answer in time") from None
        except cups.IPPError as error:
            code = error.args[0] if error.args else 0
            if harmless is not None and code == harmless:
                return None  # type: ignore[return-value]  # only cancel() has a harmless refusal, and returns nothing
            if code in (cups.IPP_SERVICE_UNAVAILABLE, cups.IPP_INTERNAL_ERROR):
                self.close()
                raise Fault("laser_printer.spooler_down", f"IPP status {code}") from None
            raise Fault(refused, f"IPP status {code}") from None
        except (RuntimeError, cups.HTTPError, OSError) as error:
            self.close()
            raise Fault("laser_printer.spooler_down", type(error).__name__) from None

    def _connected(self, held: list[Any]) -> Any:
        if not held:
            if self._server.startswith("/") or not self._server:
                arguments = {"host": self._server} if self._server else {}
            else:
                host, _, port = self._server.partition(":")
                arguments = {"host": host, "port": int(port or DEFAULT_PORT)}  # type: ignore[dict-item]
            held.append(cups.Connection(**arguments))
        return held[0]


def _job(job_id: int, told: dict[str, Any]) -> SpoolJob:
    return SpoolJob(
        id=job_id,
        title=str(told.get("job-name", "")),
        queue=str(told.get("job-printer-uri", "")).rsplit("/", 1)[-1],
        state=int(told.get("job-state", cups.IPP_JOB_PENDING)),
        started=bool(told.get("time-at-processing")),
    )
