"""What a host tells of its device: each change, and a fault that lasts only once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from drivers.device import Fault
from drivers.device_events import DeviceEvent, FaultSeen

log = structlog.get_logger()


class DeviceNews:
    """Used by the device's thread alone. Faults are logged by whoever listens: here each would be a second line."""

    def __init__(self, device: str, publish: Callable[[DeviceEvent], None]) -> None:
        self._device = device
        self._publish = publish
        self._lasting: set[str] = set()

    def fault(self, fault: Fault, lasting: bool = False) -> None:
        """``lasting``: seen by a poll or a watch, which will see it again."""
        if lasting:
            if fault.code in self._lasting:
                return
            self._lasting.add(fault.code)
        self.tell(FaultSeen(self._device, fault.code, fault.detail, datetime.now(UTC)))

    def well(self) -> None:
        """Nothing lasts any more: what comes next is told again."""
        self._lasting.clear()

    def tell(self, event: DeviceEvent) -> None:
        try:
            self._publish(event)
        except Exception as error:  # noqa: BLE001 - a listener's mistake must not end the device's thread
            log.error("publish_failed", device=self._device, error=type(error).__name__)
