"""What stands in a row of the outbox, opened with the key of the person whom it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from offline_cache.items import DeadLetter, Item, OutboxState
from offline_cache.personal import payload_context, unseal_problem
from offline_cache.subject_keys import Keyring
from wire.messages import Acknowledgement, Envelope, EnvelopeKind, Problem


def envelope_of(keyring: Keyring, row: dict[str, Any]) -> Envelope:
    """The envelope as it was sealed. Raises Erased, KeyMissing, Unsealable."""
    payload, subject = row["payload"], row["subject"]
    if subject is not None:
        payload = keyring.unseal(subject, payload, payload_context(row["id"]))
    return Envelope.model_validate_json(payload)


def problem_of(keyring: Keyring, row: dict[str, Any]) -> Problem:
    """Why the office refused it; says so where that can no longer be read."""
    return unseal_problem(keyring, row["subject"], row["id"], row["problem"])


def item_of(keyring: Keyring, row: dict[str, Any]) -> Item:
    """Everything that a row says. Raises Erased, KeyMissing, Unsealable."""
    return Item(
        id=row["id"],
        kind=EnvelopeKind(row["kind"]),
        content_sha256=row["content_sha256"],
        state=OutboxState(row["state"]),
        sealed_at=datetime.fromisoformat(row["sealed_at"]),
        attempts=row["attempts"],
        envelope=None if row["payload"] is None else envelope_of(keyring, row),
        ack=None if row["ack"] is None else Acknowledgement.model_validate_json(row["ack"]),
        problem=None if row["problem"] is None else problem_of(keyring, row),
    )


def dead_letter_of(keyring: Keyring, row: dict[str, Any]) -> DeadLetter:
    """A refused envelope without its content: readable whatever became of the person's key."""
    return DeadLetter(
        id=row["id"],
        kind=EnvelopeKind(row["kind"]),
        sealed_at=datetime.fromisoformat(row["sealed_at"]),
        rejected_at=datetime.fromisoformat(row["settled_at"]),
        problem=problem_of(keyring, row),
    )
