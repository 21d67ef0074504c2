"""Does this checkpoint of a kiosk's audit log fit the ones before? Then it is countersigned; else it is evidence."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from approval_backend.intake.refusal import Refusal
from approval_backend.store.engine import utc_now
from approval_backend.store.tables import AuditAlarm, AuditCheckpointRow
from wire.audit import AuditCheckpoint, CheckpointClaim, CountersignedCheckpoint, countersign, verify_device
from wire.messages import Envelope
from wire.signing import BadSignature, SigningKey, VerifyKey


class Judgement(StrEnum):
    FITS = "fits"
    NEW_LOG = "new_log"  # a kiosk that had a log began another: repaired, restored, or somebody wiped the first
    FORKED = "forked"  # says other things of an event that it vouched for before
    WENT_BACK = "went_back"  # an earlier event that the later checkpoints do not know of


def judge(session: Session, claim: CheckpointClaim) -> Judgement:
    """Checkpoints name the one before them, so that one which was only late is told from a rewritten log."""
    row = AuditCheckpointRow
    of_log = select(row).where(row.device_id == claim.device_id, row.log_id == claim.log_id)
    same = session.get(row, (claim.device_id, claim.log_id, claim.seq))
    if same is not None:
        return Judgement.FITS if same.entry_hash == claim.entry_hash else Judgement.FORKED
    later = session.scalar(of_log.where(row.seq > claim.seq).order_by(row.seq).limit(1))
    if later is not None and (later.previous_seq, later.previous_hash) != (claim.seq, claim.entry_hash):
        return Judgement.WENT_BACK
    earlier = session.scalar(of_log.where(row.seq < claim.seq).order_by(row.seq.desc()).limit(1))
    if earlier is not None:
        # Naming one that is not here yet is no fault: the two may have overtaken each other on the way.
        denies = claim.previous_seq < earlier.seq
        contradicts = claim.previous_seq == earlier.seq and claim.previous_hash != earlier.entry_hash
        return Judgement.FORKED if denies or contradicts else Judgement.FITS
    if (
        later is None
        and session.scalar(select(row.log_id).where(row.device_id == claim.device_id).limit(1)) is not None
    ):
        return Judgement.NEW_LOG
    return Judgement.FITS


def check_checkpoint(checkpoint: AuditCheckpoint, device_id: str, device_key: VerifyKey) -> None:
    """Raises Refusal 422 for one that this device did not make of its own log."""
    if checkpoint.claim.device_id != device_id:
        raise Refusal(
            422, "checkpoint-device", "The checkpoint is of another kiosk", where="/sealed/body/claim/device_id"
        )
    if checkpoint.claim.previous_seq >= checkpoint.claim.seq:
        raise Refusal(
            422, "checkpoint-order", "It names a later one before it", where="/sealed/body/claim/previous_seq"
        )
    try:
        verify_device(checkpoint.claim, checkpoint.signature, device_key)
    except BadSignature as error:
        raise Refusal(
            422, "checkpoint-signature", "The checkpoint's own signature does not hold", where="/sealed/body/signature"
        ) from error


def keep_checkpoint(session: Session, checkpoint: AuditCheckpoint, office_key: SigningKey) -> None:
    """Countersigned and kept; one that is kept already stays as it is."""
    claim = checkpoint.claim
    if session.get(AuditCheckpointRow, (claim.device_id, claim.log_id, claim.seq)) is not None:
        return
    proof = countersign(checkpoint, datetime.now(UTC), office_key)
    session.add(
        AuditCheckpointRow(
            device_id=claim.device_id,
            log_id=claim.log_id,
            seq=claim.seq,
            entry_hash=claim.entry_hash,
            previous_seq=claim.previous_seq,
            previous_hash=claim.previous_hash,
            received_at=proof.seen.received_at.isoformat(),
            message=proof.model_dump_json(),
        )
    )


def countersignature_of(session: Session, claim: CheckpointClaim) -> CountersignedCheckpoint | None:
    """The proof that was made when this checkpoint came first."""
    kept = session.get(AuditCheckpointRow, (claim.device_id, claim.log_id, claim.seq))
    return CountersignedCheckpoint.model_validate_json(kept.message) if kept is not None else None


def raise_alarm(session: Session, envelope: Envelope, claim: CheckpointClaim, judgement: Judgement) -> None:
    """Keeps the signed envelope as evidence, once."""
    if session.get(AuditAlarm, envelope.sealed.id) is None:
        session.add(
            AuditAlarm(
                envelope_id=envelope.sealed.id,
                device_id=claim.device_id,
                log_id=claim.log_id,
                seq=claim.seq,
                kind=judgement.value,
                noticed_at=utc_now(),
                message=envelope.model_dump_json(),
            )
        )


def checkpoints_of(session: Session, device_id: str, log_id: str | None = None) -> list[CountersignedCheckpoint]:
    """What an auditor takes to the kiosk: every countersigned checkpoint, in order of logs and events."""
    row = AuditCheckpointRow
    query = select(row.message).where(row.device_id == device_id).order_by(row.received_at, row.seq)
    if log_id is not None:
        query = query.where(row.log_id == log_id)
    return [CountersignedCheckpoint.model_validate_json(message) for message in session.scalars(query)]
