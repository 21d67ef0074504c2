"""Taking in an envelope: checked, kept once, acknowledged only when it is on the disk."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import structlog
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from approval_backend.catalogue.model import Catalogue
from approval_backend.intake.checkpoints import (
    Judgement,
    check_checkpoint,
    countersignature_of,
    judge,
    keep_checkpoint,
    raise_alarm,
)
from approval_backend.intake.devices import key_of
from approval_backend.intake.forms import form_problems
from approval_backend.intake.progress import note_progress
from approval_backend.intake.refusal import Refusal
from approval_backend.intake.reports import keep_report
from approval_backend.review.decide import hand_to_person_within
from approval_backend.store.engine import Store, next_number, utc_now
from approval_backend.store.tables import EnvelopeRow, HumanReview, Material, Order
from wire.audit import AuditCheckpoint
from wire.envelopes import Body, open_envelope
from wire.messages import Acknowledgement, Application, Envelope, EnvelopeKind, HumanReviewRequest, PrintReport
from wire.signing import BadSignature, SigningKey
from wire.text import Bilingual

_CHINA_TIME = timezone(timedelta(hours=8))
_REFERENCE_PREFIX = {
    EnvelopeKind.PRINT_REPORT: "PR",
    EnvelopeKind.HUMAN_REVIEW: "HR",
    EnvelopeKind.STOCK_RECONCILIATION: "SR",
    EnvelopeKind.FLEET_EVENT: "FE",
    EnvelopeKind.AUDIT_CHECKPOINT: "AC",
}
ASKED_FOR_PERSON = Bilingual(zh="应您的要求，转工作人员审核", en="You asked for a person; a person will decide")

log = structlog.get_logger()


def take_in(store: Store, catalogue: Catalogue, envelope: Envelope, *, office_key: SigningKey) -> Acknowledgement:
    """The acknowledgement, on the disk before it is given; the first one again for the same id and hash.

    Raises Refusal: 401 unknown device, 400 bad signature, 409 same id with other content or an audit log that was
    rewritten, 422 with what and where.
    """
    sealed = envelope.sealed
    with store.read() as session:
        key = key_of(session, sealed.device_id)
    try:
        body = open_envelope(envelope, key)
    except BadSignature as error:
        raise Refusal(400, "signature", "The envelope's signature or hash does not hold", str(error)) from error
    except ValidationError as error:
        raise Refusal(
            422, "body", "The body has the wrong shape", errors=shape_errors(error, "/sealed/body")
        ) from error
    if isinstance(body, AuditCheckpoint):
        check_checkpoint(body, sealed.device_id, key)
    with store.write() as session:
        kept = session.get(EnvelopeRow, sealed.id)
        if kept is not None:
            return _again(session, kept, envelope, body)
        judgement = judge(session, body.claim) if isinstance(body, AuditCheckpoint) else Judgement.FITS
        if isinstance(body, AuditCheckpoint) and judgement is not Judgement.FITS:
            raise_alarm(session, envelope, body.claim, judgement)
        if judgement in (Judgement.FITS, Judgement.NEW_LOG):
            acknowledgement = _keep(session, catalogue, envelope, body, office_key)
    if judgement is not Judgement.FITS:
        log.error("intake.audit_alarm", envelope=sealed.id, device=sealed.device_id, kind=judgement.value)
    if judgement in (Judgement.FORKED, Judgement.WENT_BACK):
        raise Refusal(409, "audit-log-rewritten", "This audit log is not the one seen before", judgement.value)
    log.info("intake.accepted", envelope=sealed.id, kind=sealed.kind.value, device=sealed.device_id)
    return acknowledgement


def _keep(
    session: Session, catalogue: Catalogue, envelope: Envelope, body: Body, office_key: SigningKey
) -> Acknowledgement:
    sealed = envelope.sealed
    reference = _admit(session, catalogue, sealed.device_id, sealed.kind, body)
    row = EnvelopeRow(
        id=sealed.id,
        kind=sealed.kind.value,
        device_id=sealed.device_id,
        content_sha256=envelope.content_sha256,
        reference=reference,
        received_at=utc_now(),
        message=envelope.model_dump_json(),
    )
    session.add(row)
    session.flush()
    note_progress(session, envelope)
    _effects(session, row, body, office_key)
    session.flush()
    return _acknowledgement(session, row, body)


def shape_errors(error: ValidationError, base: str = "") -> list[dict[str, str]]:
    """What is wrong and where, without the values."""
    return [
        {"where": base + "/" + "/".join(str(part) for part in item["loc"]), "what": item["msg"]}
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _again(session: Session, kept: EnvelopeRow, envelope: Envelope, body: Body) -> Acknowledgement:
    if kept.content_sha256 != envelope.content_sha256 or kept.device_id != envelope.sealed.device_id:
        raise Refusal(409, "id-in-use", "This id was used for other content", "It is not sent again; make a new one.")
    return _acknowledgement(session, kept, body)


def _acknowledgement(session: Session, row: EnvelopeRow, body: Body) -> Acknowledgement:
    return Acknowledgement(
        id=row.id,
        content_sha256=row.content_sha256,
        reference=row.reference,
        received_at=datetime.fromisoformat(row.received_at),
        countersignature=countersignature_of(session, body.claim) if isinstance(body, AuditCheckpoint) else None,
    )


def _admit(session: Session, catalogue: Catalogue, device_id: str, kind: EnvelopeKind, body: Body) -> str:
    """The reference under which this is taken in. Raises Refusal 422."""
    if isinstance(body, Application):
        _admit_application(session, catalogue, body)
    elif isinstance(body, HumanReviewRequest):
        _known_application(session, body.application_id, device_id)
    elif isinstance(body, PrintReport):
        _known_application(session, body.application_id, device_id)
        order = session.get(Order, body.order_id)
        if order is None or order.application_id != body.application_id:
            raise Refusal(422, "order-unknown", "No such order of this application", where="/sealed/body/order_id")
    prefix = body.service.replace("-", "") if isinstance(body, Application) else _REFERENCE_PREFIX[kind]
    day = datetime.now(_CHINA_TIME).strftime("%Y%m%d")
    return f"{prefix}-{day}-{next_number(session, f'reference.{prefix}.{day}'):04d}"


def _admit_application(session: Session, catalogue: Catalogue, application: Application) -> None:
    offered = catalogue.services.get(application.service)
    if offered is None or offered.service.form is None:
        raise Refusal(422, "service-not-offered", "This service is not offered here", where="/sealed/body/service")
    # A form written under an older catalogue was right when the resident saw it: it is taken in, and a person decides
    # if it no longer fits.
    if application.catalogue_version == catalogue.version:
        problems = form_problems(offered.form_schema, application.form)
        if problems:
            raise Refusal(
                422,
                "form",
                "The form is not as its schema asks",
                errors=[
                    {"where": f"/sealed/body/form{p.where}", "what": p.rule, "zh": p.zh, "en": p.en} for p in problems
                ],
            )
    wanted = {material.sha256 for material in application.materials}
    there = set(session.scalars(select(Material.sha256).where(Material.sha256.in_(wanted))))
    if wanted - there:
        raise Refusal(
            422,
            "materials-missing",
            "Materials named in the envelope are not here",
            "Send them, then the envelope again.",
            missing=sorted(wanted - there),
        )


def _known_application(session: Session, application_id: str, device_id: str) -> None:
    row = session.get(EnvelopeRow, application_id)
    if row is None or row.kind != EnvelopeKind.APPLICATION.value or row.device_id != device_id:
        raise Refusal(
            422, "application-unknown", "No such application of this device", where="/sealed/body/application_id"
        )


def _effects(session: Session, row: EnvelopeRow, body: Body, office_key: SigningKey) -> None:
    if isinstance(body, AuditCheckpoint):
        keep_checkpoint(session, body, office_key)
    elif isinstance(body, HumanReviewRequest):
        if session.get(HumanReview, (body.application_id, "asked")) is None:
            session.add(
                HumanReview(application_id=body.application_id, cause="asked", said=body.said, requested_at=utc_now())
            )
        hand_to_person_within(session, body.application_id, ASKED_FOR_PERSON)
    elif not isinstance(body, Application):
        keep_report(session, row, body)
