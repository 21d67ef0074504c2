"""The tables that hold what is personal, each row closed under its person's key; carries older rows over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from offline_cache.personal import (
    decision_context,
    document_context,
    payload_context,
    seal_problem,
    subject_of_decision,
    subject_of_envelope,
)
from wire.messages import Decision, EnvelopeKind, Problem, SignedOrder

if TYPE_CHECKING:
    from offline_cache.cipher_file import Step
    from offline_cache.store import Store

# ``subject`` and ``holder`` are handles of the keyring. What a comment calls closed is a box of Keyring.seal.
_OUTBOX = (
    # ``payload``: the canonical JSON that was sealed, closed unless it names nobody; erased once the office has it, or
    # once staff settled a dead letter. ``problem``: closed likewise.
    # ``lease_until`` and ``not_before`` are monotonic seconds, meaningless after a restart: RECOVERY clears them.
    # ``seq`` grows for ever, without AUTOINCREMENT's second table, because no row is ever deleted.
    """
    CREATE TABLE outbox (
        seq            INTEGER PRIMARY KEY,
        id             TEXT NOT NULL UNIQUE,
        kind           TEXT NOT NULL,
        subject        TEXT,
        content_sha256 TEXT NOT NULL,
        payload        BLOB,
        priority       INTEGER NOT NULL,
        state          TEXT NOT NULL CHECK (state IN ('sealed', 'sending', 'accepted', 'rejected', 'closed')),
        sealed_at      TEXT NOT NULL,
        attempts       INTEGER NOT NULL DEFAULT 0,
        lease_until    REAL,
        not_before     REAL,
        settled_at     TEXT,
        ack            BLOB,
        problem        BLOB,
        CHECK (payload IS NOT NULL OR state IN ('accepted', 'closed')),
        CHECK ((state = 'accepted') = (ack IS NOT NULL)),
        CHECK ((state IN ('rejected', 'closed')) = (problem IS NOT NULL))
    ) STRICT
    """,
    # Only what still has to go: a seal stays cheap and a lease quick after years of accepted envelopes.
    """
    CREATE INDEX outbox_queue ON outbox (priority DESC, seq) WHERE state IN ('sealed', 'sending')
    """,
    # Somebody's dead letters are looked for when their card comes back; a seal pays nothing for it.
    "CREATE INDEX outbox_dead_letters ON outbox (subject) WHERE state = 'rejected'",
    """
    CREATE TRIGGER outbox_payload_is_frozen BEFORE UPDATE OF id, kind, subject, content_sha256, payload ON outbox
    WHEN new.id IS NOT old.id OR new.kind IS NOT old.kind OR new.subject IS NOT old.subject
        OR new.content_sha256 IS NOT old.content_sha256
        OR (new.payload IS NOT NULL AND new.payload IS NOT old.payload)
    BEGIN SELECT RAISE(ABORT, 'a sealed envelope does not change'); END
    """,
    """
    CREATE TRIGGER outbox_is_for_ever BEFORE DELETE ON outbox
    BEGIN SELECT RAISE(ABORT, 'an idempotency key is kept for ever'); END
    """,
)
_MATERIALS = (
    # Captured pages, as the envelopes name them. ``blob`` is the name of the encrypted file that holds the content.
    """
    CREATE TABLE envelope_materials (
        envelope_id TEXT NOT NULL REFERENCES outbox (id),
        sha256      TEXT NOT NULL,
        media_type  TEXT NOT NULL,
        size_bytes  INTEGER NOT NULL,
        blob        TEXT NOT NULL,
        sent        INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (envelope_id, sha256)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX envelope_materials_by_blob ON envelope_materials (blob)",
)
_DECISIONS = (
    # ``decision`` is closed, NULL once erased. ``outcome`` stays: nobody asks the office about a decided one again.
    """
    CREATE TABLE decisions (
        application_id TEXT PRIMARY KEY,
        subject        TEXT NOT NULL,
        outcome        TEXT NOT NULL,
        decision       BLOB
    ) STRICT
    """,
    "CREATE INDEX decisions_of_subject ON decisions (subject)",
)
_DOCUMENTS = (
    # ``signed`` is closed, NULL once erased: what was printed stays known as printed, and is never printed again.
    """
    CREATE TABLE documents (
        seq            INTEGER PRIMARY KEY AUTOINCREMENT,
        order_id       TEXT NOT NULL UNIQUE,
        application_id TEXT NOT NULL,
        holder         TEXT NOT NULL,
        stock_type     TEXT NOT NULL,
        signed         BLOB,
        state          TEXT NOT NULL CHECK (state IN ('collectable', 'printing', 'printed', 'unknown')),
        job            TEXT,
        stock_serial   TEXT,
        reason         TEXT NOT NULL DEFAULT '',
        CHECK (signed IS NOT NULL OR state = 'printed')
    ) STRICT
    """,
    "CREATE INDEX documents_of_holder ON documents (holder, state)",
)


def _set_aside(store: Store) -> None:
    """The older tables under other names. Their triggers go: they would forbid to drop them."""
    with store.transaction() as database:
        for trigger in ("outbox_payload_is_frozen", "outbox_is_for_ever"):
            database.execute(f"DROP TRIGGER {trigger}")
        for index in ("outbox_queue", "envelope_materials_by_content", "documents_of_holder"):
            database.execute(f"DROP INDEX {index}")
        for table in ("outbox", "materials", "envelope_materials", "decisions", "documents"):
            database.execute(f"ALTER TABLE {table} RENAME TO old_{table}")


def _carry_outbox(store: Store) -> None:
    keyring = store.subjects
    for (seq,) in _keys(store, "SELECT seq FROM old_outbox ORDER BY seq"):  # in order: a review hangs on an application
        (row,) = store.rows("SELECT * FROM old_outbox WHERE seq = ?", (seq,))
        handle = None
        if row["payload"] is not None:
            body = json.loads(row["payload"])["sealed"]["body"]
            person = subject_of_envelope(store, row["id"], EnvelopeKind(row["kind"]), body)
            if person is not None:
                handle = person.handle
                row["payload"] = person.seal(row["payload"], payload_context(row["id"]))
        if row["problem"] is not None:
            problem = Problem.model_validate_json(row["problem"])
            row["problem"] = seal_problem(keyring, handle, row["id"], problem)
        _insert(store, "outbox", row | {"subject": handle})


def _carry_materials(store: Store) -> None:
    for envelope_id, sha256, sent in _keys(store, "SELECT envelope_id, sha256, sent FROM old_envelope_materials"):
        (page,) = store.rows("SELECT media_type, data FROM old_materials WHERE sha256 = ?", (sha256,))
        (owner,) = store.rows("SELECT subject FROM outbox WHERE id = ?", (envelope_id,))
        row = {
            "envelope_id": envelope_id,
            "sha256": sha256,
            "media_type": page["media_type"],
            "size_bytes": len(page["data"]),
            "blob": store.blobs.write(owner["subject"], sha256, page["data"]),
            "sent": sent,
        }
        _insert(store, "envelope_materials", row)


def _carry_decisions(store: Store) -> None:
    for (application_id,) in _keys(store, "SELECT application_id FROM old_decisions"):
        (row,) = store.rows("SELECT * FROM old_decisions WHERE application_id = ?", (application_id,))
        person = subject_of_decision(store, Decision.model_validate_json(row["decision"]))
        row["decision"] = person.seal(row["decision"], decision_context(application_id))
        _insert(store, "decisions", row | {"subject": person.handle})


def _carry_documents(store: Store) -> None:
    for (seq,) in _keys(store, "SELECT seq FROM old_documents ORDER BY seq"):
        (row,) = store.rows("SELECT * FROM old_documents WHERE seq = ?", (seq,))
        holder = store.subjects.key_for(row.pop("holder_id_number")).handle
        SignedOrder.model_validate_json(row["signed"])
        row["signed"] = store.subjects.seal(holder, row["signed"], document_context(row["order_id"]))
        _insert(store, "documents", row | {"holder": holder})


def _keys(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in store.rows(sql)]


def _insert(store: Store, table: str, row: dict[str, Any]) -> None:
    with store.transaction() as database:
        database.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )


PERSONAL: tuple[Step, ...] = (
    _set_aside,
    *_OUTBOX,
    *_MATERIALS,
    *_DECISIONS,
    *_DOCUMENTS,
    _carry_outbox,
    _carry_materials,
    _carry_decisions,
    _carry_documents,
    # Children before parents, or the foreign keys object. secure_delete overwrites the pages.
    *(f"DROP TABLE old_{table}" for table in ("envelope_materials", "materials", "outbox", "decisions", "documents")),
)
