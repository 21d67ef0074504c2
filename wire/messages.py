"""The messages between kiosk and office, as pydantic models; unknown keys are refused."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from wire.audit import CountersignedCheckpoint
from wire.message import SHA256_PATTERN as SHA256_PATTERN
from wire.message import UUID_PATTERN as UUID_PATTERN
from wire.message import Message as Message
from wire.text import Bilingual


class IdentityEvidence(Message):
    """That a person was recognised, without anything to recognise them by (PIPL 29: no image, no template)."""

    method: Literal["card+face", "card+fingerprint", "card+staff"]
    result: Literal["match"]
    score_band: Literal["high", "medium"]  # high: beyond 1 false accept in 100,000; medium: beyond 1 in 10,000
    model: str  # e.g. "sface-int8@fb143eea+yunet-int8@49f000ec"
    challenges: tuple[str, ...]  # what was asked and done, in order, e.g. ("turn_left", "blink")
    attempts: int = Field(ge=1, le=3)
    consented_at: datetime
    verified_at: datetime


class Applicant(Message):
    """The holder of the card, as the card says."""

    name: str = Field(min_length=1, max_length=60)
    id_number: str = Field(pattern=r"^[0-9]{17}[0-9X]$")
    sex: str
    nation: str
    birth_date: str = Field(pattern=r"^\d{8}$")
    address: str
    card_valid_until: str  # YYYYMMDD or 长期


class MaterialRef(Message):
    """A captured page, sent before the envelope that names it."""

    kind: str  # e.g. "premises_proof"
    sha256: str = Field(pattern=SHA256_PATTERN)
    media_type: Literal["image/jpeg", "image/png", "application/pdf"]
    size_bytes: int = Field(gt=0)


class Application(Message):
    """What a resident asks for; the body of an envelope of kind ``application``."""

    service: str  # "AA-01"
    catalogue_version: str
    applicant: Applicant
    identity: IdentityEvidence
    form: dict[str, Any]
    materials: tuple[MaterialRef, ...] = ()
    locale: Literal["zh_CN", "en"] = "zh_CN"


class HumanReviewRequest(Message):
    """The resident asks for a person instead of, or after, the machine (PIPL 24); body of kind ``human_review``."""

    application_id: str = Field(pattern=UUID_PATTERN)
    said: str = ""


class PrintOutcome(StrEnum):
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


class PrintReport(Message):
    """What became of a document order; body of kind ``print_report``."""

    order_id: str = Field(pattern=UUID_PATTERN)
    application_id: str = Field(pattern=UUID_PATTERN)
    stock_type: str
    stock_serial: str | None  # None where no sheet of numbered stock was used
    outcome: PrintOutcome
    reason: str = ""  # fault code when not printed or unknown
    at: datetime


class EnvelopeKind(StrEnum):
    APPLICATION = "application"
    PRINT_REPORT = "print_report"
    HUMAN_REVIEW = "human_review"
    STOCK_RECONCILIATION = "stock_reconciliation"
    FLEET_EVENT = "fleet_event"
    AUDIT_CHECKPOINT = "audit_checkpoint"


class Sealed(Message):
    """The part of an envelope that is hashed: everything but hash and signature."""

    id: str = Field(pattern=UUID_PATTERN)  # the idempotency key, for ever
    kind: EnvelopeKind
    device_id: str
    sealed_at: datetime  # as the kiosk's wall clock stood, right or wrong
    body: dict[str, Any]  # the message that wire.envelopes names for this kind, in JSON form
    clock_offset_ms: int | None = None  # office's clock minus the kiosk's, as measured then; None: not known

    @model_serializer(mode="wrap")
    def _unknown_is_left_out(self, standard: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """An envelope without the measurement keeps the bytes, and so the hash, of one from before there was any."""
        members: dict[str, Any] = standard(self)
        if self.clock_offset_ms is None:
            members.pop("clock_offset_ms", None)
        return members


class Envelope(Message):
    """What the outbox holds and the office takes in: POST /v1/intake."""

    sealed: Sealed
    content_sha256: str = Field(pattern=SHA256_PATTERN)  # of canonical_bytes(sealed)
    signature: str  # device key over the 64 hex digits of content_sha256, ASCII


class Acknowledgement(Message):
    """The only success: it repeats id and hash, so a captive portal's 200 is none."""

    id: str
    content_sha256: str
    reference: str  # the number a resident can say on the telephone, e.g. "AA01-20261123-0001"
    received_at: datetime
    # Only for a checkpoint of the audit log, and left out elsewhere: kiosks that know nothing of it refuse no answer.
    countersignature: CountersignedCheckpoint | None = Field(default=None, exclude_if=lambda value: value is None)


class StandardOutcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNDECIDED = "undecided"


class StandardResult(Message):
    """One review standard (审查标准) applied to one application."""

    code: str
    kind: Literal["validity", "completeness", "compliance"]
    title: Bilingual
    legal_basis: str
    outcome: StandardOutcome
    explanation: Bilingual  # the sentence the resident reads


class DecisionOutcome(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    HUMAN = "human"  # the machine could not decide everything, or the resident asked for a person


class DocumentOrder(Message):
    """A document to be printed once: template, data and paper. Signed by the office."""

    order_id: str = Field(pattern=UUID_PATTERN)
    application_id: str = Field(pattern=UUID_PATTERN)
    template: str  # "business_licence_original" | "business_licence_duplicate"
    template_version: str
    title: Bilingual
    data: dict[str, Any]
    identifier: str  # GB/T 36904
    verification_url: str  # what the QR holds: address + identifier + signature
    stock_type: str  # "business_licence_a3" | "business_licence_a4"
    media: Literal["iso_a3_297x420mm", "iso_a4_210x297mm"]
    copies: Literal[1] = 1  # a licence is a numbered original
    holder_id_number: str
    issued_at: datetime


class SignedOrder(Message):
    order: DocumentOrder
    signature: str  # office key over canonical_bytes(order)


class Decision(Message):
    """The machine's or an officer's decision; GET /v1/applications/{id}/decision."""

    application_id: str = Field(pattern=UUID_PATTERN)
    outcome: DecisionOutcome
    decided_by: Literal["machine", "officer"]
    decided_at: datetime
    standards: tuple[StandardResult, ...]
    reasons: tuple[Bilingual, ...] = ()
    remedies: Bilingual | None = None  # review within 60 days, suit within six months, when refused
    orders: tuple[SignedOrder, ...] = ()
    ocr_ms: int | None = None  # what reading the materials took, for report.json
    review_ms: int | None = None


class CatalogueBundle(Message):
    """Every service as data; ``files`` maps path to text, below the catalogue folder. Signed by the office."""

    version: str
    files: dict[str, str]
    serial: int = Field(default=0, ge=0)  # grows with every change, so that no older one is played back; 0: unnumbered


class SignedCatalogue(Message):
    bundle: CatalogueBundle
    signature: str  # office key over canonical_bytes(bundle)


class Problem(Message):
    """RFC 9457 problem details, as every refusal of the office is told."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
