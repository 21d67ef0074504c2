"""Notices that a device's port appears or goes: at once where udev tells, else by looking; and tells its host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import pyudev
import structlog

from drivers.registry import AUTO

LOOK_S = 1.0  # a few stat calls a second; a replug is noticed before the person who did it has stood up
STOP_LIMIT_S = 5.0
SUBSYSTEMS = ("tty", "video4linux", "usbmisc")  # serial lines, cameras, printers on /dev/usb/lp*

log = structlog.get_logger()

Stamp = tuple[str, int, int]


class Monitor(Protocol):
    """Whatever tells that something was plugged in or out."""

    def wait(self, limit_s: float) -> bool:
        """True as soon as something changed, False after ``limit_s`` seconds."""
        ...


class UdevMonitor:
    """udev's own events, which come when its names (/dev/serial/by-id/…) are made already."""

    def __init__(self) -> None:
        self._monitor = pyudev.Monitor.from_netlink(pyudev.Context())
        for subsystem in SUBSYSTEMS:
            self._monitor.filter_by(subsystem)
        self._monitor.start()

    def wait(self, limit_s: float) -> bool:
        return self._monitor.poll(timeout=limit_s) is not None


def udev_monitor() -> Monitor | None:
    """None where there is no libudev or no netlink, as in many containers: then looking has to do."""
    try:
        return UdevMonitor()
    except (ImportError, OSError) as error:
        log.info("no_udev", error=type(error).__name__)
        return None


class HotPlug:
    """One thread for all ports. ``tell(device, present)`` runs on it and must not block.

    The file system is the truth and a monitor only says when to look, so that both together tell a change once. A name
    that stands for another device than before has gone and come back. Ports that are no paths (a CUPS queue, a UPS)
    have services of their own; a port "auto" is tried whenever anything is plugged.
    """

    def __init__(
        self,
        ports: Mapping[str, str],
        tell: Callable[[str, bool], None],
        monitor: Monitor | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        self._paths = {device: Path(port) for device, port in ports.items() if port.startswith("/")}
        self._automatic = [device for device, port in ports.items() if port == AUTO]
        self._tell = tell
        self._monitor = monitor
        self._look_s = look_s
        self._seen: dict[str, Stamp | None] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """What is plugged in now is no news."""
        if self._thread is None and (self._paths or self._automatic):
            self._stopping.clear()
            self._seen = {device: _stamp(path) for device, path in self._paths.items()}
            self._thread = threading.Thread(target=self._run, name="hot-plug", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """May be called twice."""
        thread, self._thread = self._thread, None
        self._stopping.set()
        if thread is not None:
            thread.join(STOP_LIMIT_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            if self._monitor is None:
                told = False
                self._stopping.wait(self._look_s)
            else:
                told = self._monitor.wait(self._look_s)
            if self._stopping.is_set():
                return
            self._look()
            if told:
                for device in self._automatic:
                    self._tell(device, True)

    def _look(self) -> None:
        for device, path in self._paths.items():
            before, now = self._seen[device], _stamp(path)
            self._seen[device] = now
            if before == now:
                continue
            if before is not None:
                self._tell(device, False)
            if now is not None:
                self._tell(device, True)


def _stamp(path: Path) -> Stamp | None:
    """What the name stands for; None when it is not there."""
    try:
        real = path.resolve(strict=True)
        found = real.stat()
    except OSError:
        return None
    return str(real), found.st_rdev, found.st_ino
