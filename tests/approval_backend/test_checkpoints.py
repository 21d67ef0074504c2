"""The office's part of the audit log, over HTTP: what fits is countersigned once, what was rewritten is evidence."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from approval_backend.office import open_store
from approval_backend.store.tables import AuditAlarm, EnvelopeRow
from tests.approval_backend.conftest import NewDatabase, enrolled_office
from tests.approval_backend.office_process import DEVICE, ROOT, Kiosk, office_command
from tests.approval_backend.test_intake import problem
from wire.audit import AuditCheckpoint, CheckpointClaim, CountersignedCheckpoint, sign_checkpoint, verify_office
from wire.envelopes import open_envelope, seal
from wire.messages import Acknowledgement, Envelope
from wire.reports import FleetEvent, FleetEventKind
from wire.signing import SigningKey, VerifyKey

ZERO = "0" * 64


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> Iterator[Kiosk]:
    """An office of this module's own: its alarms are counted."""
    office, key = enrolled_office(tmp_path_factory.mktemp("audit"), new_database())
    office.start()
    talking = Kiosk(office, key)
    yield talking
    talking.close()
    office.stop()


@dataclass
class Log:
    """A kiosk's log as the office sees it: only its checkpoints."""

    kiosk: Kiosk
    log_id: str
    device_id: str = DEVICE
    told: list[CheckpointClaim] = field(default_factory=list)

    def claim(self, seq: int, digest: str = "", previous: tuple[int, str] | None = None) -> CheckpointClaim:
        before = (self.told[-1].seq, self.told[-1].entry_hash) if self.told else (0, ZERO)
        previous_seq, previous_hash = previous or before
        made = CheckpointClaim(
            device_id=self.device_id,
            log_id=self.log_id,
            seq=seq,
            entry_hash=digest or f"{seq:064x}",
            previous_seq=previous_seq,
            previous_hash=previous_hash,
            at=datetime.now(UTC),
        )
        self.told.append(made)
        return made

    def send(self, claim: CheckpointClaim, key: SigningKey | None = None):  # type: ignore[no-untyped-def]
        return self.kiosk.send(self.kiosk.seal(sign_checkpoint(claim, key or self.kiosk.key)))


def command(kiosk: Kiosk, *words: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [*office_command("audit", *words), "--data", str(kiosk.office.data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def alarms(kiosk: Kiosk, log: Log) -> list[str]:
    store = open_store(kiosk.office.data)
    with store.read() as session:
        found = list(session.scalars(select(AuditAlarm.kind).where(AuditAlarm.log_id == log.log_id)))
    store.close()
    return found


@pytest.fixture(scope="module")
def office_key(kiosk: Kiosk) -> VerifyKey:
    return VerifyKey.from_pem(kiosk.get("/v1/office-key").text)


def test_a_checkpoint_is_countersigned_and_the_same_answer_comes_again(kiosk: Kiosk, office_key: VerifyKey) -> None:
    log = Log(kiosk, "1" * 32)
    envelope = kiosk.seal(sign_checkpoint(log.claim(50), kiosk.key))
    first, again = kiosk.send(envelope), kiosk.send(envelope)
    assert first.status_code == again.status_code == 200 and first.text == again.text
    ack = Acknowledgement.model_validate_json(first.content)
    assert ack.reference.startswith("AC-") and ack.countersignature is not None
    assert ack.countersignature.seen.claim == log.told[0]
    verify_office(ack.countersignature.seen, ack.countersignature.office_signature, office_key)


def test_an_acknowledgement_of_anything_else_says_nothing_of_countersignatures(kiosk: Kiosk) -> None:
    answer = kiosk.send(kiosk.seal(FleetEvent(kind=FleetEventKind.STARTED, at=datetime.now(UTC))))
    assert answer.status_code == 200 and "countersignature" not in answer.json()


def test_one_that_was_only_late_fits(kiosk: Kiosk) -> None:
    log = Log(kiosk, "2" * 32)
    first, second, third = log.claim(10), log.claim(20), log.claim(30)
    assert [log.send(claim).status_code for claim in (first, third, second)] == [200, 200, 200]
    assert alarms(kiosk, log) in ([], ["new_log"])  # this kiosk had another log before


def test_another_hash_for_an_event_that_was_vouched_for_is_a_fork(kiosk: Kiosk) -> None:
    log = Log(kiosk, "3" * 32)
    assert log.send(log.claim(10)).status_code == 200
    envelope = kiosk.seal(sign_checkpoint(log.claim(10, digest="f" * 64, previous=(0, ZERO)), kiosk.key))
    for _ in range(2):  # asked again it is refused again, and kept once
        problem(kiosk.send(envelope), 409, "audit-log-rewritten")
    assert alarms(kiosk, log)[-1:] == ["forked"] and alarms(kiosk, log).count("forked") == 1


def test_one_that_goes_on_from_another_past_is_a_fork(kiosk: Kiosk) -> None:
    log = Log(kiosk, "4" * 32)
    assert log.send(log.claim(10)).status_code == 200
    problem(log.send(log.claim(20, previous=(10, "e" * 64))), 409, "audit-log-rewritten")
    problem(log.send(log.claim(30, previous=(0, ZERO))), 409, "audit-log-rewritten")
    assert alarms(kiosk, log).count("forked") == 2


def test_one_that_goes_back_is_refused(kiosk: Kiosk) -> None:
    log = Log(kiosk, "5" * 32)
    assert log.send(log.claim(10)).status_code == 200
    assert log.send(log.claim(30)).status_code == 200
    problem(log.send(log.claim(20, previous=(10, f"{10:064x}"))), 409, "audit-log-rewritten")
    assert "went_back" in alarms(kiosk, log)


def test_a_second_log_of_one_kiosk_is_taken_in_and_told(kiosk: Kiosk) -> None:
    assert Log(kiosk, "6" * 32).send(Log(kiosk, "6" * 32).claim(10)).status_code == 200
    other = Log(kiosk, "7" * 32)
    assert other.send(other.claim(5)).status_code == 200
    assert alarms(kiosk, other) == ["new_log"]
    code, lines = command(kiosk, "alarms")
    assert code == 1 and any(f"{DEVICE} new_log: log 77777777…, event 5" in line for line in lines)


def test_a_checkpoint_of_another_kiosk_or_key_is_refused(kiosk: Kiosk) -> None:
    log = Log(kiosk, "8" * 32, device_id="kiosk-0002")
    problem(log.send(log.claim(10)), 422, "checkpoint-device")
    mine = Log(kiosk, "9" * 32)
    problem(mine.send(mine.claim(10), SigningKey.generate()), 422, "checkpoint-signature")
    body = sign_checkpoint(mine.claim(10, previous=(10, ZERO)), kiosk.key)
    problem(kiosk.send(seal(AuditCheckpoint.model_validate(body), DEVICE, kiosk.key)), 422, "checkpoint-order")


def test_an_auditor_gets_the_newest_logs_checkpoints_in_order(kiosk: Kiosk, office_key: VerifyKey) -> None:
    log = Log(kiosk, "a" * 32)
    for seq in (10, 20, 30):
        assert log.send(log.claim(seq)).status_code == 200
    code, lines = command(kiosk, "checkpoints", "--device", DEVICE)
    proofs = [CountersignedCheckpoint.model_validate_json(line) for line in lines]
    assert code == 0 and [proof.seen.claim for proof in proofs] == log.told
    for proof in proofs:
        verify_office(proof.seen, proof.office_signature, office_key)


def test_the_refused_envelope_is_kept_whole_as_evidence(kiosk: Kiosk) -> None:
    log = Log(kiosk, "b" * 32)
    assert log.send(log.claim(10)).status_code == 200
    envelope = kiosk.seal(sign_checkpoint(log.claim(10, digest="d" * 64, previous=(0, ZERO)), kiosk.key))
    problem(kiosk.send(envelope), 409, "audit-log-rewritten")
    store = open_store(kiosk.office.data)
    with store.read() as session:
        assert session.get(EnvelopeRow, envelope.sealed.id) is None
        row = session.scalar(select(AuditAlarm).where(AuditAlarm.envelope_id == envelope.sealed.id))
        assert row is not None
        kept = Envelope.model_validate_json(row.message)
    store.close()
    open_envelope(kept, kiosk.key.public())  # the kiosk's own signature stands under what it said
