"""The audit log as a file: durable, going on after restarts and power cuts, owing nothing it can write."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import rfc8785

from kiosk_app.audit import events, set_aside
from kiosk_app.audit.event import Personal
from kiosk_app.audit.log import AuditInUse, AuditLog, personal_value
from kiosk_app.audit.segments import entries_backwards, segments
from kiosk_app.audit.verify import verify
from offline_cache.store import Store
from offline_cache.subject_keys import Erased
from tests.kiosk_app.evening import HOLDER, STORE_KEY, Evening

KIOSK = "kiosk-0001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    audit = AuditLog.open(tmp_path / "audit", KIOSK)
    for number in range(5):
        audit.record(events.SessionStart(session=str(number)))
    audit.close()
    return tmp_path / "audit"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "kiosk.db", STORE_KEY)
    yield store
    store.close()


def ids(folder: Path) -> list[str]:
    return [entry.event for entry in entries_backwards(segments(folder))][::-1]


def test_the_first_line_binds_the_log_to_its_kiosk(folder: Path) -> None:
    first = json.loads(segments(folder)[0].read_bytes().split(b"\n")[0])
    assert (first["event"], first["facts"]["kiosk"], first["seq"]) == ("log-begin", KIOSK, 1)
    assert len(first["log"]) == 32


def test_every_line_is_canonical_json(folder: Path) -> None:
    for line in segments(folder)[0].read_bytes().splitlines():
        assert rfc8785.dumps(json.loads(line)) == line


def test_an_untouched_log_holds_and_goes_on_after_a_restart(folder: Path) -> None:
    again = AuditLog.open(folder, KIOSK)
    again.record(events.SessionEnd(session="4", disposition="left"))
    again.close()
    verdict = verify(folder, kiosk_id=KIOSK)
    assert verdict.holds and verdict.events == 7


def test_a_half_written_last_line_is_cut_off_and_that_stands_in_the_log(folder: Path) -> None:
    with segments(folder)[0].open("ab") as file:
        file.write(b'{"at":"half')
    assert not verify(folder).holds
    AuditLog.open(folder, KIOSK).close()
    assert verify(folder).holds
    assert ids(folder)[-1] == "log-tail-cut"


def test_a_log_whose_end_is_damaged_is_set_aside_and_the_new_one_says_so(folder: Path) -> None:
    path = segments(folder)[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-10] + b"x" + whole[-9:])
    again = AuditLog.open(folder, KIOSK)
    again.close()
    assert again.replaced == "tail_broken"
    assert ids(folder) == ["log-begin", "log-set-aside"]
    aside = folder.with_name("audit-set-aside-1")
    assert (aside / path.name).read_bytes() == whole[:-10] + b"x" + whole[-9:]
    assert not verify(aside).holds


def test_another_kiosks_log_is_set_aside(folder: Path) -> None:
    again = AuditLog.open(folder, "kiosk-0002")
    again.close()
    assert again.replaced == "other_kiosk" and verify(folder, kiosk_id="kiosk-0002").holds


def test_a_log_set_aside_on_purpose_is_named_by_its_last_hash_in_the_next(folder: Path) -> None:
    last = next(entries_backwards(segments(folder))).hash
    assert set_aside(folder) is not None
    AuditLog.open(folder, KIOSK).close()
    (first,) = entries_backwards(segments(folder))
    assert first.facts["after"] == last


def test_segments_follow_one_another_and_a_missing_one_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    audit = AuditLog.open(folder, KIOSK, segment_bytes=1000)
    for number in range(20):
        audit.record(events.SessionStart(session=str(number)))
    audit.close()
    files = segments(folder)
    assert len(files) > 3
    assert verify(folder).holds
    again = AuditLog.open(folder, KIOSK, segment_bytes=1000)
    assert again.head[0] == 21
    again.close()
    files[1].unlink()
    findings = [str(finding) for finding in verify(folder).findings]
    assert findings[0] == "audit-000003.jsonl: a file is missing before it: audit-000002.jsonl"
    files[0].unlink()
    assert "the log does not begin here" in str(verify(folder).findings[0])


def test_many_threads_make_one_chain(tmp_path: Path) -> None:
    audit = AuditLog.open(tmp_path / "audit", KIOSK)

    def work(name: str) -> None:
        for number in range(25):
            audit.record(events.SessionStart(session=f"{name}-{number}"))

    threads = [threading.Thread(target=work, args=(str(name),)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    audit.close()
    verdict = verify(tmp_path / "audit")
    assert verdict.holds and verdict.events == 151


def test_two_processes_cannot_write_one_log(tmp_path: Path) -> None:
    first = AuditLog.open(tmp_path / "audit", KIOSK)
    with pytest.raises(AuditInUse):
        AuditLog.open(tmp_path / "audit", KIOSK)
    first.close()
    AuditLog.open(tmp_path / "audit", KIOSK).close()


class Disk:
    """os.write and os.fsync that fail on demand; ``torn`` writes half of it first, as a full disk does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = self.sick = False
        self._write, self._fsync = os.write, os.fsync
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(os, "fsync", self.fsync)

    def write(self, descriptor: int, data: bytes) -> int:
        if self.full:
            if len(data) > 100:
                return self._write(descriptor, data[:100])
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        if self.sick:
            raise OSError(errno.EIO, "Input/output error")
        self._fsync(descriptor)


@pytest.mark.parametrize("fault", ["full", "sick"])
def test_what_the_disk_refused_is_written_once_it_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    disk = Disk(monkeypatch)
    audit = AuditLog.open(tmp_path / "audit", KIOSK)
    audit.record(events.SessionStart(session="before"))
    durable = segments(tmp_path / "audit")[0].read_bytes()
    setattr(disk, fault, True)
    for number in range(3):
        audit.record(events.SessionStart(session=f"meanwhile-{number}"))
    assert not audit.healthy and not audit.retry()
    assert segments(tmp_path / "audit")[0].read_bytes() == durable  # nothing half-written stays
    setattr(disk, fault, False)
    assert audit.retry() and audit.healthy
    audit.record(events.SessionStart(session="after"))
    audit.close()
    verdict = verify(tmp_path / "audit")
    assert verdict.holds and verdict.events == 6


def test_events_that_were_too_many_to_owe_are_counted_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk_app.audit.log.MOST_OWED", 3)
    disk = Disk(monkeypatch)
    audit = AuditLog.open(tmp_path / "audit", KIOSK)
    disk.full = True
    for number in range(5):
        audit.record(events.SessionStart(session=str(number)))
    disk.full = False
    assert audit.retry()
    audit.close()
    assert ids(tmp_path / "audit") == ["log-begin", *["session-start"] * 3, "log-events-lost"]
    assert next(entries_backwards(segments(tmp_path / "audit"))).facts["count"] == 2


def test_a_personal_field_is_closed_and_opens_only_while_its_key_lives(tmp_path: Path, store: Store) -> None:
    audit = AuditLog.open(tmp_path / "audit", KIOSK, store.subjects)
    audit.record(events.IdentityComplete("session", "match", "high", "model", Personal(HOLDER, HOLDER)))
    audit.close()
    assert HOLDER.encode() not in segments(tmp_path / "audit")[0].read_bytes()
    entry = next(entries_backwards(segments(tmp_path / "audit")))
    assert personal_value(entry, "holder", store.subjects) == HOLDER
    person = store.subjects.find(HOLDER)
    assert person is not None
    store.subjects.erase(person.handle)
    assert verify(tmp_path / "audit").holds
    with pytest.raises(Erased):
        personal_value(entry, "holder", store.subjects)


def test_after_an_erasure_the_whole_log_verifies_with_all_signatures(tmp_path: Path) -> None:
    evening = Evening(tmp_path)
    evening.pass_by()
    person = evening.store.subjects.find(HOLDER)
    assert person is not None
    evening.store.subjects.erase(person.handle)
    evening.close()
    verdict = evening.verify()
    assert verdict.holds and verdict.office_signatures == 2


def test_without_a_keyring_a_personal_field_is_left_out(tmp_path: Path) -> None:
    audit = AuditLog.open(tmp_path / "audit", KIOSK)
    audit.record(events.IdentityComplete("session", "match", "high", "model", Personal(HOLDER, HOLDER)))
    audit.close()
    assert next(entries_backwards(segments(tmp_path / "audit"))).facts["holder"] is None


def test_a_personal_value_is_not_in_its_repr() -> None:
    event = events.IdentityComplete("session", "match", "high", "model", Personal(HOLDER, HOLDER))
    assert HOLDER not in repr(event)


def test_an_init_without_its_complete_is_told(tmp_path: Path) -> None:
    audit = AuditLog.open(tmp_path / "audit", KIOSK)
    audit.record(events.PrintInit("session", "order-1"))
    audit.record(events.PrintInit("session", "order-2"))
    audit.record(events.PrintComplete("order-1", "printed", ""))
    audit.close()
    verdict = verify(tmp_path / "audit")
    assert verdict.holds and verdict.open_pairs == ("audit-000001.jsonl line 3: print-init",)
