"""Makes checkpoints of the audit log, sends them to the office and keeps its countersignature in the log."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import structlog

from kiosk_app.audit import events
from kiosk_app.audit.attested import claim_of
from kiosk_app.audit.log import AuditLog
from kiosk_app.reports import Reports
from offline_cache.items import UnknownEnvelope
from offline_cache.store import StoreError
from wire.audit import AuditCheckpoint, CheckpointClaim, CountersignedCheckpoint, sign_checkpoint, verify_office
from wire.ids import new_id
from wire.messages import Acknowledgement
from wire.signing import BadSignature, VerifyKey

log = structlog.get_logger()

EVERY_EVENTS = 50  # some five sessions: what a cut could hide from the office while the network is up
LONGEST_S = 900.0  # a quiet night's events are vouched for within a quarter of an hour


class Checkpointer:
    """``tick`` on the kiosk's loop, ``on_accepted`` on the sync's thread."""

    def __init__(
        self,
        audit: AuditLog,
        reports: Reports,
        office_key: VerifyKey,
        *,
        every_events: int = EVERY_EVENTS,
        longest_s: float = LONGEST_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._audit = audit
        self._reports = reports
        self._office_key = office_key
        self._every_events = every_events
        self._longest_s = longest_s
        self._clock = clock
        self._last = clock()
        self._unsent: list[tuple[str, AuditCheckpoint]] = []  # in the log, not yet in the outbox

    def start(self) -> None:
        """Makes up for a kill between the log and the outbox, or between the office's answer and the log."""
        for entry in self._audit.uncountersigned():
            claim, envelope_id = claim_of(self._audit.kiosk_id, entry), str(entry.facts["envelope"])
            checkpoint = AuditCheckpoint(claim=claim, signature=str(entry.facts["signature"]))
            try:
                item = self._reports.outbox.get(envelope_id)
            except StoreError as error:
                log.error("audit_checkpoint_not_looked_up", error=type(error).__name__)
            except UnknownEnvelope:
                self._unsent.append((envelope_id, checkpoint))
            else:
                if item.ack is not None:
                    self.on_accepted(item.ack)
        self._send()

    def tick(self) -> None:
        """Once a second; makes a checkpoint when it is time. What the disk refused is tried again."""
        if not self._audit.retry():
            return
        self._send()
        since = self._audit.since_checkpoint
        late = self._clock() - self._last >= self._longest_s
        if since >= self._every_events or (since and late):
            self.make()

    def make(self) -> None:
        """A checkpoint of everything so far: first in the log, then in the outbox."""
        self._last = self._clock()
        seq, digest = self._audit.head
        previous_seq, previous_hash = self._audit.last_checkpoint
        claim = CheckpointClaim(
            device_id=self._audit.kiosk_id,
            log_id=self._audit.log_id,
            seq=seq,
            entry_hash=digest,
            previous_seq=previous_seq,
            previous_hash=previous_hash,
            at=self._reports.now(),
        )
        checkpoint, envelope_id = sign_checkpoint(claim, self._reports.device_key), new_id()
        self._audit.record(
            events.Checkpoint(
                covers=seq,
                covers_hash=digest,
                previous_covers=previous_seq,
                previous_hash=previous_hash,
                signed_at=claim.model_dump(mode="json")["at"],
                envelope=envelope_id,
                signature=checkpoint.signature,
            )
        )
        self._unsent.append((envelope_id, checkpoint))
        self._send()

    def on_accepted(self, ack: Acknowledgement) -> bool:
        """True if this acknowledges a checkpoint: the countersignature is kept, if it is one of this log."""
        proof = ack.countersignature
        if proof is None:
            return False
        claim = proof.seen.claim
        if (claim.device_id, claim.log_id) != (self._audit.kiosk_id, self._audit.log_id):
            return True  # of a log that was set aside since
        try:
            verify_office(proof.seen, proof.office_signature, self._office_key)
        except BadSignature:
            log.error("audit_countersignature_untrusted", covers=claim.seq)
            return True
        self._keep(proof)
        return True

    def _keep(self, proof: CountersignedCheckpoint) -> None:
        self._audit.record(
            events.CheckpointCountersigned(
                covers=proof.seen.claim.seq,
                received_at=proof.seen.model_dump(mode="json")["received_at"],
                office_signature=proof.office_signature,
            )
        )

    def _send(self) -> None:
        if not self._audit.healthy:
            return  # what the disk does not hold must not be vouched for
        while self._unsent:
            envelope_id, checkpoint = self._unsent[0]
            try:
                self._reports.send(checkpoint, envelope_id=envelope_id)
            except StoreError as error:
                log.error("audit_checkpoint_not_sealed", error=type(error).__name__)
                return
            self._unsent.pop(0)
