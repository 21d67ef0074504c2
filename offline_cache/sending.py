"""Lease, deliver, settle: what is sealed goes to the office, each item once, none in the way of another."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from offline_cache.backlog import Backlog
from offline_cache.backoff import LONGEST_S, delay_s
from offline_cache.delivery import GaveWay, Postponed, deliver, settle
from offline_cache.items import Lease
from offline_cache.office_client import OfficeClient, ServerFault
from offline_cache.office_watch import OfficeWatch
from offline_cache.outbox import Outbox
from offline_cache.pace import Pace
from offline_cache.store import Store
from offline_cache.sync_events import ItemAccepted, ItemRejected, OfficeTrouble, SyncEvent
from wire.messages import Acknowledgement, Problem

log = structlog.get_logger()

OLDEST_EVERY = 8  # leases: this often age goes before priority, so that nothing starves behind a busy screen
REFUSALS_IN_A_ROW = 5  # more is not bad luck but a bad office or a bad kiosk: stop before the whole queue is dead
POSTPONED_S = 30.0  # a follow-up looks again for its application


class Sender:
    """Runs on the sending thread only."""

    def __init__(
        self,
        store: Store,
        client: OfficeClient,
        watch: OfficeWatch,
        backlog: Backlog,
        pace: Pace,
        emit: Callable[[SyncEvent], None],
        stopping: threading.Event,
        monotonic: Callable[[], float],
    ) -> None:
        self._store = store
        self._client = client
        self._watch = watch
        self._backlog = backlog
        self._pace = pace
        self._emit = emit
        self._stopping = stopping
        self._monotonic = monotonic
        self._outbox = Outbox(store)
        self._failures = 0  # runs in a row that the office's faults ended without one item settled
        self._refusals = 0
        self._leases = 0
        self._resume_at = 0.0  # monotonic; somebody at the screen may overrule it

    @property
    def held_until(self) -> float:
        """Monotonic time before which nothing is sent."""
        return max(self._resume_at, self._watch.throttled_until)

    def may_run(self, woken: bool) -> bool:
        """``woken``: somebody waits, and overrules our own pauses, not the office's."""
        now = self._monotonic()
        return now >= self._watch.throttled_until and (woken or now >= self._resume_at)

    def came_back(self) -> None:
        """The office is there again: old pauses no longer count."""
        self._resume_at = 0.0
        self._outbox.hasten(self._monotonic() + self._pace.recovery_s)

    def rested(self) -> None:
        """A run ended well."""
        self._failures = 0
        self._resume_at = 0.0

    def back_off(self, at_least_s: float = 0.0) -> None:
        """The next run waits, longer each time."""
        self._failures += 1
        self._resume_at = self._monotonic() + max(self.delay(self._failures), at_least_s)

    def delay(self, failures: int, longest_s: float = LONGEST_S) -> float:
        """The pause after this many failures; seconds instead of minutes while somebody waits."""
        waits = self._backlog.somebody_waits()
        return delay_s(failures, longest_s, self._pace.waited_for_s if waits else self._pace.first_failure_s)

    def drain(self) -> None:
        """Everything that may go now, in order. Raises ServerFault, AuthorisationFault, Throttled."""
        lease = self._lease()
        while lease is not None:
            if self._stopping.is_set():
                self._outbox.release(lease.id, 0.0, self._monotonic())
                return
            lease = self._deliver(lease)

    def _lease(self) -> Lease | None:
        self._leases += 1
        return self._outbox.lease_next(self._monotonic(), oldest_first=self._leases % OLDEST_EVERY == 0)

    def _deliver(self, lease: Lease) -> Lease | None:
        """One item; gives the next, leased in the same commit that settles this one."""
        try:
            answer = deliver(lease, self._outbox, self._client, self._give_way_to(lease))
        except ServerFault as fault:
            self._stumbled(lease, fault)
            raise
        except GaveWay:
            self._outbox.release(lease.id, 0.0, self._monotonic())
            return self._lease()
        except BaseException:
            self._outbox.release(lease.id, 0.0, self._monotonic())
            raise
        if isinstance(answer, Postponed):
            self._outbox.release(lease.id, POSTPONED_S, self._monotonic())
            return self._lease()
        with self._store.transaction():
            settle(lease, self._outbox, answer)
            following = self._lease()
        try:
            self._tell(lease, answer)
        except ServerFault:
            if following is not None:
                self._outbox.release(following.id, 0.0, self._monotonic())
            raise
        return following

    def _stumbled(self, lease: Lease, fault: ServerFault) -> None:
        """Is the office away, or does it stumble over this item only?

        If it is well, the next run must begin behind this item: it waits longer than the run does. Otherwise the two
        pauses race and it can block the queue for hours.
        """
        self.back_off(fault.retry_after_s or 0.0)
        there = self._watch.look()
        pause = max(self.delay(lease.attempt), 2 * (self._resume_at - self._monotonic())) if there else 0.0
        self._outbox.release(lease.id, pause, self._monotonic())
        log.warning("office_fault", detail=str(fault), envelope_id=lease.id, attempt=lease.attempt, online=there)

    def _give_way_to(self, lease: Lease) -> Callable[[], bool]:
        """Between two pages: does somebody wait for something else than this, that could go now?"""
        return lambda: self._backlog.goes_before(lease.id, self._monotonic())

    def _tell(self, lease: Lease, answer: Acknowledgement | Problem) -> None:
        self._failures = 0  # whatever comes next, the office settles items
        self._watch.accepted_call()
        if isinstance(answer, Acknowledgement):
            self._refusals = 0
            log.info("envelope_accepted", envelope_id=lease.id, attempt=lease.attempt)
            self._emit(ItemAccepted(lease.id, answer))
        else:
            self._refusals += 1
            log.error("envelope_rejected", envelope_id=lease.id, status=answer.status, type=answer.type)
            self._emit(ItemRejected(lease.id, answer))
        news = self._backlog.news(at_once=False)
        if news is not None:
            self._emit(news)
        if self._refusals >= REFUSALS_IN_A_ROW:
            self._refusals = 0
            self.back_off()
            detail = f"{REFUSALS_IN_A_ROW} items in a row were refused"
            self._emit(OfficeTrouble("refuses_everything", detail))
            raise ServerFault(detail)
