"""The words every driver speaks: Driver, Status, Fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Ready:
    """The device answers and can work."""


@dataclass(frozen=True)
class Warning:
    """Works, but somebody should look soon (paper near end). ``reason`` is a fault code of faults.toml."""

    reason: str


@dataclass(frozen=True)
class Blocked:
    """Answers, but cannot work until somebody helps (paper out). ``reason`` is a fault code of faults.toml."""

    reason: str


@dataclass(frozen=True)
class Missing:
    """Nothing answers on the port, after debounce."""


@dataclass(frozen=True)
class Unknown:
    """It answers something that nobody can read, or has not been asked yet: no promise either way."""

    reason: str = ""


Status = Ready | Warning | Blocked | Missing | Unknown


def can_work(status: Status) -> bool:
    """Only Ready and Warning promise anything."""
    return isinstance(status, Ready | Warning)


class Fault(Exception):
    """The only exception a driver raises: a code of its faults.toml, and a detail for the log without personal data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Driver(Protocol):
    """One device. Blocking, single-threaded, time-limited; raises only Fault. Threads belong to DeviceHost.

    ``open`` connects, ``close`` never raises and may be called twice, ``status`` asks the device.
    """

    def open(self) -> None: ...

    def close(self) -> None: ...

    def status(self) -> Status: ...
