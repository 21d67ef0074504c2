"""A kiosk's file as the first version of the schema wrote it, with envelopes in several states."""

from __future__ import annotations

import random
from pathlib import Path

import sqlcipher3

from offline_cache.schema import FIRST
from tests.durability.subject import FILE, NOW, STORE_KEY, Told, application
from wire.canonical import canonical_bytes
from wire.messages import Acknowledgement

INSERT_ENVELOPE = (
    "INSERT INTO outbox (id, kind, content_sha256, payload, priority, state, sealed_at, attempts, lease_until, ack)"
    " VALUES (?, 'application', ?, ?, 0, ?, ?, ?, ?, ?)"
)
STATES = ("sealed", "sealed", "sending", "accepted", "sealed", "sealed")


def write_version_one(folder: Path, rng: random.Random) -> Told:
    """Make ``folder``/kiosk.db at version 1; gives what it promises."""
    told = Told()
    connection = sqlcipher3.connect(str(folder / FILE), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{STORE_KEY.hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    for statement in FIRST:
        connection.execute(statement)
    for number, state in enumerate(STATES):
        envelope, pages = application(f"version one {number}", rng)
        envelope_id, digest = envelope.sealed.id, envelope.content_sha256
        told.sealed.add(envelope_id)
        ack = None
        if state == "accepted":
            told.accepted.add(envelope_id)
            ack = canonical_bytes(
                Acknowledgement(id=envelope_id, content_sha256=digest, reference="AA01-0001", received_at=NOW)
            )
        payload = None if ack else canonical_bytes(envelope)
        sending = state == "sending"
        row = (envelope_id, digest, payload, state, NOW.isoformat(), int(sending), 5.0 if sending else None, ack)
        connection.execute(INSERT_ENVELOPE, row)
        for sha256, page in () if ack else pages.items():
            connection.execute("INSERT INTO materials VALUES (?, 'image/jpeg', ?)", (sha256, page))
            connection.execute("INSERT INTO envelope_materials VALUES (?, ?, 0)", (envelope_id, sha256))
    connection.execute("PRAGMA user_version = 1")
    connection.execute("COMMIT")
    connection.close()
    return told
