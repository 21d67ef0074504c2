"""Telling those who wait that a decision was made, across threads."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict


class DecisionBell:
    """``ring`` from the review thread wakes every ``wait`` on the server's event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loops: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def listen(self, application_id: str) -> asyncio.Event:
        """An event that the next ``ring`` sets. Listen first, then look in the database: nothing is missed between."""
        event = asyncio.Event()
        with self._lock:
            self._waiting[application_id].add(event)
            self._loops[event] = asyncio.get_running_loop()
        return event

    def leave(self, application_id: str, event: asyncio.Event) -> None:
        """Must follow every ``listen``."""
        with self._lock:
            self._loops.pop(event, None)
            waiting = self._waiting.get(application_id, set())
            waiting.discard(event)
            if not waiting:
                self._waiting.pop(application_id, None)

    def ring(self, application_id: str) -> None:
        """Safe from any thread."""
        with self._lock:
            for event in self._waiting.get(application_id, ()):
                self._loops[event].call_soon_threadsafe(event.set)
