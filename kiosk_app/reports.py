"""What the kiosk itself sends through the outbox: behind every application, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from offline_cache.outbox import Outbox
from wire.audit import AuditCheckpoint
from wire.envelopes import seal
from wire.messages import Envelope
from wire.reports import FleetEvent, StockReconciliation
from wire.signing import SigningKey

BEHIND_APPLICATIONS = -1  # outbox priority


class Reports:
    """Seals reports with the device's key. May raise StoreFailed; joins the caller's transaction."""

    def __init__(
        self,
        outbox: Outbox,
        device_id: str,
        device_key: SigningKey,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock_offset_ms: Callable[[], int | None] = lambda: None,
    ) -> None:
        self.outbox = outbox
        self.device_id = device_id
        self.device_key = device_key
        self.now = now
        self._clock_offset_ms = clock_offset_ms

    def send(
        self, body: FleetEvent | StockReconciliation | AuditCheckpoint, *, envelope_id: str | None = None
    ) -> Envelope:
        """Durably in the outbox when it returns."""
        offset_ms = self._clock_offset_ms()
        envelope = seal(body, self.device_id, self.device_key, envelope_id=envelope_id, clock_offset_ms=offset_ms)
        self.outbox.seal(envelope, priority=BEHIND_APPLICATIONS)
        return envelope
