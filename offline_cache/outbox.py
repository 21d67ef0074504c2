"""What residents handed in and the office has not yet confirmed: sealed first, sent later, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785
import structlog

from offline_cache.items import (
    AcknowledgementMismatch,
    DeadLetter,
    Item,
    Lease,
    Material,
    OutboxState,
    SealConflict,
    SealRefused,
    UnknownEnvelope,
)
from offline_cache.materials import Materials
from offline_cache.outbox_rows import dead_letter_of, envelope_of, item_of
from offline_cache.personal import UNREADABLE, payload_context, seal_problem, subject_of_envelope
from offline_cache.store import Store
from offline_cache.subject_keys import Erased, KeyMissing, Unsealable
from wire.canonical import bytes_sha256, canonical_bytes
from wire.envelopes import best_sealed_at, sealed_bytes
from wire.messages import Acknowledgement, Envelope, EnvelopeKind, MaterialRef, Problem

__all__ = [
    "LEASE_S",
    "AcknowledgementMismatch",
    "DeadLetter",
    "Item",
    "Lease",
    "Material",
    "Outbox",
    "OutboxState",
    "SealConflict",
    "SealRefused",
    "UnknownEnvelope",
]

log = structlog.get_logger()

LEASE_S = 120.0  # longer than all time-outs of one delivery together; only a hung sender outlives it


class Outbox:
    """Every method is one durable transaction, and joins the caller's if there is one (``store.transaction()``).

    All may raise StoreFailed. Times called ``now`` are monotonic seconds: the wall clock of a kiosk jumps.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._materials = Materials(store)

    def seal(self, envelope: Envelope, materials: Mapping[str, bytes] | None = None, priority: int = 0) -> None:
        """Keep an envelope and its materials (SHA-256 -> bytes). When this returns, "received" is true.

        Higher ``priority`` goes first: give 1 when somebody waits at the screen. Sealing the same envelope again
        changes nothing. Raises SealRefused for materials other than the application names, SealConflict for a taken id.
        """
        materials = materials or {}
        named = _named_materials(envelope)
        if set(named) != set(materials):
            raise SealRefused(f"{envelope.sealed.id}: named and given materials differ")
        for digest, data in materials.items():
            if bytes_sha256(data) != digest or len(data) != named[digest].size_bytes:
                raise SealRefused(f"{envelope.sealed.id}: material {digest} has other content")
        payload = _frozen_bytes(envelope)
        identity, kind = envelope.sealed.id, envelope.sealed.kind
        # Nobody else comes between key and row: retention cannot erase the person there. Without pages one statement is
        # the whole transaction.
        with self._store.transaction() if materials else self._store.held():
            person = subject_of_envelope(self._store, identity, kind, envelope.sealed.body)
            inserted = self._store.statement(
                "INSERT INTO outbox (id, kind, subject, content_sha256, payload, priority, state, sealed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 'sealed', ?) ON CONFLICT (id) DO NOTHING",
                (
                    identity,
                    kind.value,
                    person and person.handle,
                    envelope.content_sha256,
                    person.seal(payload, payload_context(identity)) if person else payload,
                    priority,
                    best_sealed_at(envelope.sealed).isoformat(),
                ),
            )
            if inserted == 0:
                self._refuse_other_content(envelope)
            elif person and materials:
                self._materials.keep(identity, person.handle, named, materials)

    def expect(self, id_number: str) -> None:
        """Make this person's key before they hand anything in, which takes a durable commit of its own."""
        self._store.subjects.key_for(id_number)

    def lease_next(self, now: float, *, oldest_first: bool = False) -> Lease | None:
        """The next envelope to send: highest priority, then oldest; none while all wait or are leased.

        ``oldest_first``: whatever its priority. Now and then, so that nothing starves.
        """
        with self._store.transaction() as database:
            while row := self._first_free(now, oldest_first=oldest_first):
                try:
                    envelope = envelope_of(self._store.subjects, row)
                except (Erased, KeyMissing, Unsealable) as error:
                    self._give_up(row["id"], error)
                    continue
                until, attempt = now + LEASE_S, row["attempts"] + 1
                database.execute(
                    "UPDATE outbox SET state = 'sending', lease_until = ?, not_before = NULL, attempts = ?"
                    " WHERE seq = ?",
                    (until, attempt, row["seq"]),
                )
                return Lease(row["id"], envelope, attempt, until)
        return None

    def unsent_materials(self, envelope_id: str) -> tuple[Material, ...]:
        """The materials of an envelope that the office has not yet confirmed, their contents still on disk."""
        return self._materials.unsent(envelope_id)

    def material_sent(self, envelope_id: str, sha256: str) -> None:
        """The office has this material: it need not travel again with the next attempt."""
        self._materials.mark_sent(envelope_id, sha256)

    def send_materials_again(self, envelope_id: str) -> None:
        """The office lacks materials that it once confirmed (restored from a backup)."""
        self._materials.mark_unsent(envelope_id)

    def accept(self, envelope_id: str, ack: Acknowledgement) -> None:
        """The office has it. Payload and materials are erased here; id, hash and acknowledgement stay for ever.

        A second acknowledgement changes nothing. Raises AcknowledgementMismatch, UnknownEnvelope.
        """
        with self._store.transaction() as database:
            row = self._row(envelope_id)
            if (ack.id, ack.content_sha256) != (envelope_id, row["content_sha256"]):
                raise AcknowledgementMismatch(f"{envelope_id}: the acknowledgement is of something else")
            if row["state"] == OutboxState.ACCEPTED:
                return
            database.execute(
                "UPDATE outbox SET state = 'accepted', payload = NULL, lease_until = NULL, not_before = NULL,"
                " problem = NULL, ack = ?, settled_at = ? WHERE id = ?",
                (canonical_bytes(ack), _now(), envelope_id),
            )
            self._materials.let_go(envelope_id)

    def release(self, envelope_id: str, retry_after: float, now: float) -> None:
        """Not delivered this time: free the lease, not before ``retry_after`` seconds from ``now``."""
        self._execute(
            "UPDATE outbox SET state = 'sealed', lease_until = NULL, not_before = ? WHERE id = ? AND state = 'sending'",
            now + retry_after,
            envelope_id,
        )

    def reject(self, envelope_id: str, problem: Problem) -> None:
        """The office refused this item for good: a dead letter, kept whole; never undoes an accept."""
        with self._store.transaction() as database:
            row = self._row(envelope_id)
            words = seal_problem(self._store.subjects, row["subject"], envelope_id, problem)
            database.execute(
                "UPDATE outbox SET state = 'rejected', problem = ?, settled_at = ?, lease_until = NULL,"
                " not_before = NULL WHERE id = ? AND state IN ('sealed', 'sending')",
                (words, _now(), envelope_id),
            )

    def put_back(self, envelope_id: str) -> None:
        """Staff lets a dead letter try again, under the same id."""
        self._execute(
            "UPDATE outbox SET state = 'sealed', problem = NULL, settled_at = NULL WHERE id = ? AND state = 'rejected'",
            envelope_id,
        )

    def close_dead_letter(self, envelope_id: str) -> None:
        """Staff settled a dead letter with the resident in another way: its content is erased, id and hash stay."""
        with self._store.transaction() as database:
            closed = database.execute(
                "UPDATE outbox SET state = 'closed', payload = NULL, settled_at = ?"
                " WHERE id = ? AND state = 'rejected'",
                (_now(), envelope_id),
            )
            if closed.rowcount:
                self._materials.let_go(envelope_id)

    def nobody_waits(self) -> None:
        """The resident left: what is still here goes in the order of sealing, so the next one is not behind it."""
        self._execute("UPDATE outbox SET priority = 0 WHERE state IN ('sealed', 'sending') AND priority > 0")

    def hasten(self, latest: float) -> None:
        """The office is back: nobody waits longer than until ``latest`` (monotonic seconds)."""
        self._execute("UPDATE outbox SET not_before = ? WHERE state = 'sealed' AND not_before > ?", latest, latest)

    def due_in(self, now: float) -> float | None:
        """Seconds until something can be leased (0: now), or None when nothing waits."""
        (row,) = self._store.rows(
            "SELECT min(CASE state WHEN 'sealed' THEN coalesce(not_before, 0.0) ELSE lease_until END) AS due"
            " FROM outbox WHERE state IN ('sealed', 'sending')"
        )
        return None if row["due"] is None else max(0.0, float(row["due"]) - now)

    def get(self, envelope_id: str) -> Item:
        """Raises UnknownEnvelope."""
        return item_of(self._store.subjects, self._row(envelope_id))

    def waiting_of(self, id_number: str) -> tuple[Item, ...]:
        """What this card holder handed in and the office has not taken, dead letters too, oldest first."""
        person = self._store.subjects.find(id_number)
        if person is None:
            return ()
        rows = self._store.rows(
            "SELECT * FROM outbox INDEXED BY outbox_queue WHERE state IN ('sealed', 'sending') AND subject = ?"
            " UNION ALL SELECT * FROM outbox INDEXED BY outbox_dead_letters WHERE state = 'rejected' AND subject = ?",
            (person.handle, person.handle),
        )
        return tuple(item_of(self._store.subjects, row) for row in sorted(rows, key=lambda row: int(row["seq"])))

    def counts(self) -> dict[OutboxState, int]:
        """How many envelopes are in each state; every state is a key."""
        rows = self._store.rows("SELECT state, count(*) AS n FROM outbox GROUP BY state")
        found = {row["state"]: int(row["n"]) for row in rows}
        return {state: found.get(state.value, 0) for state in OutboxState}

    def oldest_unsent(self) -> datetime | None:
        """When the oldest envelope was sealed that is still on its way (dead letters aside): its age is an alarm."""
        rows = self._store.rows(
            "SELECT sealed_at FROM outbox WHERE state IN ('sealed', 'sending') ORDER BY seq LIMIT 1"
        )
        return datetime.fromisoformat(rows[0]["sealed_at"]) if rows else None

    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """All refused envelopes that nobody has settled, oldest first."""
        rows = self._store.rows("SELECT * FROM outbox WHERE state = 'rejected' ORDER BY seq")
        return tuple(dead_letter_of(self._store.subjects, row) for row in rows)

    def _execute(self, sql: str, *parameters: object) -> None:
        with self._store.transaction() as database:
            database.execute(sql, parameters)

    def _row(self, envelope_id: str) -> dict[str, Any]:
        rows = self._store.rows("SELECT * FROM outbox WHERE id = ?", (envelope_id,))
        if not rows:
            raise UnknownEnvelope(envelope_id)
        return rows[0]

    def _first_free(self, now: float, *, oldest_first: bool) -> dict[str, Any] | None:
        if not oldest_first:
            return self._first_free_of("", (), now)
        # By age, along the queue's index: the first of each priority (there are two or three), and of those the oldest.
        firsts = [self._first_free_of(" AND priority = ?", (priority,), now) for priority in self._priorities()]
        return min((row for row in firsts if row is not None), key=lambda row: int(row["seq"]), default=None)

    def _first_free_of(self, which: str, values: tuple[object, ...], now: float) -> dict[str, Any] | None:
        rows = self._store.rows(
            f"SELECT seq, id, subject, payload, attempts FROM outbox WHERE state IN ('sealed', 'sending'){which}"
            " AND CASE state WHEN 'sealed' THEN coalesce(not_before, ?) ELSE lease_until END <= ?"
            " ORDER BY priority DESC, seq LIMIT 1",
            (*values, now, now),
        )
        return rows[0] if rows else None

    def _priorities(self) -> list[int]:
        """Those that something waits with, highest first; by leaps, however much waits."""
        found: list[int] = []
        while True:
            below, values = (" AND priority < ?", (found[-1],)) if found else ("", ())
            rows = self._store.rows(
                f"SELECT priority FROM outbox WHERE state IN ('sealed', 'sending'){below}"
                " ORDER BY priority DESC LIMIT 1",
                values,
            )
            if not rows:
                return found
            found.append(int(rows[0]["priority"]))

    def _give_up(self, envelope_id: str, error: Exception) -> None:
        """Not even we can read it: a dead letter for staff, so that it does not stand in everybody's way."""
        log.error("payload_unreadable", envelope_id=envelope_id, error=type(error).__name__)
        self.reject(envelope_id, UNREADABLE)

    def _refuse_other_content(self, envelope: Envelope) -> None:
        if self._row(envelope.sealed.id)["content_sha256"] != envelope.content_sha256:
            raise SealConflict(f"{envelope.sealed.id}: sealed before with other content")


def _frozen_bytes(envelope: Envelope) -> bytes:
    """canonical_bytes(envelope), once its hash holds; made of the sealed part's bytes, which are the costly ones."""
    sealed, digest = sealed_bytes(envelope.sealed)
    if digest != envelope.content_sha256:
        raise SealRefused(f"{envelope.sealed.id}: the content hash does not match the content")
    return b'{"content_sha256":"%b","sealed":%b,"signature":%b}' % (
        digest.encode(),
        sealed,
        rfc8785.dumps(envelope.signature),
    )


def _named_materials(envelope: Envelope) -> dict[str, MaterialRef]:
    if envelope.sealed.kind is not EnvelopeKind.APPLICATION:
        return {}
    refs = [MaterialRef.model_validate(ref) for ref in envelope.sealed.body.get("materials", ())]
    return {ref.sha256: ref for ref in refs}


def _now() -> str:
    return datetime.now(UTC).isoformat()
