"""The worker between store and office: sends what is sealed, fetches what is decided, knows who is there."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from offline_cache.backlog import Backlog
from offline_cache.backoff import delay_s
from offline_cache.decision_poll import DecisionPoll
from offline_cache.office_client import AuthorisationFault, OfficeClient, OfficeFault, Reason, ServerFault, Throttled
from offline_cache.office_watch import OfficeWatch
from offline_cache.outbox import Outbox
from offline_cache.pace import Pace
from offline_cache.refresh import Refresh
from offline_cache.sending import Sender
from offline_cache.store import Store
from offline_cache.sync_events import ClockJumped, ItemAccepted, OfficeTrouble, SyncEvent
from wire.signing import VerifyKey

__all__ = ["Pace", "SyncStatus", "SyncWorker"]

LEAST_PAUSE_S = 0.05  # a floor, so that no mistake of ours can make this a busy loop

log = structlog.get_logger()


@dataclass(frozen=True)
class SyncStatus:
    """For the technician's screen and the heartbeat. ``reason``: why there is no office, None while online."""

    online: bool
    reason: Reason | None
    device_refused: bool
    remaining: int
    oldest_age_s: float | None
    clock_offset_s: float | None  # office minus kiosk; None: unknown
    held_for_s: float  # until the next run, by back-off or because the office asked


class SyncWorker:
    """Two threads: one sends, one asks for decisions, so that a held question never delays a new application.

    ``on_event`` is called from these threads. Nothing is ever raised out of them. All pauses are measured on
    ``monotonic``; the wall clock may jump as it likes.
    """

    def __init__(
        self,
        store: Store,
        client: OfficeClient,
        office_key: VerifyKey,
        on_event: Callable[[SyncEvent], None],
        pace: Pace | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._on_event = on_event
        self._pace = pace or Pace()
        self._monotonic = monotonic
        self._stopping = threading.Event()
        self._somebody_waits = threading.Event()
        self._send_signal = threading.Event()
        self._ask_signal = threading.Event()
        self._threads: list[threading.Thread] = []
        self._ask_failures = 0
        self._ask_at = 0.0  # monotonic: the pause after a failed question holds although somebody signals
        self._outbox = Outbox(store)
        self._backlog = Backlog(store, client.clock, self._pace.backlog_s, monotonic)
        self._watch = OfficeWatch(
            client, self._pace, self._emit, self._on_office, monotonic, lambda seconds: self._stopping.wait(seconds)
        )
        self._sender = Sender(
            store, client, self._watch, self._backlog, self._pace, self._emit, self._stopping, monotonic
        )
        self._refresh = Refresh(store, client, office_key, self._watch, self._pace, self._emit, monotonic)
        self._poll = DecisionPoll(store, client, office_key, self._emit, monotonic)

    @property
    def online(self) -> bool:
        """Whether the office answered last time."""
        return bool(self._watch.online)

    def status(self) -> SyncStatus:
        """As it is now. Raises StoreFailed."""
        backlog = self._backlog.now()
        return SyncStatus(
            self.online,
            self._watch.reason,
            self._watch.refused,
            backlog.remaining,
            backlog.oldest_age_s,
            self._client.clock.offset_s,
            max(0.0, self._sender.held_until - self._monotonic()),
        )

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

    def send_once(self) -> float:
        """What the sending thread does in one round; gives the seconds until the next."""
        woken = self._somebody_waits.is_set()
        if woken:
            self._somebody_waits.clear()
        try:
            return self._round(woken)
        except Exception as error:  # noqa: BLE001 - the thread's boundary: a dead sync would strand applications
            self._unexpected("send", error)
            return self._pace.recovery_s

    def _send_loop(self) -> None:
        while not self._stopping.is_set():
            pause = self.send_once()
            self._send_signal.wait(pause)
            self._send_signal.clear()

    def _round(self, woken: bool) -> float:
        """Probe, send, refresh, as far as each is due; gives the seconds to sleep."""
        jumped = self._client.clock.jump_s()
        if jumped:
            log.warning("clock_jumped", by_s=round(jumped, 1))
            self._emit(ClockJumped(jumped))
        if not self._watch.refused and not self._watch.is_there():
            self._tell_backlog()
            return max(self._watch.probe_pause_s(), self._watch.throttled_until - self._monotonic())
        if self._sender.may_run(woken):
            self._run()
        self._tell_backlog()
        now = self._monotonic()
        wait = self._pace.health_s if self.online else self._watch.probe_pause_s()
        due = self._outbox.due_in(now)
        if due is not None:
            wait = min(wait, max(due, self._sender.held_until - now))
        return max(wait, LEAST_PAUSE_S)

    def _run(self) -> None:
        try:
            self._sender.drain()
            self._refresh.run()
        except Throttled as fault:
            self._watch.throttled(fault.retry_after_s)
        except AuthorisationFault as fault:
            self._sender.back_off()
            self._watch.refuses_device(fault)
        except ServerFault as fault:
            log.warning("run_ended_early", detail=str(fault), online=self.online)
            if self._watch.refused:
                self._sender.back_off()
        else:
            self._sender.rested()

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def ask_once(self) -> float | None:
        """What the asking thread does in one round; gives the seconds until the next, None: until something happens."""
        now = self._monotonic()
        hold = max(self._ask_at, self._watch.throttled_until) - now
        if hold > 0:
            return hold
        try:
            if not self.online:
                return None
            pause = self._poll.ask_one(now)
            self._ask_failures = 0
            self._ask_at = self._monotonic() + self._poll.least_pause_s
            return pause
        except Throttled as fault:
            self._watch.throttled(fault.retry_after_s)
            return fault.retry_after_s
        except OfficeFault as fault:
            log.warning("decision_not_fetched", detail=str(fault))
            self._watch.look_again()  # the sender looks whether the office is still there
            self._send_signal.set()
        except Exception as error:  # noqa: BLE001 - the thread's boundary, as above
            self._unexpected("ask", error)
        self._ask_failures += 1
        pause = delay_s(self._ask_failures, self._pace.decision_failure_s, self._pace.waited_for_s)
        self._ask_at = self._monotonic() + pause
        return pause

    def _ask_loop(self) -> None:
        while not self._stopping.is_set():
            pause = self.ask_once()
            self._ask_signal.wait(pause)
            self._ask_signal.clear()

    # ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _on_office(self, came_back: bool) -> None:
        if came_back:
            self._sender.came_back()
            self._ask_at = 0.0
        self._ask_signal.set()

    def _tell_backlog(self) -> None:
        news = self._backlog.news(at_once=True)
        if news is not None:
            self._emit(news)

    def _emit(self, event: SyncEvent) -> None:
        if isinstance(event, ItemAccepted):
            self._ask_signal.set()
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
