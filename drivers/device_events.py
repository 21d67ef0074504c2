"""What DeviceHost publishes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from drivers.device import Status


@dataclass(frozen=True)
class StatusChanged:
    """A device's status, after debounce."""

    device: str
    status: Status


@dataclass(frozen=True)
class FaultSeen:
    """A fault, named. A lasting one is published once, not at every poll. ``at`` is UTC."""

    device: str
    code: str
    detail: str
    at: datetime


DeviceEvent = StatusChanged | FaultSeen
