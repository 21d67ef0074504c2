"""What the hall tells everybody: the office's announcements that hold now, and how much waits to be sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from offline_cache.announcements import Announcements, holding
from wire.announcements import Announcement


class HallNews:
    """Kept in memory: asked once a second. ``now`` is the office's time as well as the kiosk knows it."""

    def __init__(self, announcements: Announcements, now: Callable[[], datetime]) -> None:
        self._announcements = announcements
        self._now = now
        self._all: tuple[Announcement, ...] = ()
        self.backlog = 0  # envelopes that wait for the office

    def reload(self) -> None:
        """From the store: at the start, and when new ones came. Raises StoreFailed."""
        self._all = self._announcements.all()

    def showing(self) -> tuple[Announcement, ...]:
        """Those that hold now, the gravest first; yesterday's are gone by themselves."""
        return holding(self._all, self._now())
