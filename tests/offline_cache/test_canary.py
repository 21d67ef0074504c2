"""Whoever carries the disk away finds nobody on it: every byte that a visit leaves is searched, in many encodings."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from kiosk_app.log_file import configure_log
from offline_cache.outbox import Outbox
from offline_cache.store import Store, WrongKey
from offline_cache.subject_keys import Keyring
from tests.offline_cache.office import Office
from tests.offline_cache.samples import STORE_KEY
from tests.offline_cache.traces import files, forms, traces
from tests.offline_cache.visit import CANARIES, NAME, PHOTO, Visit, visit
from wire.messages import Problem


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The kiosk's folder, where its log and every temporary file go as well; the office keeps its own elsewhere."""
    disk = tmp_path / "disk"
    temporary = disk / "tmp"
    temporary.mkdir(parents=True)
    for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    configure_log(disk / "data" / "log" / "kiosk.log")
    yield disk
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office.db")
    office.start()
    yield office
    office.stop()


@pytest.fixture
def guest(disk: Path, office: Office) -> Iterator[Visit]:
    with visit(disk / "data", office) as guest:
        yield guest


def test_a_whole_visit_leaves_nobody_on_the_disk(guest: Visit, disk: Path) -> None:
    """Looked at after each act, while WAL, shared memory and pages are there, and after the kiosk stopped."""
    seen = set()
    ending = (guest.settle, guest.erase, guest.audit.close, guest.store.close)
    for act in (guest.hand_in, guest.send, guest.print_paper, *ending):
        act()
        found = list(files(disk))
        seen |= {Path(name).suffix for name, _ in found} | {Path(name).name for name, _ in found}
        assert traces(found, CANARIES) == [], act.__name__
    # The search looked at what it claims to have looked at.
    assert {"kiosk.db", "kiosk.db-wal", "kiosk.db-shm", "subjects.db", ".blob", "kiosk.log"} <= seen
    assert any(path.stat().st_size > 500 for path in (disk / "data" / "log" / "audit").iterdir())
    log = (disk / "data" / "log" / "kiosk.log").read_text()
    assert "envelope_accepted" in log and "people_erased" in log


def test_faults_leave_nobody_on_the_disk_either(guest: Visit, office: Office, disk: Path) -> None:
    """An office that refuses, quoting what was typed; a page that is damaged; a log line about each."""
    guest.hand_in()
    outbox = Outbox(guest.store)
    lease = outbox.lease_next(0.0)
    assert lease
    outbox.reject(lease.id, Problem(title=f"{NAME}: no such name", status=422, detail=NAME))
    blob = next((disk / "data" / "materials").glob("*/*.blob"))
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    for material in outbox.unsent_materials(lease.id):
        try:
            assert material.data
        except Exception as error:  # noqa: BLE001 - whatever is raised, its words are written down
            structlog.get_logger().exception("unreadable", error=str(error))
    assert outbox.dead_letters()[0].problem.detail == NAME
    assert traces(files(disk), CANARIES) == []


@pytest.mark.parametrize("form", sorted(forms(NAME)))
def test_the_search_finds_a_name_that_is_written_in_clear(form: str, tmp_path: Path) -> None:
    (tmp_path / "core").write_bytes(os.urandom(1001) + forms(NAME)[form] + os.urandom(1001))
    assert any(found.endswith(f": {form}") for found in traces(files(tmp_path), CANARIES))


def test_the_search_finds_a_photo_that_is_written_in_clear(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"upload" + PHOTO[50_000:60_000])
    assert traces(files(tmp_path), CANARIES)


def test_the_search_finds_a_name_in_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.pdf").touch()
    assert traces(files(tmp_path), CANARIES)


def test_no_file_begins_as_a_plain_sqlite_file(guest: Visit, disk: Path) -> None:
    guest.hand_in()
    guest.send()
    beginnings = {name: data[:16] for name, data in files(disk) if data and not name.startswith("the name of")}
    assert len(beginnings) >= 6
    assert not {name for name, begin in beginnings.items() if begin.startswith(b"SQLite format 3")}
    guest.store.close()
    databases = list((disk / "data").glob("*.db"))
    assert {path.name for path in databases} == {"kiosk.db", "subjects.db"}
    assert not any(path.read_bytes().startswith(b"SQLite format 3") for path in databases)


def test_a_wrong_key_opens_neither_file(guest: Visit, disk: Path) -> None:
    guest.hand_in()
    guest.store.close()
    before = {path.name: path.read_bytes() for path in (disk / "data").glob("*.db")}
    for wrong in (os.urandom(32), bytes(32), STORE_KEY[:-1] + b"\x00"):
        with pytest.raises(WrongKey):
            Store.open(disk / "data" / "kiosk.db", wrong)
        with pytest.raises(WrongKey):
            Keyring.open(disk / "data" / "subjects.db", wrong)
    assert {path.name: path.read_bytes() for path in (disk / "data").glob("*.db")} == before
