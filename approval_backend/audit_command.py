"""What an auditor takes from the office: a kiosk's countersigned checkpoints, and the alarms about audit logs."""

from __future__ import annotations

import argparse
from pathlib import Path

from sqlalchemy import select

from approval_backend.intake.checkpoints import checkpoints_of
from approval_backend.office import has_office, open_store
from approval_backend.store.engine import Store
from approval_backend.store.tables import AuditAlarm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``audit checkpoints`` and ``audit alarms``."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listed = verbs.add_parser("checkpoints", help="one JSON line each, for ./kiosk audit verify --checkpoints")
    listed.add_argument("--data", type=Path, required=True)
    listed.add_argument("--device", required=True, help="the kiosk's name")
    listed.set_defaults(run=_checkpoints)
    alarms = verbs.add_parser("alarms", help="kiosks whose audit log is not the one that was seen before")
    alarms.add_argument("--data", type=Path, required=True)
    alarms.set_defaults(run=_alarms)


def _open(data: Path) -> Store:
    if not has_office(data):
        raise ValueError(f"{data}: no office there; name the data folder that `serve` uses")
    return open_store(data)


def _checkpoints(options: argparse.Namespace) -> int:
    store = _open(options.data)
    try:
        with store.read() as session:
            proofs = checkpoints_of(session, options.device)
    finally:
        store.close()
    # Only the newest log: a kiosk that began another is told by `alarms`, and its first log was examined then.
    newest = proofs[-1].seen.claim.log_id if proofs else ""
    for proof in proofs:
        if proof.seen.claim.log_id == newest:
            print(proof.model_dump_json())
    return 0


def _alarms(options: argparse.Namespace) -> int:
    store = _open(options.data)
    try:
        with store.read() as session:
            rows = list(session.scalars(select(AuditAlarm).order_by(AuditAlarm.noticed_at)))
    finally:
        store.close()
    for row in rows:
        print(f"{row.noticed_at} {row.device_id} {row.kind}: log {row.log_id[:8]}…, event {row.seq}")
    print(f"{len(rows)} alarm(s)")
    return 1 if rows else 0
