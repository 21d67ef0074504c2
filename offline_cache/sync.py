"""The worker between store and office: sends what is sealed, fetches what is decided, knows who is there."""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from offline_cache.backoff import FIRST_S, LONGEST_S, delay_s
from offline_cache.catalogue_cache import CatalogueCache, UntrustedCatalogue
from offline_cache.decision_poll import DecisionPoll
from offline_cache.delivery import deliver
from offline_cache.office_client import AuthorisationFault, ItemFault, OfficeClient, ServerFault, Throttled
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from offline_cache.sync_events import (
    CatalogueChanged,
    ItemAccepted,
    ItemRejected,
    OfficeTrouble,
    OnlineChanged,
    SyncEvent,
)
from wire.messages import Acknowledgement
from wire.signing import VerifyKey

log = structlog.get_logger()


@dataclass(frozen=True)
class Pace:
    """How often the worker acts by itself, in seconds."""

    probe_s: float = 3.0  # while offline: a resident sees the recovery within seconds, the office one small GET
    health_s: float = 15.0  # while idle and online: how long a lost network may go unnoticed
    second_look_s: float = 0.5  # one missed answer is not yet a lost network
    catalogue_s: float = 300.0
    first_failure_s: float = FIRST_S  # the pause after the first failure; it doubles from there
    recovery_s: float = 60.0  # once the office is back, nothing waits longer than this
    decision_failure_s: float = 60.0  # longest pause between questions that fail
    stop_s: float = 5.0  # how long stop() waits for requests under way; what they were doing is safe to abandon


class SyncWorker:
    """Two threads: one sends, one asks for decisions, so that a held question never delays a new application.

    ``on_event`` is called from these threads. Nothing is ever raised out of them.
    """

    def __init__(
        self,
        store: Store,
        client: OfficeClient,
        office_key: VerifyKey,
        on_event: Callable[[SyncEvent], None],
        pace: Pace | None = None,
    ) -> None:
        self._client = client
        self._on_event = on_event
        self._pace = pace or Pace()
        self._outbox = Outbox(store)
        self._catalogue = CatalogueCache(store, office_key)
        self._poll = DecisionPoll(store, client, office_key, self._emit)
        self._online: bool | None = None  # None until the first answer or silence
        self._refused = False  # 401 or 403: health says nothing about that, only a signed call does
        self._failures = 0  # runs in a row that the office's faults ended
        self._resume_at = 0.0  # monotonic, as are all below; somebody at the screen may overrule this one
        self._throttled_until = 0.0  # nobody overrules this one
        self._answered_at = float("-inf")
        self._catalogue_at = float("-inf")
        self._somebody_waits = threading.Event()
        self._send_signal = threading.Event()
        self._ask_signal = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def online(self) -> bool:
        """Whether the office answered last time."""
        return bool(self._online)

    def start(self) -> None:
        """Start both threads; once."""
        for name, loop in (("sync-send", self._send_loop), ("sync-ask", self._ask_loop)):
            thread = threading.Thread(target=loop, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Ask both threads to end and wait a little; may be called twice."""
        self._stopping.set()
        self._send_signal.set()
        self._ask_signal.set()
        deadline = time.monotonic() + self._pace.stop_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def wake(self) -> None:
        """Somebody at the screen waits for what was just sealed: try now, whatever the back-off says."""
        self._somebody_waits.set()
        self._send_signal.set()

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _send_loop(self) -> None:
        while not self._stopping.is_set():
            woken = self._somebody_waits.is_set()
            if woken:
                self._somebody_waits.clear()
            try:
                pause = self._cycle(woken)
            except Exception as error:  # noqa: BLE001 - the thread's boundary: a dead sync would strand applications
                self._failures += 1
                pause = self._delay(self._failures)
                self._unexpected("send", error)
            self._send_signal.wait(pause)
            self._send_signal.clear()

    def _cycle(self, woken: bool) -> float:
        """Probe, send, refresh, as far as each is due; gives the seconds to sleep."""
        may_run = time.monotonic() >= self._resume_at or woken
        if not self._refused and not self._office_is_there():
            return self._pace.probe_s * random.uniform(0.8, 1.2)
        if may_run and time.monotonic() >= self._throttled_until:
            self._run()
        now = time.monotonic()
        wait = self._pace.health_s if self._online else self._pace.probe_s
        due = self._outbox.due_in(now)
        if due is not None:
            wait = min(wait, max(due, self._resume_at - now, self._throttled_until - now))
        return max(wait, 0.05)  # a floor, so that no mistake of ours can make this a busy loop

    def _office_is_there(self) -> bool:
        """A real answer not long ago, or one to a probe now. Going offline takes two misses, coming back one answer."""
        if self._online and time.monotonic() - self._answered_at < self._pace.health_s:
            return True
        there = self._client.health()
        if not there and self._online and not self._stopping.wait(self._pace.second_look_s):
            there = self._client.health()
        self._set_online(there)
        return there

    def _run(self) -> None:
        try:
            self._drain()
            self._refresh_catalogue()
        except Throttled as fault:
            self._throttled_until = time.monotonic() + fault.retry_after_s
            log.warning("office_throttles", seconds=fault.retry_after_s)
        except AuthorisationFault as fault:
            self._back_off()
            if not self._refused:
                self._refused = True
                log.error("office_refuses_device", detail=str(fault))
                self._emit(OfficeTrouble("authorisation", str(fault)))
            self._set_online(False)
        except ServerFault as fault:
            log.warning("office_fault", detail=str(fault), online=self._online)
        else:
            self._failures = 0
            self._resume_at = 0.0

    def _drain(self) -> None:
        while not self._stopping.is_set() and (lease := self._outbox.lease_next(time.monotonic())):
            try:
                answer = deliver(lease, self._outbox, self._client)
            except ServerFault:
                # If the office is well, it stumbles over this item: the next run must begin behind it, so the item
                # waits longer than the run does. Otherwise the two pauses race and it can block the queue for hours.
                self._back_off()
                there = self._client.health()
                pause = max(self._delay(lease.attempt), 2 * (self._resume_at - time.monotonic())) if there else 0.0
                self._outbox.release(lease.id, pause, time.monotonic())
                self._set_online(there)
                raise
            except BaseException:
                self._outbox.release(lease.id, 0.0, time.monotonic())
                raise
            self._answered()
            if isinstance(answer, Acknowledgement):
                log.info("envelope_accepted", envelope_id=lease.id, attempt=lease.attempt)
                self._emit(ItemAccepted(lease.id, answer))
                self._ask_signal.set()
            else:
                log.error("envelope_rejected", envelope_id=lease.id, status=answer.status, type=answer.type)
                self._emit(ItemRejected(lease.id, answer))

    def _refresh_catalogue(self) -> None:
        if time.monotonic() - self._catalogue_at < self._pace.catalogue_s and not self._refused:
            return
        try:
            signed = self._client.catalogue()
            changed = self._catalogue.put(signed)
        except ItemFault as fault:
            log.warning("catalogue_refused", status=fault.problem.status)
        except ServerFault as fault:
            if self._refused:
                self._back_off()
                raise
            # What is queued must not wait for it: applications go without a new catalogue.
            log.warning("catalogue_not_fetched", detail=str(fault))
            self._catalogue_at = time.monotonic() - self._pace.catalogue_s + self._pace.recovery_s
            self._answered_at = float("-inf")
            return
        except UntrustedCatalogue as error:
            log.error("catalogue_untrusted", version=signed.bundle.version)
            self._emit(OfficeTrouble("untrusted_catalogue", str(error)))
        else:
            if changed:
                self._emit(CatalogueChanged(signed.bundle.version))
        self._catalogue_at = time.monotonic()
        self._refused = False  # a signed call was answered
        self._answered()

    def _back_off(self) -> None:
        self._failures += 1
        self._resume_at = time.monotonic() + self._delay(self._failures)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask_loop(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            pause: float | None = None
            try:
                if self._online:
                    pause = self._poll.ask_one(time.monotonic())
                    failures = 0
            except Throttled as fault:
                pause = fault.retry_after_s
            except (ServerFault, AuthorisationFault) as fault:
                failures += 1
                pause = self._delay(failures, self._pace.decision_failure_s)
                log.warning("decision_not_fetched", detail=str(fault))
                self._answered_at = float("-inf")  # the sender looks whether the office is still there
                self._send_signal.set()
            except Exception as error:  # noqa: BLE001 - the thread's boundary, as above
                failures += 1
                pause = self._delay(failures, self._pace.decision_failure_s)
                self._unexpected("ask", error)
            self._ask_signal.wait(pause)
            self._ask_signal.clear()

    # ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _delay(self, failures: int, longest_s: float = LONGEST_S) -> float:
        return delay_s(failures, longest_s, self._pace.first_failure_s)

    def _answered(self) -> None:
        self._set_online(True)

    def _set_online(self, online: bool) -> None:
        if online:
            self._answered_at = time.monotonic()
        if online == self._online:
            return
        came_back = online and self._online is False
        self._online = online
        log.info("office_online" if online else "office_offline")
        if came_back:
            self._resume_at = 0.0
            self._outbox.hasten(time.monotonic() + self._pace.recovery_s)
        if online:
            self._ask_signal.set()
        self._emit(OnlineChanged(online))

    def _emit(self, event: SyncEvent) -> None:
        try:
            self._on_event(event)
        except Exception as error:  # noqa: BLE001 - a listener's fault must not stop the sync
            self._unexpected("listener", error, tell=False)

    def _unexpected(self, where: str, error: Exception, *, tell: bool = True) -> None:
        # Type and place only: the text of an unforeseen error may hold what a resident typed.
        place = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__} at {place.filename.rsplit('/', 1)[-1]}:{place.lineno}"
        log.error("sync_unexpected", where=where, detail=detail)
        if tell:
            self._emit(OfficeTrouble("unexpected", f"{where}: {detail}"))
