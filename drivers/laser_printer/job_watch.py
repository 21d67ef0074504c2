"""Follows a job to its end and says what is known of its paper, from what spooler and printer each remember."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TypeVar

import cups
import structlog

from drivers.device import Blocked, Fault
from drivers.laser_printer import ipp
from drivers.laser_printer.reasons import judge
from drivers.laser_printer.spooler import Queue, Spooler, SpoolJob
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled

SPOOLER_DOWN = "laser_printer.spooler_down"
RESTARTED = "laser_printer.spooler_restarted"
JAM = "laser_printer.jam"
QUERY_FAILURES = 3  # in a row; one is a blip of cupsd reloading

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True)
class Patience:
    """Seconds. A test passes shorter ones."""

    poll: float = 0.5  # the spooler updates a job about once a second; faster shows nothing new
    follow: float = 120.0  # a cold printer warms up for most of a minute; two are too few only if it is broken
    blocked: float = 6.0  # some printers say media-needed for a moment while they change trays
    cancel: float = 15.0  # spooler, its back end and the printer hear of it one after the other; measured 1 to 4 s
    spooler: float = 10.0  # systemd starts a killed cupsd again after 1 to 5 s


class JobWatch:
    """Works for one driver, on its thread. ``queues`` are all that it may have printed on."""

    def __init__(self, spooler: Spooler, queues: Callable[[], list[Queue]], patience: Patience) -> None:
        self._spooler = spooler
        self._queues = queues
        self._patience = patience
        self._left_behind: set[str] = set()  # titles of jobs that the spooler could not be told to cancel

    def follow(self, job_id: int, title: str) -> Outcome:
        """Wait until it is known what came out: at most 120 s, and less when the printer says that it is stuck.

        A cupsd that restarts takes every job that it has not seen ended for one that is still to be printed (measured
        on 2.4.2). So a job is cancelled as soon as the spooler is seen again, and the printer is asked.
        """
        deadline = monotonic() + self._patience.follow
        failures, spooler_lost = 0, False
        stuck_since: float | None = None
        while True:
            try:
                job = self._job(job_id, title)
                title = job.title
                if job.ended:
                    return self._outcome(title, job, "laser_printer.aborted")
                if spooler_lost:
                    return self.cancel(job_id, title, RESTARTED)
                stuck = self._what_blocks(job)
                failures = 0
            except Fault as fault:
                failures += 1
                spooler_lost = spooler_lost or fault.code == SPOOLER_DOWN
                if fault.code == "laser_printer.job_lost" or failures >= QUERY_FAILURES:
                    # left in the queue it would print when the printer comes back, long after we said that nobody knows
                    return self.cancel(job_id, title, fault.code)
                stuck = None
            now = monotonic()
            stuck_since = (stuck_since or now) if stuck else None
            if stuck and stuck_since is not None and now - stuck_since >= self._patience.blocked:
                return self.cancel(job_id, title, stuck)
            if now > deadline:
                return self.cancel(job_id, title, "laser_printer.timed_out")
            sleep(self._patience.poll)

    def cancel(self, job_id: int, title: str, reason: str) -> Outcome:
        """Stop a job, at the spooler or where its paper is, and say what is known about that paper."""
        try:
            job = self._cancelled(job_id, title)
            title = job.title
        except Fault as fault:
            log.warning("print_cancel_unsettled", job=job_id, code=fault.code)
            self._left_behind |= {title} - {""}
            return self.from_printers(title, reason)  # the spooler has forgotten it; the printer may have not
        if reason == SPOOLER_DOWN:
            reason = RESTARTED  # for it is back
        # a back end that outlived its spooler may be at the printer still, and nobody tells it
        if reason == RESTARTED or not self._at_rest(job):
            return self.from_printers(title, reason)
        return self._outcome(title, job, reason)

    def clear_up(self) -> None:
        """Cancel what could not be cancelled while the spooler was away: it would print, or keep its queue stopped."""
        if not self._left_behind:
            return
        try:
            for job in self._spooler.jobs("not-completed"):
                if job.title in self._left_behind:
                    self._spooler.cancel(job.id)
        except Fault as fault:
            log.warning("print_left_behind", code=fault.code)
            return
        self._left_behind.clear()

    def known_to_printers(self, title: str) -> list[tuple[Queue, ipp.PrinterJob]]:
        """Jobs of that title in the printers' own memory; printers without IPP are left out.

        Raises the Fault of a printer that does not answer, unless another one knows the job: it has one printer only.
        """
        found: list[tuple[Queue, ipp.PrinterJob]] = []
        fault: Fault | None = None
        for queue in self._queues():
            if queue.speaks_ipp:
                try:
                    found += [(queue, job) for job in ipp.ask_jobs(queue.device_uri) if job.name == title]
                except Fault as unheard:
                    fault = unheard
        if fault is not None and not found:
            raise fault
        return found

    def from_printers(self, title: str, reason: str) -> Outcome:
        """The outcome of a job that the spooler does not watch any more: given time to end, then stopped there, too."""
        try:
            for last in (False, True):
                deadline = monotonic() + self._patience.cancel
                while True:
                    known = self.known_to_printers(title)
                    if not known:  # never arrived, or forgotten, or on its way from a back end without a master
                        return Unsettled(reason)
                    if all(job.ended for _, job in known):
                        return self._outcome(title, None, reason)
                    if monotonic() > deadline or (not last and self._stands_still(known)):
                        break
                    sleep(self._patience.poll)
                for queue, job in known if not last else ():
                    if not job.ended:
                        ipp.cancel_job(queue.device_uri, job.id)
        except Fault as fault:
            log.warning("print_unsettled", code=fault.code)
        return Unsettled(reason)

    def when_back(self, ask: Callable[[], T]) -> T:
        """The answer of a spooler that may just be being started again. Raises its last Fault."""
        deadline = monotonic() + self._patience.spooler
        while True:
            try:
                return ask()
            except Fault as fault:
                if fault.code != SPOOLER_DOWN or monotonic() > deadline:
                    raise
            sleep(self._patience.poll)

    # ── the spooler ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _job(self, job_id: int, title: str) -> SpoolJob:
        """A cupsd that lost its memory gives the same numbers again: then it is somebody else's job, and left alone."""
        job = self._spooler.job(job_id)
        if title and job.title != title:
            raise Fault("laser_printer.job_lost", "the number belongs to another job")
        return job

    def _cancelled(self, job_id: int, title: str) -> SpoolJob:
        """Told the spooler. Fault when nobody can be told."""

        def tell() -> SpoolJob:
            self._job(job_id, title)
            self._spooler.cancel(job_id)
            return self._job(job_id, title)

        return self.when_back(tell)

    def _at_rest(self, job: SpoolJob) -> bool:
        """Whether spooler and printer are done with it in time."""
        deadline = monotonic() + self._patience.cancel
        try:
            while not job.ended or self._printer_is_at_it(job.title):
                if monotonic() > deadline:
                    return False
                sleep(self._patience.poll)
                job = self._spooler.job(job.id)
        except Fault as fault:
            log.warning("print_cancel_unsettled", job=job.id, code=fault.code)
            return False
        return True

    def _what_blocks(self, job: SpoolJob) -> str | None:
        """Why this job does not move: the printer's own reason, or a queue that CUPS has stopped."""
        queue = self._spooler.queue(job.queue)
        status = judge(ipp.ask_state(queue.device_uri).reasons if queue.speaks_ipp else queue.reasons)
        if isinstance(status, Blocked):
            return status.reason
        return "laser_printer.queue_stopped" if queue.stopped else None

    # ── the printer ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _printer_is_at_it(self, title: str) -> bool:
        return any(not job.ended for _, job in self.known_to_printers(title))

    def _stands_still(self, known: list[tuple[Queue, ipp.PrinterJob]]) -> bool:
        at_it = {queue.device_uri for queue, job in known if not job.ended}
        return any(isinstance(judge(ipp.ask_state(uri).reasons), Blocked) for uri in at_it)

    def _outcome(self, title: str, job: SpoolJob | None, reason: str) -> Outcome:
        """Paper for an ended job: what the printer counted, else what the spooler saw."""
        if job is not None and job.state == cups.IPP_JOB_COMPLETED:
            return Printed()
        if job is not None and not job.started:
            return NotPrinted(reason)
        try:
            known = self.known_to_printers(title)
            if any(one.state == ipp.COMPLETED for _, one in known):
                return Printed()
            # A sheet that jammed was not counted either, but it may be a numbered original that hangs out of the
            # printer. A jam is also seen when it came while the job was being cancelled.
            jammed = reason == JAM or any(self._jammed(queue) for queue, _ in known)
        except Fault:
            return Unsettled(reason)
        if jammed:
            return Unsettled(JAM)
        clean = known != [] and all(one.ended and one.impressions == 0 for _, one in known)
        return NotPrinted(reason) if clean else Unsettled(reason)

    def _jammed(self, queue: Queue) -> bool:
        return judge(ipp.ask_state(queue.device_uri).reasons) == Blocked(JAM)
