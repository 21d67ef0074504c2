"""Checkpoints: made in time, sent once, countersigned; a kill between any two steps leaves none behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk_app.audit import events
from kiosk_app.audit.checkpoints import Checkpointer
from kiosk_app.audit.segments import entries_backwards, segments
from kiosk_app.audit.verify import verify
from kiosk_app.reports import Reports
from offline_cache.items import OutboxState
from offline_cache.store import StoreFailed
from tests.kiosk_app.evening import OFFICE_KEY, Evening, acknowledgement
from wire.audit import AuditCheckpoint, countersign
from wire.ids import new_id
from wire.messages import EnvelopeKind
from wire.signing import SigningKey


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    made = Evening(tmp_path)
    yield made
    made.close()


def of(evening: Evening, event: str) -> list[dict[str, object]]:
    return [entry.facts for entry in entries_backwards(segments(evening.log)) if entry.event == event][::-1]


def waiting(evening: Evening) -> list[AuditCheckpoint]:
    """What lies in the outbox, as the office would read it."""
    found = []
    while (lease := evening.outbox.lease_next(1e9)) is not None:
        found.append(AuditCheckpoint.model_validate(lease.envelope.sealed.body, strict=False))
    return found


def test_so_many_events_make_a_checkpoint_that_goes_behind_applications(evening: Evening) -> None:
    evening.pass_by(3, office=False)
    (checkpoint,) = of(evening, "checkpoint")
    assert checkpoint["covers"] == 20
    (row,) = evening.store.rows("SELECT kind, priority, subject FROM outbox")
    assert (row["kind"], row["priority"], row["subject"]) == (EnvelopeKind.AUDIT_CHECKPOINT.value, -1, None)
    evening.outbox.nobody_waits()
    assert evening.store.rows("SELECT priority FROM outbox") == [{"priority": -1}]


def test_a_quiet_quarter_of_an_hour_makes_one_and_only_where_something_happened(evening: Evening) -> None:
    now = [0.0]
    reports = Reports(evening.outbox, evening.kiosk_id, evening.device_key)
    patient = Checkpointer(evening.audit, reports, OFFICE_KEY.public(), clock=lambda: now[0])
    evening.audit.record(events.KioskStart(version="1"))
    now[0] = 899.0
    patient.tick()
    assert of(evening, "checkpoint") == []
    now[0] = 901.0
    patient.tick()
    now[0] = 2000.0
    patient.tick()
    assert len(of(evening, "checkpoint")) == 1


def test_each_names_the_one_before(evening: Evening) -> None:
    evening.pass_by(8, office=False)
    first, second, third = waiting(evening)
    assert first.claim.previous_seq == 0
    assert (second.claim.previous_seq, second.claim.previous_hash) == (first.claim.seq, first.claim.entry_hash)
    assert (third.claim.previous_seq, third.claim.previous_hash) == (second.claim.seq, second.claim.entry_hash)


def test_the_countersignature_stands_in_the_log(evening: Evening) -> None:
    evening.pass_by(3)
    (facts,) = of(evening, "checkpoint-countersigned")
    assert facts["office_signature"] == evening.proofs[0].office_signature
    assert evening.verify().vouched == 20


def test_a_countersignature_of_somebody_else_is_not_kept(evening: Evening) -> None:
    evening.pass_by(3, office=False)
    (checkpoint,) = waiting(evening)
    proof = countersign(checkpoint, datetime.now(UTC), SigningKey.generate())
    assert evening.checkpoints.on_accepted(acknowledgement(new_id(), "0" * 64, proof))
    assert of(evening, "checkpoint-countersigned") == []


def test_a_kill_between_log_and_outbox_sends_the_same_checkpoint_at_the_next_start(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFailed("no space")

    monkeypatch.setattr(evening.outbox, "seal", full)
    evening.pass_by(3, office=False)
    assert evening.outbox.counts()[OutboxState.SEALED] == 0
    monkeypatch.undo()
    evening.audit.close()
    evening.open()
    evening.checkpoints.start()
    (checkpoint,) = waiting(evening)
    (facts,) = of(evening, "checkpoint")
    assert (checkpoint.claim.seq, checkpoint.signature) == (facts["covers"], facts["signature"])
    evening.checkpoints.start()  # again changes nothing
    assert sum(evening.outbox.counts().values()) == 1


def test_a_kill_between_answer_and_log_keeps_the_countersignature_at_the_next_start(evening: Evening) -> None:
    evening.pass_by(3, office=False)
    lease = evening.outbox.lease_next(1e9)
    assert lease is not None
    evening.outbox.accept(lease.id, evening.acknowledge(lease.envelope))
    evening.audit.close()
    evening.open()
    evening.checkpoints.start()
    assert len(of(evening, "checkpoint-countersigned")) == 1
    assert evening.verify().vouched == 20


def test_without_the_office_nothing_is_vouched_for_and_the_verdict_says_so(evening: Evening) -> None:
    evening.pass_by(3, office=False)
    verdict = verify(evening.log, device_key=evening.device_key.public(), office_key=OFFICE_KEY.public())
    assert verdict.holds and (verdict.vouched, verdict.device_signatures) == (0, 1)
