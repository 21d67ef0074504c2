"""The tables of the store, as forward migrations; PRAGMA user_version counts the ones that ran."""

from __future__ import annotations

from offline_cache.cipher_file import Step
from offline_cache.schema_downward import DOWNWARD
from offline_cache.schema_fillings import FILLINGS
from offline_cache.schema_personal import PERSONAL
from offline_cache.schema_restores import RESTORES

FIRST = (
    # Envelopes. ``payload`` is the canonical JSON that was sealed; it is erased once the office has it.
    # ``lease_until`` and ``not_before`` are monotonic seconds, meaningless after a restart: RECOVERY clears them.
    # ``seq`` grows for ever, without AUTOINCREMENT's second table, because no row is ever deleted.
    """
    CREATE TABLE outbox (
        seq            INTEGER PRIMARY KEY,
        id             TEXT NOT NULL UNIQUE,
        kind           TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        payload        BLOB,
        priority       INTEGER NOT NULL,
        state          TEXT NOT NULL CHECK (state IN ('sealed', 'sending', 'accepted', 'rejected')),
        sealed_at      TEXT NOT NULL,
        attempts       INTEGER NOT NULL DEFAULT 0,
        lease_until    REAL,
        not_before     REAL,
        settled_at     TEXT,
        ack            BLOB,
        problem        BLOB,
        CHECK (payload IS NOT NULL OR state = 'accepted'),
        CHECK ((state = 'accepted') = (ack IS NOT NULL)),
        CHECK ((state = 'rejected') = (problem IS NOT NULL))
    ) STRICT
    """,
    # Only what still has to go: a seal stays cheap and a lease quick after years of accepted envelopes.
    """
    CREATE INDEX outbox_queue ON outbox (priority DESC, seq) WHERE state IN ('sealed', 'sending')
    """,
    """
    CREATE TRIGGER outbox_payload_is_frozen BEFORE UPDATE OF id, kind, content_sha256, payload ON outbox
    WHEN new.id IS NOT old.id OR new.kind IS NOT old.kind OR new.content_sha256 IS NOT old.content_sha256
        OR (new.payload IS NOT NULL AND new.payload IS NOT old.payload)
    BEGIN SELECT RAISE(ABORT, 'a sealed envelope does not change'); END
    """,
    """
    CREATE TRIGGER outbox_is_for_ever BEFORE DELETE ON outbox
    BEGIN SELECT RAISE(ABORT, 'an idempotency key is kept for ever'); END
    """,
    # Captured pages, once each, however many envelopes name them.
    """
    CREATE TABLE materials (
        sha256     TEXT PRIMARY KEY,
        media_type TEXT NOT NULL,
        data       BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE envelope_materials (
        envelope_id TEXT NOT NULL REFERENCES outbox (id),
        sha256      TEXT NOT NULL REFERENCES materials (sha256),
        sent        INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (envelope_id, sha256)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX envelope_materials_by_content ON envelope_materials (sha256)",
    """
    CREATE TABLE decisions (
        application_id TEXT PRIMARY KEY,
        outcome        TEXT NOT NULL,
        decision       BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE documents (
        seq              INTEGER PRIMARY KEY AUTOINCREMENT,
        order_id         TEXT NOT NULL UNIQUE,
        application_id   TEXT NOT NULL,
        holder_id_number TEXT NOT NULL,
        stock_type       TEXT NOT NULL,
        signed           BLOB NOT NULL,
        state            TEXT NOT NULL CHECK (state IN ('collectable', 'printing', 'printed', 'unknown')),
        job              TEXT,
        stock_serial     TEXT,
        reason           TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX documents_of_holder ON documents (holder_id_number, state)",
    # A serial is a prefix and a number of fixed width: "LA 0000123" is ("LA ", 123, 7).
    """
    CREATE TABLE stock (
        stock_type TEXT PRIMARY KEY,
        prefix     TEXT NOT NULL,
        width      INTEGER NOT NULL,
        next       INTEGER NOT NULL,
        remaining  INTEGER NOT NULL CHECK (remaining >= 0)
    ) STRICT
    """,
    """
    CREATE TABLE sheets (
        stock_type TEXT NOT NULL,
        prefix     TEXT NOT NULL,
        number     INTEGER NOT NULL,
        order_id   TEXT NOT NULL,
        state      TEXT NOT NULL CHECK (state IN ('taken', 'used', 'spoiled', 'unknown')),
        PRIMARY KEY (stock_type, prefix, number)
    ) STRICT
    """,
    "CREATE INDEX sheets_of_order ON sheets (order_id, state)",
    """
    CREATE TABLE catalogue (
        only      INTEGER PRIMARY KEY CHECK (only = 1),
        version   TEXT NOT NULL,
        signed    BLOB NOT NULL
    ) STRICT
    """,
)

MIGRATIONS: tuple[tuple[Step, ...], ...] = (FIRST, DOWNWARD, PERSONAL, RESTORES, FILLINGS)

RECOVERY = (
    # The process that held these leases is gone: the store's lock says so. Whoever waited at its screen is gone too.
    "UPDATE outbox SET state = 'sealed' WHERE state = 'sending'",
    "UPDATE outbox SET lease_until = NULL, not_before = NULL, priority = min(priority, 0) WHERE state = 'sealed'",
)
