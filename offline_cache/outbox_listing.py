"""The outbox as a technician sees it: envelopes by state and age, nothing of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from offline_cache.items import OutboxState
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from wire.messages import EnvelopeKind, Problem

ON_ITS_WAY = "state IN ('sealed', 'sending')"  # the condition of the queue's own index


@dataclass(frozen=True)
class OutboxLine:
    """One envelope. ``sealed_at`` is the kiosk's best knowledge of the time; ``attempts`` counts sendings."""

    id: str
    kind: EnvelopeKind
    state: OutboxState
    sealed_at: datetime
    attempts: int
    problem: Problem | None


def lines(store: Store, states: tuple[OutboxState, ...] | None = None) -> tuple[OutboxLine, ...]:
    """In the order of sealing; of these states only, or all. Raises StoreFailed."""
    wanted = tuple(state.value for state in states or tuple(OutboxState))
    problems = {letter.id: letter.problem for letter in Outbox(store).dead_letters()}  # kept under the person's key
    rows = store.rows(
        "SELECT id, kind, state, sealed_at, attempts FROM outbox"
        f" WHERE state IN ({', '.join('?' * len(wanted))}) ORDER BY seq",
        wanted,
    )
    return tuple(
        OutboxLine(
            id=row["id"],
            kind=EnvelopeKind(row["kind"]),
            state=OutboxState(row["state"]),
            sealed_at=datetime.fromisoformat(row["sealed_at"]),
            attempts=row["attempts"],
            problem=problems.get(row["id"]),
        )
        for row in rows
    )


def waiting_ids(store: Store) -> tuple[str, ...]:
    """Envelopes that the office has not yet answered for good, in the order of sealing."""
    return tuple(row["id"] for row in store.rows(f"SELECT id FROM outbox WHERE {ON_ITS_WAY} ORDER BY seq"))


def ids_like(store: Store, beginning_or_end: str) -> tuple[str, ...]:
    """Ids that begin or end so: nobody types 36 characters from one screen into another."""
    piece = beginning_or_end.lower()
    return tuple(
        row["id"]
        for row in store.rows(
            "SELECT id FROM outbox WHERE substr(id, 1, ?) = ? OR substr(id, -?) = ? ORDER BY seq",
            (len(piece), piece, len(piece), piece),
        )
    )
