"""A serial line on which nothing waits for ever and every failure is a Fault named for the device."""

from __future__ import annotations

import errno
import termios
from contextlib import suppress
from time import monotonic
from typing import Any

import serial

from drivers.device import Fault

WRITE_CHUNK = (
    256  # bytes; small enough that a stalled device is noticed between chunks, large enough to keep 115200 baud busy
)
READ_CHUNK = 4096  # bytes; a pty's buffer


class SerialPort:
    """One exclusive 8N1 line. Faults raised: ``<device>.not_found``, ``.port_busy``, ``.lost``, ``.stalled``.

    Not ``escpos.printer.Serial``: its ``close`` drains without a limit and its writes have none.
    """

    def __init__(self, device: str, path: str, baud: int) -> None:
        self._device = device
        self.path = path
        self._baud = baud
        self._line: Any = None

    @property
    def is_open(self) -> bool:
        return self._line is not None

    def open(self) -> None:
        """Open and forget what was waiting; opening an open line does nothing."""
        if self._line is not None:
            return
        try:
            # exclusive: two kiosk processes on one reader would read each other's residents
            self._line = serial.Serial(self.path, self._baud, timeout=0, write_timeout=0, exclusive=True)
            self._line.reset_input_buffer()
        except (OSError, termios.error, ValueError) as error:
            self.close()
            busy = getattr(error, "errno", None) in (errno.EAGAIN, errno.EBUSY, errno.EACCES, errno.EPERM)
            code = f"{self._device}.port_busy" if busy else f"{self._device}.not_found"
            raise Fault(code, f"{self.path}: {error}") from None

    def close(self) -> None:
        """Never raises, never waits: what is still unsent is thrown away, or the kernel would drain for up to 30 s."""
        line, self._line = self._line, None
        if line is None:
            return
        with suppress(OSError, termios.error):
            line.reset_output_buffer()
        with suppress(OSError, termios.error):
            line.close()

    def set_baud(self, baud: int) -> None:
        """Another speed, now and at the next ``open``; what was waiting came at the old one and is forgotten."""
        self._baud = baud
        try:
            self._opened().baudrate = baud
            self._opened().reset_input_buffer()
        except (OSError, termios.error) as error:
            raise self._lost(error) from None

    def discard_input(self) -> None:
        """Forget bytes that came before the question."""
        try:
            self._opened().reset_input_buffer()
        except (OSError, termios.error) as error:
            raise self._lost(error) from None

    def write(self, data: bytes, limit_s: float) -> None:
        """Hand all of ``data`` to the line; Fault ``stalled`` (with the bytes that went) if not taken in time."""
        line = self._opened()
        deadline = monotonic() + limit_s
        sent = 0
        while sent < len(data):
            chunk = data[sent : sent + WRITE_CHUNK]
            try:
                line.write_timeout = max(0.001, deadline - monotonic())  # sets the port up anew: it may be gone by now
                line.write(chunk)
            except serial.SerialTimeoutException:
                raise Fault(f"{self._device}.stalled", f"{sent} of {len(data)} bytes taken in {limit_s} s") from None
            except (OSError, termios.error) as error:
                raise self._lost(error) from None
            sent += len(chunk)

    def read(self, limit_s: float, most: int = READ_CHUNK) -> bytes:
        """What arrives first within ``limit_s``: 1 … ``most`` bytes, or nothing."""
        line = self._opened()
        try:
            line.timeout = max(0.0, limit_s)
            first: bytes = line.read(1)
            if not first or most == 1:
                return first
            line.timeout = 0
            rest: bytes = line.read(most - 1)
        except (OSError, termios.error) as error:
            raise self._lost(error) from None
        return first + rest

    def _opened(self) -> Any:
        if self._line is None:
            raise Fault(f"{self._device}.lost", "the port is not open")
        return self._line

    def _lost(self, error: BaseException) -> Fault:
        return Fault(f"{self._device}.lost", f"{self.path}: {error}")
