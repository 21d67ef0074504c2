"""A kiosk's file of version 1, with a row in every table: what the first kiosks carry when they are updated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3

from offline_cache.schema import FIRST
from tests.offline_cache.samples import (
    HOLDER,
    NOW,
    OFFICE_KEY,
    STORE_KEY,
    acknowledgement,
    application,
    catalogue,
    decision,
    order,
    print_report,
)
from wire.canonical import canonical_bytes
from wire.messages import Decision, DecisionOutcome, Envelope, Problem, SignedCatalogue, SignedOrder

QUOTED = "金丝雀: that is not a name"  # an office's refusal may quote what a resident typed


@dataclass
class VersionOne:
    """What the file holds."""

    waiting: Envelope
    pages: dict[str, bytes]
    report: Envelope
    dead: Envelope
    accepted: Envelope
    decided: Decision
    printed: SignedOrder
    collectable: SignedOrder
    catalogue: SignedCatalogue


def write_version_one(path: Path) -> VersionOne:
    """Make the file as the first schema made it, and fill it as the first outbox did."""
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{STORE_KEY.hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    for statement in FIRST:
        connection.execute(statement)
    waiting, pages = application(b"\xff\xd8 page one" * 9000, b"page two")
    dead, dead_pages = application(b"page of the dead letter")
    accepted, _ = application()
    printed, collectable = order(accepted.sealed.id), order(accepted.sealed.id)
    decided = decision(accepted.sealed.id, DecisionOutcome.GRANTED, (printed, collectable))
    found = VersionOne(
        waiting, pages, print_report(), dead, accepted, decided, printed, collectable, catalogue("7", OFFICE_KEY)
    )
    problem = canonical_bytes(Problem(title=QUOTED, status=422))
    for envelope, state, facts in (
        (waiting, "sending", {"attempts": 3, "lease_until": 5.0, "priority": 1}),
        (found.report, "sealed", {}),
        (dead, "rejected", {"problem": problem, "settled_at": NOW.isoformat()}),
        (accepted, "accepted", {"ack": canonical_bytes(acknowledgement(accepted)), "settled_at": NOW.isoformat()}),
    ):
        _outbox(connection, envelope, state, facts)
    for envelope, materials in ((waiting, pages), (dead, dead_pages)):
        for sha256, data in materials.items():
            _insert(connection, "materials", sha256=sha256, media_type="image/jpeg", data=data)
            _insert(connection, "envelope_materials", envelope_id=envelope.sealed.id, sha256=sha256, sent=0)
    sent = sorted(pages)[0]
    connection.execute("UPDATE envelope_materials SET sent = 1 WHERE sha256 = ?", (sent,))
    _insert(
        connection,
        "decisions",
        application_id=decided.application_id,
        outcome=decided.outcome.value,
        decision=canonical_bytes(decided),
    )
    for signed, state, serial in ((printed, "printed", "LA 0001"), (collectable, "collectable", None)):
        _insert(
            connection,
            "documents",
            order_id=signed.order.order_id,
            application_id=signed.order.application_id,
            holder_id_number=HOLDER,
            stock_type="a3",
            signed=canonical_bytes(signed),
            state=state,
            stock_serial=serial,
        )
    _insert(connection, "stock", stock_type="a3", prefix="LA ", width=4, next=2, remaining=9)
    _insert(
        connection, "sheets", stock_type="a3", prefix="LA ", number=1, order_id=printed.order.order_id, state="used"
    )
    _insert(connection, "catalogue", only=1, version="7", signed=canonical_bytes(found.catalogue))
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    return found


def _outbox(connection: Any, envelope: Envelope, state: str, facts: dict[str, Any]) -> None:
    sealed = envelope.sealed
    row = {
        "id": sealed.id,
        "kind": sealed.kind.value,
        "content_sha256": envelope.content_sha256,
        "payload": None if state == "accepted" else canonical_bytes(envelope),
        "priority": 0,
        "state": state,
        "sealed_at": sealed.sealed_at.isoformat(),
    }
    _insert(connection, "outbox", **(row | facts))


def _insert(connection: Any, table: str, **row: Any) -> None:
    connection.execute(
        f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
    )
