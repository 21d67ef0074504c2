"""Tables of what comes down from the office whole and signed: catalogue, announcements."""

from __future__ import annotations

DOWNWARD = (
    # newest: the last one accepted. proven: the last one that the kiosk could also read, to fall back upon.
    """
    CREATE TABLE signed_bundles (
        name    TEXT NOT NULL,
        slot    TEXT NOT NULL CHECK (slot IN ('newest', 'proven')),
        version TEXT NOT NULL,
        serial  INTEGER NOT NULL,
        signed  BLOB NOT NULL,
        PRIMARY KEY (name, slot)
    ) STRICT, WITHOUT ROWID
    """,
    # The highest serial ever accepted; it outlives the bundle, or an old one could be played back.
    """
    CREATE TABLE bundle_floors (
        name   TEXT PRIMARY KEY,
        serial INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO signed_bundles SELECT 'catalogue', 'newest', version, 0, signed FROM catalogue",
    "DROP TABLE catalogue",
)
