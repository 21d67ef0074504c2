"""DeviceHost: one thread a device. It opens, polls, debounces, backs off, runs commands and publishes what changed."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Generic

import structlog

from drivers.backoff import Backoff
from drivers.debounce import Debounce, answers
from drivers.device import Blocked, Fault, Missing, Status, Unknown
from drivers.device_events import DeviceEvent, FaultSeen, StatusChanged
from drivers.device_news import DeviceNews
from drivers.device_work import Command, D, DeviceFuture, T, Watch
from drivers.mistake import close_quietly, log_mistake

RECHECK_S = 1.0  # after a fault the device is asked this soon, and not more often: long enough for it to recover

__all__ = ["DeviceEvent", "DeviceFuture", "DeviceHost", "FaultSeen", "StatusChanged"]

log = structlog.get_logger()


class DeviceHost(Generic[D]):
    """Owns one driver and the only thread that touches it.

    ``publish`` and the functions given to ``submit`` and ``watch`` run on that thread; they must not block for long.
    Nothing but Fault ever comes out of a future: what a driver did not foresee becomes ``<device>.driver_failed``, and
    the driver is dropped and made anew.
    """

    def __init__(
        self,
        name: str,
        make_driver: Callable[[], D],
        publish: Callable[[DeviceEvent], None],
        poll_s: float = 5.0,
        misses_to_lose: int = 3,
        *,
        clock: Callable[[], float] = monotonic,
        backoff: Backoff | None = None,
        recheck_s: float = RECHECK_S,
    ) -> None:
        self.name = name
        self._make_driver = make_driver
        self._news = DeviceNews(name, publish)
        self._poll_s = poll_s
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._recheck_s = recheck_s
        self._changed = threading.Condition()
        self._commands: deque[Command[D]] = deque()
        self._watch: Watch[D] | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        # touched by the device thread only, except that others read _status
        self._driver: D | None = None
        self._status: Status = Unknown()
        self._debounce = Debounce(misses_to_lose)
        self._poll_due = 0.0
        self._polled_at = float("-inf")
        self._retry_now = False

    @property
    def status(self) -> Status:
        """The newest published status; Unknown before the first answer."""
        return self._status

    def start(self) -> None:
        """Begin; a host that runs goes on. RuntimeError while a stuck driver still holds the previous thread."""
        with self._changed:
            if self._thread is not None and self._thread.is_alive():
                if self._stopping:
                    raise RuntimeError(f"{self.name}: the previous thread has not ended")
                return
            self._stopping = False
            self._poll_due = self._clock()
            self._thread = threading.Thread(target=self._run, name=f"device-{self.name}", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """End the thread and close the driver. False when the driver did not come back within ``timeout`` seconds."""
        with self._changed:
            self._stopping = True
            self._watch = None
            thread = self._thread
            self._changed.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        self._fail_waiting(lambda _: True, "stopped")
        ended = thread is None or not thread.is_alive()
        if not ended:
            log.warning("device_thread_stuck", device=self.name, timeout_s=timeout)
        return ended

    def submit(self, session_id: str, command: Callable[[D], T]) -> DeviceFuture[T]:
        """Run ``command`` on the device's thread, in order. The future fails with Fault and nothing else."""
        future: DeviceFuture[T] = DeviceFuture(session_id)
        with self._changed:
            running = self._thread is not None and not self._stopping
            if running:
                self._commands.append(Command(future, command))
                self._changed.notify_all()
        if not running:
            future.set_exception(Fault(f"{self.name}.stopped"))
        return future

    def watch(self, session_id: str, step: Callable[[D], None], every_s: float) -> None:
        """Run ``step`` every ``every_s`` seconds between commands, until ``unwatch``; replaces the previous watch."""
        with self._changed:
            self._watch = Watch(session_id, step, every_s, self._clock())
            self._changed.notify_all()

    def unwatch(self) -> None:
        """No further step begins; one that runs is finished."""
        with self._changed:
            self._watch = None

    def forget(self, session_id: str) -> None:
        """A session has ended: its waiting commands fail with ``ended``, its watch stops."""
        with self._changed:
            if self._watch is not None and self._watch.session_id == session_id:
                self._watch = None
        self._fail_waiting(lambda command: command.future.session_id == session_id, "ended")

    def plugged(self, present: bool = True) -> None:
        """The port has appeared, or gone: ask now, whatever the back-off says. Safe from any thread.

        With a port that has gone as second witness one miss is a loss; a device that answers stays.
        """
        with self._changed:
            self._debounce.port_gone = not present
            self._retry_now = True
            self._changed.notify_all()

    def wake(self) -> None:
        """Look at the clock and the queue now (an injected clock cannot wake anybody)."""
        with self._changed:
            self._changed.notify_all()

    # ── the device's thread ─────────────────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        while True:
            with self._changed:
                while (work := self._next_work()) is None:
                    self._changed.wait(self._wait_s())
            if work == "stop":
                break
            if isinstance(work, Command):
                self._run_command(work)
            elif isinstance(work, Watch):
                self._run_step(work)
            else:
                self._poll()
        self._drop()
        self._fail_waiting(lambda _: True, "stopped")

    def _next_work(self) -> Command[D] | Watch[D] | str | None:
        """What to do now (lock held). Commands first; a poll that is due is never starved by a watch."""
        now = self._clock()
        if self._stopping:
            return "stop"
        if self._commands:
            return self._commands.popleft()
        if self._retry_now:
            self._retry_now = False
            self._backoff.reset()
            return "poll"
        if now >= self._poll_due:
            return "poll"
        watch = self._watch
        if watch is not None and self._driver is not None and now >= watch.due:
            watch.due = now + watch.every_s
            return watch
        return None

    def _wait_s(self) -> float:
        due = self._poll_due
        if self._watch is not None and self._driver is not None:
            due = min(due, self._watch.due)
        return max(0.0, due - self._clock())

    def _run_command(self, command: Command[D]) -> None:
        if not command.future.set_running_or_notify_cancel():
            return
        try:
            result = self._guarded(lambda: command.run(self._connected()))
        except Fault as fault:
            self._news.fault(fault)
            self._recheck()
            command.future.set_exception(fault)
        else:
            command.future.set_result(result)

    def _run_step(self, watch: Watch[D]) -> None:
        driver = self._driver
        if driver is None:
            return
        try:
            self._guarded(lambda: watch.step(driver))
        except Fault as fault:
            self._news.fault(fault, lasting=True)
            self._recheck()
        else:
            self._news.well()

    def _poll(self) -> None:
        self._polled_at = self._clock()
        try:
            status = self._guarded(lambda: self._opened().status())
        except Fault as fault:
            self._news.fault(fault, lasting=True)
            self._miss(Missing(), fault)
            self._drop()
            self._poll_due = self._clock() + self._backoff.next_s()
            return
        self._backoff.reset()
        if isinstance(status, Unknown):
            if status.reason:
                self._news.fault(Fault(status.reason), lasting=True)
            self._miss(status, None)
            self._poll_due = self._clock() + min(self._poll_s, self._recheck_s)
            return
        self._debounce.answered()
        if self._watch is None:
            self._news.well()
        self._poll_due = self._clock() + self._poll_s
        self._become(status)

    def _miss(self, status: Status, fault: Fault | None) -> None:
        if self._debounce.missed(self._status, status):
            self._become(status, fault)

    def _become(self, status: Status, fault: Fault | None = None) -> None:
        before = self._status
        if status == before:
            return
        self._status = status
        if answers(before) and not answers(status):
            log.warning("device_lost", device=self.name, status=type(status).__name__, fault=str(fault or ""))
        elif not answers(before) and answers(status):
            log.info("device_back", device=self.name, status=type(status).__name__)
        if isinstance(status, Blocked):
            log.info("device_blocked", device=self.name, reason=status.reason)
        self._news.tell(StatusChanged(self.name, status))

    def _connected(self) -> D:
        """The driver for a command: opened on demand, but not while the device is known to be missing."""
        if self._driver is None and isinstance(self._status, Missing):
            raise Fault(f"{self.name}.missing")
        return self._opened()

    def _opened(self) -> D:
        if self._driver is None:
            driver = self._make_driver()
            try:
                driver.open()
            except BaseException:
                driver.close()
                raise
            self._driver = driver
        return self._driver

    def _drop(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            try:
                self._guarded(driver.close)
            except Fault as fault:
                self._news.fault(fault)

    def _recheck(self) -> None:
        """After a fault the status is asked soon: whether the device is well is for ``status`` to say."""
        if self._driver is not None or not isinstance(self._status, Missing):
            self._poll_due = min(self._poll_due, max(self._clock(), self._polled_at + self._recheck_s))

    def _guarded(self, act: Callable[[], T]) -> T:
        try:
            return act()
        except Fault:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: a driver's mistake must not end the device's thread
            kind = log_mistake(self.name, error)
            driver, self._driver = self._driver, None
            if driver is not None:
                close_quietly(driver)
        raise Fault(f"{self.name}.driver_failed", kind)

    def _fail_waiting(self, which: Callable[[Command[D]], bool], code: str) -> None:
        with self._changed:
            dropped = [command for command in self._commands if which(command)]
            self._commands = deque(command for command in self._commands if not which(command))
        for command in dropped:
            if command.future.set_running_or_notify_cancel():
                command.future.set_exception(Fault(f"{self.name}.{code}"))
