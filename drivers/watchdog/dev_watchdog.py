"""Linux's watchdog device (Documentation/watchdog/watchdog-api): any byte feeds it, a last ``V`` calls it off."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from drivers.device import Fault, Ready, Status, Warning

FEED, MAGIC_CLOSE = b"\0", b"V"
# linux/watchdog.h: _IOR('W', nr, …), _IOWR('W', 6, int)
GET_BOOT_STATUS, SET_TIMEOUT, GET_TIMEOUT = 0x80045702, 0xC0045706, 0x80045707
CARD_RESET = 0x20  # WDIOF_CARDRESET: the last start was the watchdog's doing
LIMIT_S = 60  # long enough for a slow start of the app; a hung kiosk is away for a minute
BUSY = (errno.EBUSY, errno.EAGAIN, errno.EACCES, errno.EPERM)

Ioctl = Callable[[int, int, bytes], bytes]


class DevWatchdog:
    """One device file. ``ioctl`` is the kernel's; a simulator stands in for it where there is no watchdog."""

    def __init__(
        self, port: str, limit_s: int = LIMIT_S, ioctl: Ioctl = fcntl.ioctl, clock: Callable[[], float] = monotonic
    ) -> None:
        self._port = port
        self._wanted_s = limit_s
        self._ioctl = ioctl
        self._clock = clock
        self._file: int | None = None
        self._limit_s: float | None = None
        self._restarted = False
        self._fed_at = 0.0

    @property
    def limit_s(self) -> float | None:
        return self._limit_s

    def open(self) -> None:
        """Start the count-down. Faults ``not_found``, ``busy``."""
        if self._file is not None:
            return
        try:
            self._file = os.open(self._port, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            code = "watchdog.busy" if error.errno in BUSY else "watchdog.not_found"
            raise Fault(code, f"{self._port}: {os.strerror(error.errno or 0)}") from None
        self._fed_at = self._clock()
        self._ask(SET_TIMEOUT, self._wanted_s)  # one that cannot change keeps its own, which is asked next
        limit = self._ask(GET_TIMEOUT)
        self._limit_s = float(limit) if limit else None
        self._restarted = bool((self._ask(GET_BOOT_STATUS) or 0) & CARD_RESET)

    def close(self) -> None:
        """Call it off in order. A kiosk that is killed or hangs does not come here: then it bites, as it should."""
        file, self._file = self._file, None
        self._limit_s = None
        if file is not None:
            with suppress(OSError):
                os.write(file, MAGIC_CLOSE)
            with suppress(OSError):
                os.close(file)

    def keep_alive(self) -> None:
        """One byte. Fault ``lost`` when it is not taken."""
        try:
            os.write(self._opened(), FEED)
        except OSError as error:
            raise Fault("watchdog.lost", f"{self._port}: {os.strerror(error.errno or 0)}") from None
        self._fed_at = self._clock()

    def status(self) -> Status:
        """Feeds nothing: this is asked by a thread of its own, which lives on when the app hangs."""
        self._opened()
        if self._limit_s is None:
            return Warning("watchdog.unverified")
        if self._clock() - self._fed_at > self._limit_s / 2:
            return Warning("watchdog.not_fed")
        return Warning("watchdog.restarted") if self._restarted else Ready()

    def _ask(self, request: int, value: int = 0) -> int | None:
        """One integer of the driver; None where it has no such question."""
        try:
            answer = self._ioctl(self._opened(), request, struct.pack("i", value))
        except OSError:
            return None
        return int(struct.unpack("i", answer)[0])

    def _opened(self) -> int:
        if self._file is None:
            raise Fault("watchdog.lost", "the device is not open")
        return self._file


def create(port: str, limit_s: int = LIMIT_S) -> DevWatchdog:
    """The registry's entry; ``port`` is /dev/watchdog0, ``limit_s`` what it is asked to wait for."""
    if limit_s < 2:
        raise ValueError(f"limit_s: {limit_s} is below 2 seconds")
    return DevWatchdog(port, limit_s)
