"""Sealing an envelope on the kiosk; opening it at the office."""

from __future__ import annotations

import json
import weakref
from datetime import UTC, datetime, timedelta

from wire.audit import AuditCheckpoint
from wire.canonical import bytes_sha256, canonical_bytes, content_sha256
from wire.ids import new_id
from wire.messages import Application, Envelope, EnvelopeKind, HumanReviewRequest, PrintReport, Sealed
from wire.reports import FleetEvent, StockReconciliation
from wire.signing import BadSignature, SigningKey, VerifyKey

Body = Application | PrintReport | HumanReviewRequest | StockReconciliation | FleetEvent | AuditCheckpoint

_BODY: dict[EnvelopeKind, type[Body]] = {
    EnvelopeKind.APPLICATION: Application,
    EnvelopeKind.PRINT_REPORT: PrintReport,
    EnvelopeKind.HUMAN_REVIEW: HumanReviewRequest,
    EnvelopeKind.STOCK_RECONCILIATION: StockReconciliation,
    EnvelopeKind.FLEET_EVENT: FleetEvent,
    EnvelopeKind.AUDIT_CHECKPOINT: AuditCheckpoint,
}
_KIND = {model: kind for kind, model in _BODY.items()}


def seal(
    body: Body,
    device_id: str,
    key: SigningKey,
    *,
    envelope_id: str | None = None,
    clock_offset_ms: int | None = None,
    sealed_at: datetime | None = None,
) -> Envelope:
    """A signed envelope with a new UUIDv7 as its idempotency key.

    ``clock_offset_ms``: office minus wall clock, None where it is not known; ``sealed_at``: default the wall clock.
    """
    sealed = Sealed(
        id=envelope_id or new_id(),
        kind=_KIND[type(body)],
        device_id=device_id,
        sealed_at=sealed_at or datetime.now(UTC),
        body=body.model_dump(mode="json"),
        clock_offset_ms=clock_offset_ms,
    )
    data = canonical_bytes(sealed)
    digest = bytes_sha256(data)
    _remember(sealed, data, digest)
    return Envelope(sealed=sealed, content_sha256=digest, signature=key.sign(digest.encode("ascii")))


def sealed_bytes(sealed: Sealed) -> tuple[bytes, str]:
    """canonical_bytes(sealed) and their SHA-256 (hex), not made a second time for what ``seal`` has just made: they are
    the costly part.
    """
    known = _made.get(id(sealed))
    if known and known[0]() is sealed:
        return known[1], known[2]
    data = canonical_bytes(sealed)
    return data, bytes_sha256(data)


_made: dict[
    int, tuple[weakref.ref[Sealed], bytes, str]
] = {}  # by identity; gone with the object, so nobody's words outlive it


def _remember(sealed: Sealed, data: bytes, digest: str) -> None:
    identity = id(sealed)
    _made[identity] = (weakref.ref(sealed, lambda _: _made.pop(identity, None)), data, digest)


def best_sealed_at(sealed: Sealed) -> datetime:
    """When it was sealed, by the office's clock where the kiosk knew that, else by the kiosk's own."""
    if not sealed.clock_offset_ms:
        return sealed.sealed_at
    return sealed.sealed_at + timedelta(milliseconds=sealed.clock_offset_ms)


def counts_from(sealed: Sealed, received_at: datetime) -> datetime:
    """The instant from which a legal time limit runs: never later than its arrival, and its arrival where the kiosk did
    not know the office's time. An applicant loses nothing by a wrong clock, and gains nothing.
    """
    if sealed.clock_offset_ms is None:
        return received_at
    return min(best_sealed_at(sealed), received_at)


def open_envelope(envelope: Envelope, device_key: VerifyKey) -> Body:
    """The body, once hash and signature hold.

    Raises BadSignature, or pydantic.ValidationError for a body of the wrong shape.
    """
    if content_sha256(envelope.sealed) != envelope.content_sha256:
        raise BadSignature("the content hash does not match the content")
    device_key.verify(envelope.content_sha256.encode("ascii"), envelope.signature)
    return _BODY[envelope.sealed.kind].model_validate_json(json.dumps(envelope.sealed.body))
