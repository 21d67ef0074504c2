"""What the sync and the devices tell, kept for the auditor and told to the operator."""

from __future__ import annotations

import structlog

from drivers.device import Status
from kiosk_app.audit import events
from kiosk_app.audit.checkpoints import Checkpointer
from kiosk_app.audit.log import AuditLog
from kiosk_app.health.fleet_news import FleetNews
from offline_cache.items import OutboxState, UnknownEnvelope
from offline_cache.outbox import Outbox
from offline_cache.store import StoreError
from offline_cache.sync_events import (
    CatalogueChanged,
    ClockJumped,
    ItemAccepted,
    ItemRejected,
    OnlineChanged,
    SyncEvent,
)
from wire.messages import EnvelopeKind
from wire.reports import FleetEventKind

log = structlog.get_logger()

# The office knows of these refusals itself: it made them of what the kiosk said about itself.
_OWN_NEWS = (EnvelopeKind.FLEET_EVENT, EnvelopeKind.AUDIT_CHECKPOINT)


class Chronicle:
    """``on_sync`` and ``on_status`` from their threads, the others on the kiosk's loop. Raises nothing."""

    def __init__(self, audit: AuditLog, outbox: Outbox, checkpoints: Checkpointer, fleet: FleetNews) -> None:
        self._audit = audit
        self._outbox = outbox
        self._checkpoints = checkpoints
        self._fleet = fleet
        self._online: bool | None = None

    def started(self, version: str) -> None:
        """The kiosk begins: in the log, and at the operator's."""
        self._audit.record(events.KioskStart(version=version))
        self._checkpoints.start()
        self._fleet.tell(FleetEventKind.STARTED, code=version)
        if self._audit.replaced:
            self._fleet.tell(FleetEventKind.TAMPER, code=f"audit.{self._audit.replaced}")

    def stopped(self) -> None:
        self._audit.record(events.KioskStop())

    def failed(self, where: str) -> None:
        """Something unforeseen ended in the safe state."""
        self._audit.record(events.Failsafe(where=where))
        self._fleet.tell(FleetEventKind.FAILSAFE, code=where)

    def tick(self) -> None:
        """Once a second."""
        self._checkpoints.tick()
        self._fleet.tick()

    def on_status(self, device: str, status: Status) -> None:
        self._fleet.status(device, status)

    def on_sync(self, event: SyncEvent) -> None:
        match event:
            case ItemAccepted(envelope_id, ack):
                if not self._checkpoints.on_accepted(ack):
                    self._accepted(envelope_id, ack.reference)
            case ItemRejected(envelope_id, problem):
                self._rejected(envelope_id, problem.status)
            case OnlineChanged(online):
                self._network(online)
            case CatalogueChanged(version):
                self._audit.record(events.CatalogueChanged(version=version))
            case ClockJumped(by_s):
                self._audit.record(events.ClockJump(seconds=round(by_s)))

    def _accepted(self, envelope_id: str, reference: str) -> None:
        kind = self._kind(envelope_id)
        if kind is EnvelopeKind.APPLICATION:
            self._audit.record(events.ApplicationAccepted(application=envelope_id, reference=reference))
        elif kind is not EnvelopeKind.FLEET_EVENT:  # each of those stands in the log already, as what it tells
            name = kind.value if kind else ""
            self._audit.record(events.ReportAccepted(envelope=envelope_id, kind=name, reference=reference))

    def _rejected(self, envelope_id: str, status: int) -> None:
        kind = self._kind(envelope_id)
        if kind is EnvelopeKind.APPLICATION:
            self._audit.record(events.ApplicationDeadLetter(application=envelope_id, status=status))
        else:
            name = kind.value if kind else ""
            self._audit.record(events.ReportDeadLetter(envelope=envelope_id, kind=name, status=status))
        if kind not in _OWN_NEWS:
            self._fleet.tell(FleetEventKind.DEAD_LETTER, code=str(status), count=self._dead_letters())

    def _network(self, online: bool) -> None:
        if self._online is not None or not online:
            self._audit.record(events.NetworkBack() if online else events.NetworkLost())
        self._online = online

    def _kind(self, envelope_id: str) -> EnvelopeKind | None:
        try:
            return self._outbox.get(envelope_id).kind
        except (StoreError, UnknownEnvelope) as error:
            log.error("envelope_kind_unknown", envelope_id=envelope_id, error=type(error).__name__)
            return None

    def _dead_letters(self) -> int | None:
        try:
            return self._outbox.counts()[OutboxState.REJECTED]
        except StoreError:
            return None
