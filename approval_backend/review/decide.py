"""From an application to its decision, once: read, judge, then decision and licence in one transaction."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from approval_backend.catalogue.guide import time_lines
from approval_backend.catalogue.model import Catalogue, OfferedService, Service
from approval_backend.intake.forms import form_problems
from approval_backend.licences.issue import ISSUED, Issuer, issue_business_licence
from approval_backend.review.context import build_context
from approval_backend.review.ocr import DocumentReader, UnreadablePage
from approval_backend.review.proof import Proof, read_proof
from approval_backend.review.reading import Line
from approval_backend.review.standards import ReviewStandards, outcome_of
from approval_backend.store.engine import Store, utc_now
from approval_backend.store.tables import DecisionRow, EnvelopeRow, HumanReview, Licence, Material
from wire.messages import Application, Decision, DecisionOutcome, Envelope, SignedOrder, StandardOutcome, StandardResult
from wire.text import Bilingual

CHINA_TIME = timezone(timedelta(hours=8))  # one zone, no summer time; the date on a licence is the date there
PROOF_KIND = "premises_proof"

REMEDIES = Bilingual(
    zh="如不服本决定，可以自收到之日起60日内申请行政复议，或者自收到之日起六个月内向人民法院提起行政诉讼。",
    en="If you disagree, you may ask for administrative review within 60 days of receiving this, "
    "or sue in court within six months.",
)
MACHINE_STOPPED = Bilingual(
    zh="机器审核没有完成，已转工作人员审核", en="The machine review could not be completed; a person will decide"
)
FORM_CHANGED = Bilingual(
    zh="申请使用的表单已更新，由工作人员审核", en="The form has changed since you filled it in; a person will decide"
)
NOT_ISSUED_HERE = Bilingual(
    zh="机器审核的各项标准均符合；证件由工作人员核发",
    en="The machine found every standard met; a person issues the document",
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Bench:
    """All that a review needs."""

    store: Store
    catalogue: Catalogue
    standards: dict[str, ReviewStandards]
    reader: DocumentReader
    issuer: Issuer


def decide(bench: Bench, application_id: str) -> Decision:
    """The decision on an application, made now or before; every effect once, however often this is called."""
    started = time.perf_counter()
    with bench.store.read() as session:
        made = session.get(DecisionRow, application_id)
        if made is not None:
            return Decision.model_validate_json(made.message)
        row = session.scalars(select(EnvelopeRow).where(EnvelopeRow.id == application_id)).one()
        application = Application.model_validate(Envelope.model_validate_json(row.message).sealed.body)
        pages = _pages(session, application)
    offered = bench.catalogue.services[application.service]
    if form_problems(offered.form_schema, application.form):
        return hand_to_person(bench.store, application_id, FORM_CHANGED)
    proof, ocr_ms = _read(bench.reader, pages)
    for last_try in (False, True):
        results = _judge(bench, application, offered, proof)
        try:
            decision = _record(bench, application_id, application, offered, results, ocr_ms, started)
        except IntegrityError:
            # Another application took the name between judging and recording: judge again, now it is taken.
            if last_try:
                raise
            continue
        log.info(
            "review.decided",
            application=application_id,
            outcome=decision.outcome.value,
            undecided=[r.code for r in results if r.outcome is StandardOutcome.UNDECIDED],
            not_met=[r.code for r in results if r.outcome is StandardOutcome.NOT_MET],
            ocr_ms=decision.ocr_ms,
            review_ms=decision.review_ms,
        )
        return decision
    raise AssertionError("unreachable: the second try returns or raises")


def hand_to_person(store: Store, application_id: str, reason: Bilingual) -> Decision:
    """Ends a machine review that cannot be finished; nothing waits for ever."""
    with store.write() as session:
        return hand_to_person_within(session, application_id, reason)


def hand_to_person_within(session: Session, application_id: str, reason: Bilingual) -> Decision:
    """The same inside a transaction; a decision already made stands."""
    decision = Decision(
        application_id=application_id,
        outcome=DecisionOutcome.HUMAN,
        decided_by="machine",
        decided_at=datetime.now(CHINA_TIME),
        standards=(),
        reasons=(reason,),
    )
    return save_decision(session, decision)


def save_decision(session: Session, decision: Decision) -> Decision:
    """Keeps a decision unless there is one already; returns the one that stands. Call inside ``Store.write``."""
    made = session.get(DecisionRow, decision.application_id)
    if made is not None:
        return Decision.model_validate_json(made.message)
    session.add(
        DecisionRow(
            application_id=decision.application_id,
            outcome=decision.outcome.value,
            decided_at=decision.decided_at.isoformat(),
            message=decision.model_dump_json(),
        )
    )
    if (
        decision.outcome is DecisionOutcome.HUMAN
        and session.get(HumanReview, (decision.application_id, "undecided")) is None
    ):
        session.add(
            HumanReview(application_id=decision.application_id, cause="undecided", said="", requested_at=utc_now())
        )
    session.flush()
    return decision


def _pages(session: Session, application: Application) -> list[tuple[str, bytes]]:
    wanted = [material.sha256 for material in application.materials if material.kind == PROOF_KIND]
    rows = session.scalars(select(Material).where(Material.sha256.in_(wanted))).all()
    by_hash = {row.sha256: (row.media_type, row.content) for row in rows}
    return [by_hash[sha256] for sha256 in wanted if sha256 in by_hash]


def _read(reader: DocumentReader, pages: list[tuple[str, bytes]]) -> tuple[Proof, int]:
    if not pages:
        return Proof(), 0
    lines: list[Line] = []
    milliseconds = 0
    for number, (media_type, content) in enumerate(pages):
        if not media_type.startswith("image/"):
            continue  # a PDF is for a person to read; the proof stays unreadable to the machine
        try:
            reading = reader.read(content)
        except UnreadablePage:
            continue
        milliseconds += reading.milliseconds
        below = number * 100_000.0  # further pages come after the first
        lines += [Line(li.text, li.confidence, li.left, li.top + below, li.height) for li in reading.lines]
    return read_proof(tuple(lines)), milliseconds


def _judge(bench: Bench, application: Application, offered: OfferedService, proof: Proof) -> tuple[StandardResult, ...]:
    name = application.form.get("trade_name")
    with bench.store.read() as session:
        taken = (
            isinstance(name, str)
            and session.scalars(
                select(Licence.identifier).where(Licence.trade_name == name.strip(), Licence.status == "valid")
            ).first()
            is not None
        )
    context = build_context(
        application,
        district=bench.catalogue.district,
        form_schema=offered.form_schema,
        proof=proof,
        name_taken=taken,
        today=datetime.now(CHINA_TIME).date(),
    )
    return bench.standards[application.service].apply(context)


def _record(
    bench: Bench,
    application_id: str,
    application: Application,
    offered: OfferedService,
    results: tuple[StandardResult, ...],
    ocr_ms: int,
    started: float,
) -> Decision:
    outcome, said = outcome_for(offered.service, results)
    at = datetime.now(CHINA_TIME)
    wanting = StandardOutcome.NOT_MET if outcome is DecisionOutcome.REFUSED else StandardOutcome.UNDECIDED
    with bench.store.write() as session:
        made = session.get(DecisionRow, application_id)
        if made is not None:  # the resident asked for a person while the machine was reading
            return Decision.model_validate_json(made.message)
        orders: tuple[SignedOrder, ...] = ()
        if outcome is DecisionOutcome.GRANTED:
            orders = issue_business_licence(session, application_id, application, offered, bench.issuer, at)
        decision = Decision(
            application_id=application_id,
            outcome=outcome,
            decided_by="machine",
            decided_at=at,
            standards=results,
            reasons=said or tuple(result.explanation for result in results if result.outcome is wanting),
            remedies=REMEDIES if outcome is DecisionOutcome.REFUSED else None,
            orders=orders,
            ocr_ms=ocr_ms,
            review_ms=round((time.perf_counter() - started) * 1000),
        )
        return save_decision(session, decision)


def outcome_for(service: Service, results: tuple[StandardResult, ...]) -> tuple[DecisionOutcome, tuple[Bilingual, ...]]:
    """The outcome, with the reason where it is not the standards': the machine decides only what is the machine's.

    Where an officer decides, the results are what the officer begins with.
    """
    if service.decision != "machine":
        return DecisionOutcome.HUMAN, (officer_decides(service),)
    outcome = outcome_of(results)
    if outcome is DecisionOutcome.GRANTED and service.code not in ISSUED:
        return DecisionOutcome.HUMAN, (NOT_ISSUED_HERE,)
    return outcome, ()


def officer_decides(service: Service) -> Bilingual:
    """That a person decides, and how long it takes."""
    promise = time_lines(service.times)[0]
    if service.times.promised_days == 0:
        return Bilingual(zh="已收下，由工作人员办理", en="Taken in; a person takes it up")
    return Bilingual(zh=f"由审批人员办理，{promise.zh}", en=f"An officer takes it up. {promise.en}")
