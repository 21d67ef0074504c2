"""Is the office there, and if not, why?"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import structlog

from offline_cache.office_client import AuthorisationFault, OfficeClient, OfficeFault, Reason, ServerFault, Throttled
from offline_cache.pace import Pace
from offline_cache.sync_events import OfficeTrouble, OnlineChanged, SyncEvent

log = structlog.get_logger()

# These do not go away by waiting: somebody has to set the clock, renew a certificate, or log in to a portal.
NAMED_TO_STAFF = frozenset({Reason.TLS, Reason.CLOCK, Reason.PORTAL})


class OfficeWatch:
    """Going offline takes two misses, coming back one answer. Used by both threads of the sync."""

    def __init__(
        self,
        client: OfficeClient,
        pace: Pace,
        emit: Callable[[SyncEvent], None],
        on_change: Callable[[bool], None],
        monotonic: Callable[[], float],
        rest: Callable[[float], bool],
    ) -> None:
        """``on_change(came_back)`` is called before the event; ``rest(seconds)`` waits and is True when stopping."""
        self._client = client
        self._pace = pace
        self._emit = emit
        self._on_change = on_change
        self._monotonic = monotonic
        self._rest = rest
        self._lock = threading.RLock()
        self._answered_at = float("-inf")
        self._lost_at: float | None = None
        self._told_staff: Reason | None = None
        self.online: bool | None = None  # None until the first answer or silence
        self.refused = False  # 401 or 403: health says nothing about that, only a signed call does
        self.reason: Reason | None = None  # of the last silence; None while online
        self.throttled_until = 0.0  # monotonic; the office asked for this pause, and nobody overrules it

    def is_there(self) -> bool:
        """A real answer not long ago, or one to a probe now."""
        if self.online and self._monotonic() - self._answered_at < self._pace.health_s:
            return True
        return self.look()

    def look(self) -> bool:
        """Probe now, twice before a lost network is believed."""
        fault = self._client.probe()
        if fault is not None and self.online and not self._rest(self._pace.second_look_s):
            fault = self._client.probe()
        if fault is None:
            self.answered()
        else:
            self.missed(fault)
        return fault is None

    def answered(self) -> None:
        """The office spoke as itself."""
        with self._lock:
            self._answered_at = self._monotonic()
            self._lost_at = None
            self.reason = self._told_staff = None
            self._set(True)

    def accepted_call(self) -> None:
        """A signed call was answered: the device is known."""
        self.refused = False
        self.answered()

    def missed(self, fault: OfficeFault) -> None:
        """It did not, and a second look did not help. A throttled probe is an answer of somebody who is there."""
        if isinstance(fault, Throttled):
            self.throttled(fault.retry_after_s)
            return
        with self._lock:
            reason = fault.reason if isinstance(fault, ServerFault) else None
            if self._lost_at is None:
                self._lost_at = self._monotonic()
            if reason is not self.reason:
                log.info("office_missed", reason=reason.value if reason else None, detail=str(fault))
            self.reason = reason
            if reason in NAMED_TO_STAFF and reason is not self._told_staff:
                assert reason is not None
                self._told_staff = reason
                self._emit(OfficeTrouble(reason.value, str(fault)))
            self._set(False)

    def refuses_device(self, fault: AuthorisationFault) -> None:
        """Told once, until a signed call is answered again."""
        with self._lock:
            if not self.refused:
                self.refused = True
                log.error("office_refuses_device", detail=str(fault))
                self._emit(OfficeTrouble("authorisation", str(fault)))
            self._set(False)

    def throttled(self, seconds: float) -> None:
        """The office asked for a pause."""
        self.throttled_until = max(self.throttled_until, self._monotonic() + seconds)
        log.warning("office_throttles", seconds=seconds)

    def look_again(self) -> None:
        """Somebody doubts it: the next ``is_there`` probes."""
        self._answered_at = float("-inf")

    def probe_pause_s(self) -> float:
        """Until the next probe of an office that is away: short at first, longer when it stays away."""
        away = self._monotonic() - self._lost_at if self._lost_at is not None else 0.0
        pause = self._pace.probe_s if away < self._pace.probe_quick_for_s else self._pace.probe_slow_s
        return pause * random.uniform(0.8, 1.2)

    def _set(self, online: bool) -> None:
        if online == self.online:
            return
        came_back = online and self.online is False
        self.online = online
        log.info("office_online" if online else "office_offline")
        self._on_change(came_back)
        self._emit(OnlineChanged(online, self.reason))
