"""What a watch posts to the session, waited for with a limit."""

from __future__ import annotations

import threading
from typing import TypeVar

from tests.drivers.listening import LIMIT_S

E = TypeVar("E")


class Posts:
    """Give it to a watch as ``post``."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._events: list[object] = []

    def __call__(self, event: object) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def of(self, kind: type[E]) -> list[E]:
        """Those that have come so far."""
        with self._changed:
            return [event for event in self._events if isinstance(event, kind)]

    def next(self, kind: type[E]) -> E:
        """The first of its kind, come or to come."""
        with self._changed:
            if not self._changed.wait_for(lambda: any(isinstance(event, kind) for event in self._events), LIMIT_S):
                raise AssertionError(
                    f"not within {LIMIT_S} s; came: {[type(event).__name__ for event in self._events]}"
                )
            return next(event for event in self._events if isinstance(event, kind))
