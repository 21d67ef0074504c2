"""Once a day, and once after each start: erase whose retention is over."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from offline_cache.retention import Retention
from offline_cache.store import StoreError

log = structlog.get_logger()

EVERY_S = 24 * 3600.0
CLOCK_LOOK_S = 60.0  # until the office was heard the time is not known, and nothing is erased by a guess


class Housekeeping:
    """A thread of its own. ``true_now`` gives None while the time is not known; ``erased`` is told a count only."""

    def __init__(
        self, retention: Retention, true_now: Callable[[], datetime | None], erased: Callable[[int], None]
    ) -> None:
        self._retention = retention
        self._true_now = true_now
        self._erased = erased
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Once."""
        self._thread.start()

    def stop(self) -> None:
        """May be called twice; an erasure under way is finished first."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> float:
        """Erase now if the time is known; gives the seconds until the next look."""
        now = self._true_now()
        if now is None:
            return CLOCK_LOOK_S
        try:
            gone = self._retention.apply(now)
        except StoreError as error:
            log.error("retention_failed", error=type(error).__name__)
            return EVERY_S
        if gone:
            self._erased(gone)
        return EVERY_S

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            pause = self.look()
