"""Laser printers behind CUPS: hand a PDF over, follow it to the paper, and say truthfully what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from drivers.device import Blocked, Fault, Missing, Ready, Status, Unknown, Warning, can_work
from drivers.laser_printer import ipp
from drivers.laser_printer.job_watch import SPOOLER_DOWN, JobWatch, Patience
from drivers.laser_printer.reasons import judge
from drivers.laser_printer.spooler import Queue, Spooler
from drivers.laser_printer.supplies import Supply
from drivers.outcome import NotPrinted, Outcome, Unsettled

log = structlog.get_logger()


class CupsLaserPrinter:
    """One or several queues, one a printer; which paper lies where, the queues and their printers say.

    CUPS counts an impression that never came out (one for a first sheet that jammed, measured on 2.4.2), so the printer
    itself is asked for paper wherever its address speaks IPP.
    """

    def __init__(
        self,
        queues: tuple[str, ...],
        server: str = "",
        trays: Mapping[str, str] | None = None,
        patience: Patience = Patience(),
    ) -> None:
        self._names = queues
        self._trays = dict(trays or {})
        self._spooler = Spooler(server)
        self._seen: dict[str, Queue] = {}  # as last told: where the printers are, also while the spooler is away
        self._watch = JobWatch(self._spooler, self._queues, patience)

    def open(self) -> None:
        """Raises Fault ``laser_printer.spooler_down`` or ``.queue_missing``."""
        self._fresh_queues()

    def close(self) -> None:
        self._spooler.close()

    # ── status ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def status(self) -> Status:
        """The worst of all printers: a licence comes with its duplicate, on the other paper."""
        return max((self._status_of(queue, None) for queue in self._fresh_queues()), key=_badness)

    def status_for(self, media: str) -> Status:
        """The best printer that takes this paper; Blocked ``wrong_media`` when none does."""
        found = [self._status_of(queue, media) for queue in self._fresh_queues() if media in queue.media]
        return min(found, key=_badness, default=Blocked("laser_printer.wrong_media"))

    def supplies(self) -> dict[str, tuple[Supply, ...]]:
        """Toner and waste boxes by queue; a printer that does not tell or answer has none. Faults as open."""
        return {queue.name: _supplies(queue) for queue in self._fresh_queues()}

    def _fresh_queues(self) -> list[Queue]:
        for name in self._names:
            self._seen[name] = self._spooler.queue(name)
        self._watch.clear_up()
        return [self._seen[name] for name in self._names]

    def _queues(self) -> list[Queue]:
        """As last told, if the spooler is not there to tell."""
        if not self._seen:
            return self._fresh_queues()
        return list(self._seen.values())

    def _status_of(self, queue: Queue, media: str | None) -> Status:
        try:
            says = ipp.ask_state(queue.device_uri) if queue.speaks_ipp else None
        except Fault as fault:
            return Missing() if fault.code == "laser_printer.not_answering" else Unknown(fault.code)
        # What CUPS remembers of an idle printer is the end of its last job; the printer itself knows better.
        status = self._judged(says, media, queue) if says else judge(queue.reasons, media)
        if not can_work(status):
            return status
        if not queue.accepting:
            return Blocked("laser_printer.not_accepting")
        if queue.stopped:
            return status if self._resumed(queue.name) else Blocked("laser_printer.queue_stopped")
        return status

    def _judged(self, says: ipp.PrinterSays, media: str | None, queue: Queue) -> Status:
        status = judge(says.reasons, media, says.media_ready)
        if not can_work(status):
            return status
        loaded = {tray.name: tray.media for tray in says.trays}
        for paper, tray in self._trays.items():
            if paper in queue.media and media in (None, paper) and loaded.get(tray) not in (None, "", paper):
                return Blocked("laser_printer.tray_mismatch")
        if isinstance(status, Ready) and any(supply.low for supply in says.supplies):
            return Warning("laser_printer.toner_low")
        return status

    def resume(self) -> None:
        """Start stopped queues again. One with a job in it stays stopped, Fault ``jobs_waiting``: it would print."""
        for queue in self._fresh_queues():
            if queue.stopped and not self._resumed(queue.name):
                raise Fault("laser_printer.jobs_waiting", queue.name)

    def _resumed(self, name: str) -> bool:
        """CUPS stops a queue after a failure and leaves it stopped after the refill."""
        if any(job.queue == name for job in self._spooler.jobs("not-completed")):
            return False
        self._spooler.enable(name)
        log.info("printer_queue_resumed", queue=name)
        return True

    # ── printing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def print_document(
        self, pdf: bytes, media: str, title: str, on_job: Callable[[int], None] | None = None
    ) -> Outcome:
        """Print once and wait for the outcome. ``title`` is the order's id: what a job is found by after a crash.

        Raises Fault only where no job exists; a printer that cannot print is a known NotPrinted without a job.
        """
        status = self.status_for(media)
        if not can_work(status):
            return NotPrinted(_code(status))
        try:
            job_id = self.submit(pdf, media, title)
        except Fault as fault:
            if fault.code != SPOOLER_DOWN:
                raise
            # it went away while it was being told: it may have the job, and print it when it is back
            return self._settled_after_silence(title)
        try:
            if on_job is not None:
                on_job(job_id)
        except BaseException:
            self._spooler.cancel(job_id)  # nobody wrote the job down, so nobody would ever ask for its outcome
            raise
        return self._watch.follow(job_id, title)

    def submit(self, pdf: bytes, media: str, title: str) -> int:
        """Hand the document to the queue that takes this paper. Faults ``wrong_media``, ``not_accepted``, or open's."""
        queues = [queue for queue in self._fresh_queues() if media in queue.media]
        if not queues:
            raise Fault("laser_printer.wrong_media", media)
        best = min(queues, key=lambda queue: _badness(self._status_of(queue, media)))
        return self._spooler.submit(best.name, pdf, media, title, self._trays.get(media, ""))

    def follow(self, job_id: int, title: str = "") -> Outcome:
        """Wait for the outcome of a job that ``submit`` made."""
        return self._watch.follow(job_id, title)

    # ── afterwards ──────────────────────────────────────────────────────────────────────────────────────────────────

    def find_job(self, title: str) -> int | None:
        """The newest job of that title, ended ones included."""
        return max((job.id for job in self._spooler.jobs() if job.title == title), default=None)

    def settle(self, job_id: int | None, title: str) -> Outcome | None:
        """What became of a job whose submitter died; one that is still under way is followed to its end.

        ``job_id`` is None when nobody had time to write it down. None when neither spooler nor printer ever heard of
        the job. Faults as open, and those of a printer that does not answer: then nobody knows.
        """
        self._fresh_queues()
        if job_id is None:
            job_id = self.find_job(title)
        if job_id is not None:
            return self._watch.follow(job_id, title)
        if not self._watch.known_to_printers(title):
            return None
        return self._watch.from_printers(title, "laser_printer.job_lost")

    def cancel(self, job_id: int, title: str = "") -> Outcome:
        """Stop a job and say what is known about its paper."""
        return self._watch.cancel(job_id, title, "laser_printer.cancelled")

    def _settled_after_silence(self, title: str) -> Outcome:
        try:
            outcome = self._watch.when_back(lambda: self.settle(None, title))
        except Fault as fault:
            return Unsettled(fault.code)
        return outcome or NotPrinted(SPOOLER_DOWN)


def _supplies(queue: Queue) -> tuple[Supply, ...]:
    try:
        return ipp.ask_state(queue.device_uri).supplies if queue.speaks_ipp else ()
    except Fault:
        return ()


def _badness(status: Status) -> int:
    order = (Ready, Warning, Unknown, Blocked, Missing)
    return next(place for place, kind in enumerate(order) if isinstance(status, kind))


def _code(status: Status) -> str:
    match status:
        case Blocked(reason) | Warning(reason):
            return reason
        case Unknown(reason):
            return reason or "laser_printer.unreadable_answer"
        case _:
            return "laser_printer.not_answering"


def create(
    port: str, server: str = "", trays: Mapping[str, str] | None = None, patience: Patience | None = None
) -> CupsLaserPrinter:
    """``port``: queue names with commas between them; ``server``: see Spooler.

    ``trays``: which tray (the printer's media-source, the queue's InputSlot) holds which paper, where the printer
    shall not choose: ``{"iso_a3_297x420mm" = "tray-2"}``.
    """
    queues = tuple(name.strip() for name in port.split(",") if name.strip())
    if not queues:
        raise ValueError(f"port {port!r} names no queue")
    return CupsLaserPrinter(queues, server, trays, patience or Patience())
