"""Whose words an envelope or a decision carries: which person's key closes it in the store."""

from __future__ import annotations

from typing import Any, Protocol

from offline_cache.subject_keys import Erased, KeyMissing, Keyring, Subject, Unsealable
from wire.canonical import canonical_bytes
from wire.messages import Decision, EnvelopeKind, Problem

# Ids, codes and counts only. Any other kind is personal until somebody has looked and put it here.
NAMES_NOBODY = frozenset(
    {
        EnvelopeKind.PRINT_REPORT,
        EnvelopeKind.STOCK_RECONCILIATION,
        EnvelopeKind.FLEET_EVENT,
        EnvelopeKind.AUDIT_CHECKPOINT,
    }
)

OWN_WORDS = "urn:kiosk:"  # problem types of refusals that this kiosk itself wrote
UNREADABLE = Problem(
    type="urn:kiosk:payload-unreadable", title="this kiosk cannot read what it sealed; restore its keyring", status=500
)
GONE = Problem(type="urn:kiosk:erased", title="what the office said was erased with the person's data", status=410)


class _Reads(Protocol):
    """The part of the store that is used here."""

    subjects: Keyring

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[dict[str, Any]]: ...


def subject_of_envelope(store: _Reads, envelope_id: str, kind: EnvelopeKind, body: dict[str, Any]) -> Subject | None:
    """The person whom an envelope concerns, None where it names nobody; made at first sight.

    What hangs on an application belongs to its applicant. What hangs on nothing here is a person of its own, so that
    it can be erased too. Raises StoreFailed.
    """
    if kind in NAMES_NOBODY:
        return None
    if kind is EnvelopeKind.APPLICATION:
        return store.subjects.key_for(str(body["applicant"]["id_number"]))
    return _applicant(store, str(body.get("application_id", ""))) or store.subjects.key_for(envelope_id)


def subject_of_decision(store: _Reads, decision: Decision) -> Subject:
    """The applicant; for an application that was not sealed here, the first holder of a document."""
    applicant = _applicant(store, decision.application_id)
    if applicant:
        return applicant
    holders = [signed.order.holder_id_number for signed in decision.orders]
    return store.subjects.key_for(holders[0] if holders else decision.application_id)


def _applicant(store: _Reads, application_id: str) -> Subject | None:
    rows = store.rows("SELECT subject FROM outbox WHERE id = ?", (application_id,))
    handle = rows[0]["subject"] if rows else None
    return store.subjects.person(handle) if handle else None


def seal_problem(keyring: Keyring, handle: str | None, envelope_id: str, problem: Problem) -> bytes:
    """The office's words about an envelope: they may quote what somebody typed, so they are closed like it.

    The kiosk's own words never do. Without a key only type and status are kept. Raises StoreFailed.
    """
    data = canonical_bytes(problem)
    if handle is None or problem.type.startswith(OWN_WORDS):
        return data
    try:
        return keyring.seal(handle, data, problem_context(envelope_id))
    except (Erased, KeyMissing):
        return canonical_bytes(Problem(type=problem.type, title="(not kept: no key)", status=problem.status))


def unseal_problem(keyring: Keyring, handle: str | None, envelope_id: str, box: bytes) -> Problem:
    """What seal_problem closed; GONE once the person was erased, UNREADABLE without the right key."""
    if handle is None or box.startswith(b"{"):  # not closed; a box begins with another byte
        return Problem.model_validate_json(box)
    try:
        return Problem.model_validate_json(keyring.unseal(handle, box, problem_context(envelope_id)))
    except Erased:
        return GONE
    except (KeyMissing, Unsealable):
        return UNREADABLE


def payload_context(envelope_id: str) -> str:
    """The place that an envelope is closed for."""
    return f"outbox {envelope_id}"


def problem_context(envelope_id: str) -> str:
    """The place that the office's refusal of an envelope is closed for."""
    return f"problem {envelope_id}"


def decision_context(application_id: str) -> str:
    """The place that a decision is closed for."""
    return f"decision {application_id}"


def document_context(order_id: str) -> str:
    """The place that a signed order is closed for."""
    return f"document {order_id}"
