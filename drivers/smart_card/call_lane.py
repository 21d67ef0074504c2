"""Blocking calls of a library that knows no time limit, on a thread that can be left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class Overrun(Exception):
    """The call has not come back in time. It still runs; what it gives in the end is thrown away."""


class _Call(Generic[T]):
    def __init__(self, function: Callable[[], T]) -> None:
        self.function = function
        self.done = threading.Event()
        self.result: T | None = None
        self.error: BaseException | None = None


class CallLane:
    """One thread, one call at a time, in order. After an Overrun the lane is of no more use: make another."""

    def __init__(self, name: str, farewell: Callable[[], object]) -> None:
        """``farewell`` runs on the lane as its last call, whenever the lane gets to it; it must not raise."""
        self._calls: SimpleQueue[_Call[object] | None] = SimpleQueue()
        self._farewell = farewell
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False once the farewell has been said."""
        return self._thread.is_alive()

    def call(self, function: Callable[[], T], limit_s: float) -> T:
        """What the function gives or raises; Overrun after ``limit_s`` seconds."""
        call: _Call[T] = _Call(function)
        self._calls.put(call)  # type: ignore[arg-type]
        if not call.done.wait(limit_s):
            self.leave()
            raise Overrun
        if call.error is not None:
            raise call.error
        return call.result  # type: ignore[return-value]

    def leave(self) -> None:
        """No more calls; does not wait."""
        self._calls.put(None)

    def join(self, limit_s: float) -> None:
        """Wait until the farewell has been said, at most so long."""
        self._thread.join(limit_s)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                call.result = call.function()
            except BaseException as error:  # noqa: BLE001 - carried to the caller, who raises it
                call.error = error
            call.done.set()
        self._farewell()
