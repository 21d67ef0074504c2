"""Bytes through a non-blocking file descriptor with a time limit on everything: what USB and network lines share."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from time import monotonic

from drivers.device import Fault

WRITE_CHUNK = 4096  # bytes; small enough that a stalled printer is noticed between two, large enough for any cable
READ_CHUNK = 4096


class FileLine:
    """Subclasses connect in ``_connect``. Faults: ``<device>.not_found``, ``.port_busy``, ``.lost``, ``.stalled``."""

    def __init__(self, device: str, path: str) -> None:
        self._device = device
        self.path = path
        self._descriptor: int | None = None

    def _connect(self) -> int:
        """A new non-blocking descriptor. Raises Fault."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        return self._descriptor is not None

    def open(self) -> None:
        """Connect and forget what was waiting; opening an open line does nothing."""
        if self._descriptor is None:
            self._descriptor = self._connect()
            self.discard_input()

    def close(self) -> None:
        """Never raises, never waits."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def discard_input(self) -> None:
        """Forget bytes that came before the question."""
        while self._read_now(READ_CHUNK):
            pass

    def write(self, data: bytes, limit_s: float) -> None:
        """Hand all of ``data`` over; Fault ``stalled`` (with the bytes that went) if not taken in time."""
        descriptor, deadline, sent = self._opened(), monotonic() + limit_s, 0
        while sent < len(data):
            try:
                sent += os.write(descriptor, data[sent : sent + WRITE_CHUNK])
            except BlockingIOError:
                if not self._ready(select.POLLOUT, deadline - monotonic()):
                    raise Fault(
                        f"{self._device}.stalled", f"{sent} of {len(data)} bytes taken in {limit_s} s"
                    ) from None
            except OSError as error:
                raise self._lost(error) from None

    def read(self, limit_s: float, most: int = READ_CHUNK) -> bytes:
        """What arrives first within ``limit_s``: 1 … ``most`` bytes, or nothing."""
        deadline = monotonic() + limit_s
        while True:
            data = self._read_now(most)
            left = deadline - monotonic()
            if data or left <= 0:
                return data
            self._ready(select.POLLIN, left)

    def _read_now(self, most: int) -> bytes:
        """Nothing when nothing is there. A line that has ended is lost."""
        try:
            data = os.read(self._opened(), most)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._lost(error) from None
        if not data and self._ends_with_nothing():
            raise Fault(f"{self._device}.lost", f"{self.path}: closed at the other end")
        return data

    def _ends_with_nothing(self) -> bool:
        """Whether an empty read means the end."""
        return True

    def _ready(self, what: int, limit_s: float) -> bool:
        waiting = select.poll()
        waiting.register(self._opened(), what)
        return bool(waiting.poll(max(0.0, limit_s) * 1000))

    def _opened(self) -> int:
        if self._descriptor is None:
            raise Fault(f"{self._device}.lost", "the port is not open")
        return self._descriptor

    def _lost(self, error: BaseException) -> Fault:
        return Fault(f"{self._device}.lost", f"{self.path}: {type(error).__name__}")
