"""Sealing an envelope on the kiosk; opening it at the office."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from wire.canonical import content_sha256
from wire.ids import new_id
from wire.messages import Application, Envelope, EnvelopeKind, HumanReviewRequest, PrintReport, Sealed
from wire.signing import BadSignature, SigningKey, VerifyKey

Body = Application | PrintReport | HumanReviewRequest

_BODY: dict[EnvelopeKind, type[Application] | type[PrintReport] | type[HumanReviewRequest]] = {
    EnvelopeKind.APPLICATION: Application,
    EnvelopeKind.PRINT_REPORT: PrintReport,
    EnvelopeKind.HUMAN_REVIEW: HumanReviewRequest,
}
_KIND = {model: kind for kind, model in _BODY.items()}


def seal(body: Body, device_id: str, key: SigningKey, *, envelope_id: str | None = None) -> Envelope:
    """A signed envelope with a new UUIDv7 as its idempotency key."""
    sealed = Sealed(
        id=envelope_id or new_id(),
        kind=_KIND[type(body)],
        device_id=device_id,
        sealed_at=datetime.now(UTC),
        body=body.model_dump(mode="json"),
    )
    digest = content_sha256(sealed)
    return Envelope(sealed=sealed, content_sha256=digest, signature=key.sign(digest.encode("ascii")))


def open_envelope(envelope: Envelope, device_key: VerifyKey) -> Body:
    """The body, once hash and signature hold.

    Raises BadSignature, or pydantic.ValidationError for a body of the wrong shape.
    """
    if content_sha256(envelope.sealed) != envelope.content_sha256:
        raise BadSignature("the content hash does not match the content")
    device_key.verify(envelope.content_sha256.encode("ascii"), envelope.signature)
    return _BODY[envelope.sealed.kind].model_validate_json(json.dumps(envelope.sealed.body))
