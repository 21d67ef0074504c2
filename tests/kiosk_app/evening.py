"""An evening at a kiosk: some sixty audited events, checkpoints that the office countersigned, a person's field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kiosk_app.audit import events
from kiosk_app.audit.checkpoints import Checkpointer
from kiosk_app.audit.event import Personal
from kiosk_app.audit.log import AuditLog
from kiosk_app.audit.verify import Verdict, verify
from kiosk_app.reports import Reports
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from wire.audit import AuditCheckpoint, CountersignedCheckpoint, countersign
from wire.envelopes import open_envelope
from wire.messages import Acknowledgement, Envelope
from wire.signing import SigningKey

OFFICE_KEY = SigningKey.generate()
STORE_KEY = bytes(range(32))
HOLDER = "510107199001010010"  # invented; the check digit holds


@dataclass
class Evening:
    """The parts; ``proofs`` is what the office would hand to an auditor."""

    folder: Path
    kiosk_id: str = "kiosk-0001"
    device_key: SigningKey = field(default_factory=SigningKey.generate)
    every: int = 20
    proofs: list[CountersignedCheckpoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store.open(self.folder / "kiosk.db", STORE_KEY)
        self.outbox = Outbox(self.store)
        self.open()

    @property
    def log(self) -> Path:
        return self.folder / "audit"

    @property
    def segment(self) -> Path:
        """The only one."""
        (path,) = self.log.iterdir()
        return path

    def open(self) -> None:
        """Also again, after a close."""
        self.audit = AuditLog.open(self.log, self.kiosk_id, self.store.subjects)
        reports = Reports(self.outbox, self.kiosk_id, self.device_key)
        self.checkpoints = Checkpointer(self.audit, reports, OFFICE_KEY.public(), every_events=self.every)

    def pass_by(self, sessions: int = 7, *, office: bool = True) -> None:
        """Sessions, one after another, and a tick after each event."""
        self._do(events.KioskStart(version="test"))
        for number in range(sessions):
            session = f"session-{number}"
            self._do(events.SessionStart(session))
            self._do(events.ConsentGiven(session))
            self._do(events.IdentityInit(session, 1))
            self._do(events.IdentityComplete(session, "match", "high", "model", Personal(HOLDER, HOLDER)))
            self._do(events.ApplicationSealed(session, f"application-{number}", "AA-01"))
            self._do(events.PrintInit(session, f"order-{number}"))
            self._do(events.PrintComplete(f"order-{number}", "printed", ""))
            self._do(events.SessionEnd(session, "finished"))
            if office:
                self.answer()

    def _do(self, event: events.Event) -> None:
        self.audit.record(event)
        self.checkpoints.tick()

    def answer(self) -> None:
        """The office takes in what waits and countersigns it."""
        while (lease := self.outbox.lease_next(1e9)) is not None:
            ack = self.acknowledge(lease.envelope)
            self.outbox.accept(lease.id, ack)
            self.checkpoints.on_accepted(ack)

    def acknowledge(self, envelope: Envelope) -> Acknowledgement:
        body = open_envelope(envelope, self.device_key.public())
        assert isinstance(body, AuditCheckpoint)
        proof = countersign(body, datetime.now(UTC), OFFICE_KEY)
        self.proofs.append(proof)
        return acknowledgement(envelope.sealed.id, envelope.content_sha256, proof)

    def close(self) -> None:
        self.audit.close()
        self.store.close()

    def verify(self, log: Path | None = None, *, first_only: bool = False) -> Verdict:
        """As an auditor with both keys and the office's list."""
        return verify(
            log or self.log,
            kiosk_id=self.kiosk_id,
            device_key=self.device_key.public(),
            office_key=OFFICE_KEY.public(),
            from_office=self.proofs,
            first_only=first_only,
        )


def acknowledgement(envelope_id: str, digest: str, proof: CountersignedCheckpoint) -> Acknowledgement:
    """As the office answers to a checkpoint."""
    return Acknowledgement(
        id=envelope_id,
        content_sha256=digest,
        reference="AC-20261124-0001",
        received_at=datetime.now(UTC),
        countersignature=proof,
    )
