"""Laser printers behind CUPS: hand a PDF over, follow it to the paper, and say truthfully what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

import cups
import structlog

from drivers.device import Blocked, Fault, Missing, Ready, Status, Unknown, Warning, can_work
from drivers.laser_printer import ipp
from drivers.laser_printer.reasons import judge
from drivers.laser_printer.spooler import Queue, Spooler, SpoolJob
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled

POLL_S = 0.5  # the spooler updates a job about once a second; faster shows nothing new
FOLLOW_LIMIT_S = 120.0  # a cold printer warms up for most of a minute; two are not enough to print only if it is broken
QUERY_FAILURES = 3  # in a row; one is a blip of cupsd reloading
BLOCKED_GRACE_S = 6.0  # some printers say media-needed for a moment while they change trays
CANCEL_LIMIT_S = 15.0  # the spooler, its back end and the printer hear of it one after the other; measured 1 to 4 s

log = structlog.get_logger()


class CupsLaserPrinter:
    """One or several queues, one a printer; which paper lies where, the queues say.

    CUPS counts an impression that never came out (one for a first sheet that jammed, measured on 2.4.2), so the printer
    itself is asked for paper wherever its address speaks IPP.
    """

    def __init__(self, queues: tuple[str, ...], server: str = "") -> None:
        self._queues = queues
        self._spooler = Spooler(server)

    def open(self) -> None:
        """Raises Fault ``laser_printer.spooler_down`` or ``.queue_missing``."""
        for name in self._queues:
            self._spooler.queue(name)

    def close(self) -> None:
        self._spooler.close()

    # ── status ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def status(self) -> Status:
        """The worst of all printers: a licence comes with its duplicate, on the other paper."""
        return max((self._status_of(self._spooler.queue(name), None) for name in self._queues), key=_badness)

    def status_for(self, media: str) -> Status:
        """The best printer that takes this paper; Blocked ``wrong_media`` when none does."""
        found = [self._status_of(queue, media) for queue in self._all_queues() if media in queue.media]
        return min(found, key=_badness, default=Blocked("laser_printer.wrong_media"))

    def _all_queues(self) -> list[Queue]:
        return [self._spooler.queue(name) for name in self._queues]

    def _status_of(self, queue: Queue, media: str | None) -> Status:
        try:
            says = ipp.ask_state(queue.device_uri) if _speaks_ipp(queue) else None
        except Fault as fault:
            return Missing() if fault.code == "laser_printer.not_answering" else Unknown(fault.code)
        # What CUPS remembers of an idle printer is the end of its last job; the printer itself knows better.
        status = judge(says.reasons, media, says.media_ready) if says else judge(queue.reasons, media)
        if not can_work(status):
            return status
        if not queue.accepting:
            return Blocked("laser_printer.not_accepting")
        if queue.stopped:
            return status if self._resumed(queue.name) else Blocked("laser_printer.queue_stopped")
        return status

    def resume(self) -> None:
        """Start stopped queues again. One with a job in it stays stopped, Fault ``jobs_waiting``: it would print."""
        for queue in self._all_queues():
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

        Raises Fault only before a job exists; a printer that cannot print is a known NotPrinted without a job.
        """
        status = self.status_for(media)
        if not can_work(status):
            return NotPrinted(_code(status))
        job_id = self.submit(pdf, media, title)
        try:
            if on_job is not None:
                on_job(job_id)
        except BaseException:
            self._spooler.cancel(job_id)  # nobody wrote the job down, so nobody would ever ask for its outcome
            raise
        return self.follow(job_id)

    def submit(self, pdf: bytes, media: str, title: str) -> int:
        """Hand the document to the queue that takes this paper. Faults ``wrong_media``, ``not_accepted``, or open's."""
        queues = [queue for queue in self._all_queues() if media in queue.media]
        if not queues:
            raise Fault("laser_printer.wrong_media", media)
        best = min(queues, key=lambda queue: _badness(self._status_of(queue, media)))
        return self._spooler.submit(best.name, pdf, media, title)

    def follow(self, job_id: int) -> Outcome:
        """Wait until it is known what came out: at most 120 s, and less when the printer says that it is stuck."""
        deadline = monotonic() + FOLLOW_LIMIT_S
        failures = 0
        stuck_since: float | None = None
        while True:
            try:
                job = self._spooler.job(job_id)
                if job.ended:
                    return self._outcome(job, "laser_printer.aborted")
                stuck = self._what_blocks(job)
                failures = 0
            except Fault as fault:
                failures += 1
                if failures >= QUERY_FAILURES:
                    # left in the queue it would print when the printer comes back, long after we said that nobody knows
                    return self._cancel(job_id, fault.code)
                stuck = None
            now = monotonic()
            stuck_since = (stuck_since or now) if stuck else None
            if stuck and stuck_since is not None and now - stuck_since >= BLOCKED_GRACE_S:
                return self._cancel(job_id, stuck)
            if now > deadline:
                return self._cancel(job_id, "laser_printer.timed_out")
            sleep(POLL_S)

    def _what_blocks(self, job: SpoolJob) -> str | None:
        """Why this job does not move: the printer's own reason, or a queue that CUPS has stopped."""
        queue = self._spooler.queue(job.queue)
        status = judge(ipp.ask_state(queue.device_uri).reasons if _speaks_ipp(queue) else queue.reasons)
        if isinstance(status, Blocked):
            return status.reason
        return "laser_printer.queue_stopped" if queue.stopped else None

    # ── afterwards ──────────────────────────────────────────────────────────────────────────────────────────────────

    def find_job(self, title: str) -> int | None:
        """The newest job of that title, ended ones included."""
        return max((job.id for job in self._spooler.jobs() if job.title == title), default=None)

    def settle(self, job_id: int) -> Outcome:
        """What became of a job whose submitter died; one that is still under way is followed to its end."""
        try:
            self._spooler.job(job_id)
        except Fault as fault:
            return Unsettled(fault.code)
        return self.follow(job_id)

    def cancel(self, job_id: int) -> Outcome:
        """Stop a job and say what is known about its paper."""
        return self._cancel(job_id, "laser_printer.cancelled")

    def _cancel(self, job_id: int, reason: str) -> Outcome:
        try:
            self._spooler.cancel(job_id)
            job = self._spooler.job(job_id)
            deadline = monotonic() + CANCEL_LIMIT_S
            while not job.ended or self._printer_is_at_it(job):
                if monotonic() > deadline:
                    return Unsettled(reason)
                sleep(POLL_S)
                job = self._spooler.job(job_id)
        except Fault as fault:
            log.warning("print_cancel_unsettled", job=job_id, code=fault.code)
            return Unsettled(reason)
        return self._outcome(job, reason)

    def _printer_is_at_it(self, job: SpoolJob) -> bool:
        return any(not known.ended for known in self._known_to_printer(job) or ())

    def _known_to_printer(self, job: SpoolJob) -> list[ipp.PrinterJob] | None:
        """The printer's own jobs of this title (an order has at most one); None if this printer cannot be asked."""
        queue = self._spooler.queue(job.queue)
        if not _speaks_ipp(queue):
            return None
        return [known for known in ipp.ask_jobs(queue.device_uri) if known.name == job.title]

    def _outcome(self, job: SpoolJob, reason: str) -> Outcome:
        """Paper for an ended job: what the printer counted, else what the spooler saw."""
        if job.state == cups.IPP_JOB_COMPLETED:
            return Printed()
        if not job.started:
            return NotPrinted(reason)
        try:
            known = self._known_to_printer(job)
        except Fault:
            return Unsettled(reason)
        if known is None:
            return Unsettled(reason)
        if any(one.state == cups.IPP_JOB_COMPLETED for one in known):
            return Printed()
        # A sheet that jammed was not counted either, but it may be a numbered original that hangs out of the printer.
        clean = all(one.ended and one.impressions == 0 for one in known) and known != []
        return NotPrinted(reason) if clean and reason != "laser_printer.jam" else Unsettled(reason)


def _speaks_ipp(queue: Queue) -> bool:
    return queue.device_uri.startswith("ipp://")


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


def create(port: str, server: str = "") -> CupsLaserPrinter:
    """``port``: queue names with commas between them; ``server``: see Spooler."""
    return CupsLaserPrinter(tuple(name.strip() for name in port.split(",") if name.strip()), server)
