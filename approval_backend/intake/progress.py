"""How far an application has come, for whoever holds the receipt: by its page's token, or by the number on it."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from approval_backend.catalogue.model import District
from approval_backend.store.engine import Store
from approval_backend.store.tables import DecisionRow, EnvelopeRow, ProgressRow
from wire.follow_up import local_number, progress_token
from wire.messages import DecisionOutcome, Envelope, EnvelopeKind

_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


class Progress(StrEnum):
    """All that the page tells: no name, no service, no outcome."""

    NOT_YET_HERE = "not_yet_here"  # also for a token that nobody was given: there is no telling
    RECEIVED = "received"
    IN_REVIEW = "in_review"  # a person has it
    DECIDED = "decided"


def note_progress(session: Session, envelope: Envelope) -> None:
    """With the application itself, in one transaction."""
    sealed = envelope.sealed
    if sealed.kind is EnvelopeKind.APPLICATION:
        number = local_number(sealed.id)
        session.add(ProgressRow(token=progress_token(envelope), application_id=sealed.id, local_number=number))


def note_earlier(store: Store) -> None:
    """For applications that came before the office kept these rows."""
    with store.write() as session:
        query = (
            select(EnvelopeRow.message)
            .outerjoin(ProgressRow, ProgressRow.application_id == EnvelopeRow.id)
            .where(EnvelopeRow.kind == EnvelopeKind.APPLICATION.value, ProgressRow.token.is_(None))
        )
        for message in list(session.scalars(query)):
            note_progress(session, Envelope.model_validate_json(message))


def progress_of(store: Store, token: str) -> Progress:
    """What the page says."""
    with store.read() as session:
        row = session.get(ProgressRow, token)
        if row is None:
            return Progress.NOT_YET_HERE
        decision = session.get(DecisionRow, row.application_id)
    if decision is None:
        return Progress.RECEIVED
    return Progress.IN_REVIEW if decision.outcome == DecisionOutcome.HUMAN.value else Progress.DECIDED


def references_of(store: Store, number: str) -> list[str]:
    """References of the applications with this local number, for whoever answers the telephone; rarely two."""
    digits = re.sub(r"[\s-]", "", number)
    said = f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
    with store.read() as session:
        query = select(EnvelopeRow.reference).join(ProgressRow, ProgressRow.application_id == EnvelopeRow.id)
        return list(session.scalars(query.where(ProgressRow.local_number == said).order_by(EnvelopeRow.id)))


def page(progress: Progress, district: District) -> str:
    """The whole HTML page, in both languages: no script, no other resource."""
    return _PAGES.get_template("progress.html").render(progress=progress.value, district=district)
