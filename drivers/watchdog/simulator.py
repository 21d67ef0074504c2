"""A watchdog from the kernel's side: a pipe that counts what feeds it, and bites when nobody does."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from drivers.watchdog.dev_watchdog import CARD_RESET, GET_BOOT_STATUS, GET_TIMEOUT, MAGIC_CLOSE, SET_TIMEOUT

KINDS = ("gone", "busy", "fixed_limit", "deaf")
READ_MOST = 65536  # a pipe's whole buffer


class WatchdogSimulator:
    """``port`` takes the bytes, ``ioctl`` answers the questions: no user program can make a device file do both.

    Nothing runs here: what came is read, and counts as having come, when somebody looks.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = monotonic, restarted: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "watchdog0"
        self.port = str(self._path)
        self._clock = clock
        self._kind: str | None = None
        self._limit_s = 30
        self._boot_status = CARD_RESET if restarted else 0
        self._fed_at = clock()
        self._last = b""
        self._pipe: int | None = None
        self._lease: int | None = None
        self.behave()

    def close(self) -> None:
        """Take the device away. May be called twice."""
        self._let_go()
        self._path.unlink(missing_ok=True)

    def misbehave(self, kind: str) -> None:
        """Show one of KINDS until ``behave``. ValueError names what is allowed."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        self._kind = kind
        if kind == "gone":
            self.close()
        if kind == "busy":
            self.close()
            self._path.touch()
            # the kernel refuses whoever opens a leased file without waiting, as a watchdog refuses a second one
            self._lease = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            fcntl.fcntl(self._lease, fcntl.F_SETSIG, signal.SIGURG)  # ignored by default; SIGIO would kill us
            fcntl.fcntl(self._lease, fcntl.F_SETLEASE, fcntl.F_WRLCK)

    def behave(self) -> None:
        """Be there, and be a good watchdog."""
        self._kind = None
        if self._pipe is None:
            self.close()
            os.mkfifo(self._path)
            self._pipe = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def fed(self) -> int:
        """Bytes that came since the last look; the count-down starts anew with each."""
        if self._pipe is None:
            return 0
        try:
            data = os.read(self._pipe, READ_MOST)
        except BlockingIOError:
            return 0
        if data:
            self._fed_at, self._last = self._clock(), data[-1:]
        return len(data)

    def bites(self) -> bool:
        """Whether a real one would restart the machine now."""
        self.fed()
        return self._last != MAGIC_CLOSE and self._clock() - self._fed_at > self._limit_s

    def state(self) -> dict[str, Any]:
        """For the dock."""
        return {"port": self.port, "bites": self.bites(), "limit_s": self._limit_s, "misbehaving": self._kind}

    def ioctl(self, _file: int, request: int, argument: bytes) -> bytes:
        """Stands in for ``fcntl.ioctl``."""
        if self._kind == "deaf":
            raise OSError(errno.ENOTTY, os.strerror(errno.ENOTTY))
        match request:
            case r if r == SET_TIMEOUT:
                if self._kind == "fixed_limit":
                    raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
                self._limit_s = struct.unpack("i", argument)[0]
                return argument
            case r if r == GET_TIMEOUT:
                return struct.pack("i", self._limit_s)
            case r if r == GET_BOOT_STATUS:
                return struct.pack("i", self._boot_status)
        raise OSError(errno.ENOTTY, os.strerror(errno.ENOTTY))

    def _let_go(self) -> None:
        for file in (self._pipe, self._lease):
            if file is not None:
                with suppress(OSError):
                    os.close(file)
        self._pipe = self._lease = None
