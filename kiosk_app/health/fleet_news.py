"""What the operator is told at once: starts, failures, lost devices, dead letters, paper that runs low."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import structlog

from drivers.device import Blocked, Missing, Status, Unknown, Warning
from kiosk_app.audit import events
from kiosk_app.audit.log import AuditLog
from kiosk_app.reports import Reports
from offline_cache.store import StoreError
from wire.reports import FleetEvent, FleetEventKind

log = structlog.get_logger()

# The host has debounced already; this keeps a loose plug from filling an operator's page with pairs of events.
LOST_AFTER_S = 30.0
BACK_AFTER_S = 10.0
# Reasons of a status that the operator hears of at once, and as what.
AT_ONCE = {
    "laser_printer.paper_low": FleetEventKind.LOW_PAPER,
    "thermal_printer.paper_near_end": FleetEventKind.LOW_PAPER,
    "sensors.tampered": FleetEventKind.TAMPER,
}


@dataclass(frozen=True)
class _Known:
    answers: bool
    since: float  # monotonic
    told_lost: bool = False


class FleetNews:
    """``status`` from the hosts' threads, ``tick`` on the kiosk's loop. What cannot be sealed now is sealed later."""

    def __init__(self, reports: Reports, audit: AuditLog, clock: Callable[[], float] = monotonic) -> None:
        self._reports = reports
        self._audit = audit
        self._clock = clock
        self._lock = threading.Lock()
        self._sealing = threading.Lock()  # one at a time, in order; taken before _lock
        self._known: dict[str, _Known] = {}
        self._told: set[str] = set()
        self._unsealed: deque[FleetEvent] = deque()

    def tell(self, kind: FleetEventKind, *, device: str = "", code: str = "", count: int | None = None) -> None:
        """One event; sealed at once, or at a later tick when the store cannot be written."""
        event = FleetEvent(kind=kind, device=device[:40], code=code[:80], count=count, at=self._reports.now())
        with self._lock:
            self._unsealed.append(event)
        self._seal()

    def status(self, device: str, status: Status) -> None:
        """A device's status as the host tells it. Never blocks on the disk: the tick seals."""
        answers = not isinstance(status, Missing | Unknown)
        now = self._clock()
        reason = status.reason if isinstance(status, Warning | Blocked) else ""
        kind = AT_ONCE.get(reason)
        with self._lock:
            known = self._known.get(device)
            if known is None or known.answers != answers:
                self._known[device] = _Known(answers, now, known.told_lost if known else False)
            if kind is not None and device not in self._told:
                self._told.add(device)
                self._unsealed.append(FleetEvent(kind=kind, device=device, code=reason, at=self._reports.now()))
            elif answers and kind is None:
                self._told.discard(device)

    def tick(self) -> None:
        """Once a second: what has lasted long enough is told."""
        now = self._clock()
        lost, back = [], []
        with self._lock:
            for device, known in self._known.items():
                if not known.answers and not known.told_lost and now - known.since >= LOST_AFTER_S:
                    lost.append(device)
                elif known.answers and known.told_lost and now - known.since >= BACK_AFTER_S:
                    back.append(device)
            for device in lost + back:
                self._known[device] = replace(self._known[device], told_lost=device in lost)
        for device in lost:
            self._audit.record(events.DeviceLost(device=device, code=""))
            self.tell(FleetEventKind.DEVICE_LOST, device=device)
        for device in back:
            self._audit.record(events.DeviceBack(device=device))
            self.tell(FleetEventKind.DEVICE_BACK, device=device)
        self._seal()

    def _seal(self) -> None:
        with self._sealing:
            while (event := self._first_unsealed()) is not None:
                try:
                    self._reports.send(event)
                except StoreError as error:
                    log.error("fleet_event_not_sealed", kind=event.kind.value, error=type(error).__name__)
                    return
                with self._lock:
                    self._unsealed.popleft()

    def _first_unsealed(self) -> FleetEvent | None:
        with self._lock:
            return self._unsealed[0] if self._unsealed else None
