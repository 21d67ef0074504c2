"""Waits for what a host publishes, with a limit."""

from __future__ import annotations

import threading
from collections.abc import Callable

from drivers.device_events import DeviceEvent, FaultSeen, StatusChanged

LIMIT_S = 30.0


class Listener:
    """Give it to a host as ``publish``."""

    def __init__(self) -> None:
        self.events: list[DeviceEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: DeviceEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, meant: Callable[[DeviceEvent], bool]) -> DeviceEvent:
        """The first event, past or to come, that is meant."""
        with self._changed:
            if not self._changed.wait_for(lambda: any(map(meant, self.events)), LIMIT_S):
                raise AssertionError(f"not within {LIMIT_S} s; came: {self.events}")
            return next(event for event in self.events if meant(event))

    def status(self, kind: type) -> StatusChanged:
        event = self.wait_for(lambda event: isinstance(event, StatusChanged) and isinstance(event.status, kind))
        assert isinstance(event, StatusChanged)
        return event

    def fault(self, code: str) -> FaultSeen:
        event = self.wait_for(lambda event: isinstance(event, FaultSeen) and event.code == code)
        assert isinstance(event, FaultSeen)
        return event

    def codes(self) -> list[str]:
        with self._changed:
            return [event.code for event in self.events if isinstance(event, FaultSeen)]

    def statuses(self) -> list[object]:
        with self._changed:
            return [event.status for event in self.events if isinstance(event, StatusChanged)]

    def clear(self) -> None:
        with self._changed:
            self.events.clear()
