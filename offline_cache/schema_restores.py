"""What a restored store knows of its being restored."""

from __future__ import annotations

RESTORES = (
    # ``outbox_seq``: the last envelope that the backup knew. Documents that come for those may have been printed
    # between backup and restore.
    """
    CREATE TABLE restores (
        restored_at TEXT NOT NULL,
        made_at     TEXT NOT NULL,
        outbox_seq  INTEGER NOT NULL
    ) STRICT
    """,
)
