"""Checkpoints of a kiosk's audit log: the kiosk signs how far its chain goes, the office signs that it saw it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from wire.canonical import canonical_bytes
from wire.message import DEVICE_PATTERN, SHA256_PATTERN, Message
from wire.signing import SigningKey, VerifyKey

LOG_ID_PATTERN = r"^[0-9a-f]{32}$"


class CheckpointClaim(Message):
    """``entry_hash`` is the hash of event ``seq`` of this log; the checkpoint before it is named, so that the office
    can tell a late one from a forked log. ``previous_seq`` 0 and 64 zeros: this is the first.
    """

    device_id: str = Field(pattern=DEVICE_PATTERN)
    log_id: str = Field(pattern=LOG_ID_PATTERN)
    seq: int = Field(ge=1)
    entry_hash: str = Field(pattern=SHA256_PATTERN)
    previous_seq: int = Field(ge=0)
    previous_hash: str = Field(pattern=SHA256_PATTERN)
    at: datetime  # the kiosk's clock


class AuditCheckpoint(Message):
    """The body of an envelope of kind ``audit_checkpoint``."""

    claim: CheckpointClaim
    signature: str  # device key over canonical_bytes(claim); stands in the log too, where no envelope is


class SeenCheckpoint(Message):
    """What the office signs: this claim reached it at this time (the office's clock)."""

    claim: CheckpointClaim
    received_at: datetime


class CountersignedCheckpoint(Message):
    """Proof that needs neither kiosk nor office to be checked: both signatures over one claim."""

    seen: SeenCheckpoint
    device_signature: str
    office_signature: str  # office key over canonical_bytes(seen)


def sign_checkpoint(claim: CheckpointClaim, device_key: SigningKey) -> AuditCheckpoint:
    """The claim with the kiosk's signature."""
    return AuditCheckpoint(claim=claim, signature=device_key.sign(canonical_bytes(claim)))


def countersign(checkpoint: AuditCheckpoint, received_at: datetime, office_key: SigningKey) -> CountersignedCheckpoint:
    """The office's part; whether the claim fits what it saw before is judged first, by the caller."""
    seen = SeenCheckpoint(claim=checkpoint.claim, received_at=received_at)
    return CountersignedCheckpoint(
        seen=seen, device_signature=checkpoint.signature, office_signature=office_key.sign(canonical_bytes(seen))
    )


def verify_device(claim: CheckpointClaim, signature: str, device_key: VerifyKey) -> None:
    """Raises BadSignature."""
    device_key.verify(canonical_bytes(claim), signature)


def verify_office(seen: SeenCheckpoint, signature: str, office_key: VerifyKey) -> None:
    """Raises BadSignature."""
    office_key.verify(canonical_bytes(seen), signature)
