"""./kiosk audit verify: exit code, plain words, and the whole way from a kiosk over a real office to the auditor."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import pytest

from kiosk_app.__main__ import main
from kiosk_app.audit import events
from kiosk_app.audit.checkpoints import Checkpointer
from kiosk_app.audit.log import AuditLog
from kiosk_app.audit.segments import segments
from kiosk_app.health.chronicle import Chronicle
from kiosk_app.health.fleet_news import FleetNews
from kiosk_app.reports import Reports
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from offline_cache.sync import Pace, SyncWorker
from offline_cache.sync_events import ItemAccepted, SyncEvent
from tests.approval_backend.conftest import enrolled_office
from tests.approval_backend.office_process import DEVICE, ROOT, office_command
from tests.kiosk_app.evening import OFFICE_KEY, STORE_KEY, Evening
from wire.messages import EnvelopeKind
from wire.signing import VerifyKey

LIMIT_S = 30.0


@pytest.fixture
def evening(tmp_path: Path) -> Evening:
    made = Evening(tmp_path)
    made.pass_by()
    made.close()
    (tmp_path / "office.pem").write_text(OFFICE_KEY.public().pem())
    (tmp_path / "device.pem").write_text(made.device_key.public().pem())
    (tmp_path / "list").write_text("".join(proof.model_dump_json() + "\n" for proof in made.proofs))
    return made


def keys(evening: Evening) -> list[str]:
    folder = evening.folder
    given = ["--office-key", str(folder / "office.pem"), "--device-key", str(folder / "device.pem")]
    return [*given, "--kiosk", evening.kiosk_id, "--checkpoints", str(folder / "list")]


def test_a_log_that_holds_says_who_vouches_for_how_much(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "verify", str(evening.log), *keys(evening)]) == 0
    told = capsys.readouterr().out
    assert "HOLDS" in told and "2 of 2 hold" in told and "2 checkpoints compared" in told
    assert "rest on the kiosk's word" in told and "cannot be known from here" in told


def test_without_keys_it_says_what_was_not_checked(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(evening.log)]) == 0  # the old way of calling it
    told = capsys.readouterr().out
    assert told.count("signatures not checked: no key given") == 2 and "nothing: whether the end was cut off" in told


def test_a_cut_end_is_told_and_gives_1(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    lines = evening.segment.read_bytes().splitlines(keepends=True)
    evening.segment.write_bytes(b"".join(lines[:30]))
    assert main(["audit", "verify", str(evening.log), *keys(evening)]) == 1
    assert "the log ends at event 30: its end was cut off" in capsys.readouterr().out
    assert main(["audit", "verify", str(evening.log)]) == 0  # without the office's list nobody can know


@pytest.mark.parametrize(
    "words",
    [[], ["verify"], ["verify", "nowhere"], ["one", "two"], ["verify", ".", "--config", "nowhere.toml"]],
)
def test_what_cannot_be_examined_gives_2(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["audit", *words]) == 2
    assert capsys.readouterr().err.startswith("audit: ")


def test_a_key_or_list_that_is_none_gives_2(evening: Evening, capsys: pytest.CaptureFixture[str]) -> None:
    noise = evening.folder / "noise"
    noise.write_text("noise\n")
    for option in ("--office-key", "--device-key", "--checkpoints"):
        assert main(["audit", str(evening.log), option, str(noise)]) == 2
        assert "noise" in capsys.readouterr().err


def test_a_kiosks_log_is_countersigned_by_a_real_office_and_verified_with_its_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office, device_key = enrolled_office(tmp_path)
    office.start()
    store = Store.open(tmp_path / "kiosk.db", STORE_KEY)
    audit = AuditLog.open(tmp_path / "audit", DEVICE, store.subjects)
    client = OfficeClient(office.address, DEVICE, device_key)
    (tmp_path / "office.pem").write_bytes(client.signed("GET", "/v1/office-key").body)
    office_key = VerifyKey.from_pem((tmp_path / "office.pem").read_text())
    outbox = Outbox(store)
    reports = Reports(outbox, DEVICE, device_key)
    checkpoints = Checkpointer(audit, reports, office_key, every_events=5)
    chronicle = Chronicle(audit, outbox, checkpoints, FleetNews(reports, audit))
    taken: list[EnvelopeKind] = []
    both = threading.Event()

    def on_event(event: SyncEvent) -> None:
        chronicle.on_sync(event)
        if isinstance(event, ItemAccepted):
            taken.append(outbox.get(event.envelope_id).kind)
            if {EnvelopeKind.AUDIT_CHECKPOINT, EnvelopeKind.FLEET_EVENT} <= set(taken):
                both.set()

    sync = SyncWorker(store, client, office_key, on_event, Pace(probe_s=0.1, health_s=0.3))
    try:
        chronicle.started("test")
        for number in range(5):
            audit.record(events.SessionStart(session=str(number)))
        chronicle.tick()
        sync.start()
        assert both.wait(LIMIT_S), taken
        listed = subprocess.run(
            office_command("audit", "checkpoints", "--data", str(office.data), "--device", DEVICE),
            cwd=ROOT,
            capture_output=True,
            check=True,
            timeout=60,
        )
    finally:
        sync.stop()
        audit.close()
        store.close()
        office.stop()
    lines = segments(tmp_path / "audit")[0].read_bytes().splitlines()
    written = [json.loads(line)["event"] for line in lines]
    assert "checkpoint-countersigned" in written and "catalogue-changed" in written
    assert "report-accepted" not in written  # a checkpoint's answer and a fleet event's are no news of their own
    (tmp_path / "list").write_bytes(listed.stdout)
    given = ["--kiosk", DEVICE, "--office-key", str(tmp_path / "office.pem"), "--checkpoints", str(tmp_path / "list")]
    assert main(["audit", "verify", str(tmp_path / "audit"), *given]) == 0
    assert "1 checkpoints compared" in capsys.readouterr().out
    short = b"".join(line + b"\n" for line in lines[:4])
    segments(tmp_path / "audit")[0].write_bytes(short)
    assert main(["audit", "verify", str(tmp_path / "audit"), *given]) == 1
