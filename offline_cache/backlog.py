"""How much is still on its way, told to whoever watches, without counting ten thousand times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from offline_cache.clock import Clock
from offline_cache.store import Store
from offline_cache.sync_events import BacklogChanged

_ON_ITS_WAY = "state IN ('sealed', 'sending')"  # the condition of the queue's own index
# What a person handed in or took away. The kiosk's own reports (priority below 0) are nobody's to wait for.
_OF_PEOPLE = f"{_ON_ITS_WAY} AND priority >= 0"


class Backlog:
    """Reads the outbox; may raise StoreFailed."""

    def __init__(self, store: Store, clock: Clock, every_s: float, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._every_s = every_s
        self._monotonic = monotonic
        self._told: BacklogChanged | None = None
        self._told_at = float("-inf")

    def now(self) -> BacklogChanged:
        """As it is at this moment."""
        (count,) = self._store.rows(f"SELECT count(*) AS n FROM outbox WHERE {_OF_PEOPLE}")
        oldest = self._store.rows(f"SELECT sealed_at FROM outbox WHERE {_OF_PEOPLE} ORDER BY seq LIMIT 1")
        if not oldest:
            return BacklogChanged(0, None)
        sealed_at = datetime.fromisoformat(oldest[0]["sealed_at"])
        age_s = max(0.0, (self._clock.now() - sealed_at).total_seconds())
        return BacklogChanged(int(count["n"]), sealed_at, age_s)

    def news(self, *, at_once: bool) -> BacklogChanged | None:
        """What to tell now: None where nothing changed, or, unless ``at_once``, where the last word is too young."""
        moment = self._monotonic()
        if not at_once and moment - self._told_at < self._every_s:
            return None
        found = self.now()
        if found == self._told:
            return None
        self._told, self._told_at = found, moment
        return found

    def somebody_waits(self) -> bool:
        """Whether a person at the screen waits for something in the queue."""
        return bool(self._store.rows(f"SELECT 1 FROM outbox WHERE {_ON_ITS_WAY} AND priority > 0 LIMIT 1"))

    def goes_before(self, envelope_id: str, now: float) -> bool:
        """Whether a person waits for something that could go now and matters more than this. ``now``: monotonic."""
        # in the words of the queue's index, or SQLite reads all that was ever sealed, for each piece of a page
        return bool(
            self._store.rows(
                f"SELECT 1 FROM outbox WHERE {_ON_ITS_WAY} AND priority > 0 AND state = 'sealed'"
                " AND coalesce(not_before, 0.0) <= ? AND priority > (SELECT priority FROM outbox WHERE id = ?) LIMIT 1",
                (now, envelope_id),
            )
        )
