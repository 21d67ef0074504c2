"""./kiosk store check, below the command: it names file, fault and remedy, and changes nothing."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from pathlib import Path

import pytest

from offline_cache.integrity import Finding, examine
from offline_cache.key_place import KeyPlace
from offline_cache.outbox import Outbox
from offline_cache.rekey import unlock
from offline_cache.store import Store, StoreInUse
from tests.offline_cache.samples import application


@pytest.fixture
def place(tmp_path: Path) -> KeyPlace:
    return KeyPlace(tmp_path / "keys")


@pytest.fixture
def sealed(tmp_path: Path, place: KeyPlace) -> None:
    store = Store.open(tmp_path / "kiosk.db", unlock(tmp_path, place))
    for number in range(3):
        Outbox(store).seal(*application(b"page %d" % number))
    store.close()


def _faults(data: Path, place: KeyPlace) -> list[Finding]:
    return [finding for finding in examine(data, place) if finding.remedy and finding.fault]


def _fingerprint(data: Path) -> dict[str, str]:
    files = (path for path in data.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_sound_store_has_no_faults_and_is_not_touched(tmp_path: Path, place: KeyPlace, sealed: None) -> None:
    before = _fingerprint(tmp_path)
    assert _faults(tmp_path, place) == []
    assert _fingerprint(tmp_path) == before


def test_a_killed_kiosks_store_is_looked_at_with_its_log_and_not_touched(tmp_path: Path, place: KeyPlace) -> None:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_seal_and_die, args=(tmp_path,))
    process.start()
    process.join()
    assert (tmp_path / "kiosk.db-wal").stat().st_size
    before = _fingerprint(tmp_path)
    findings = examine(tmp_path, place)
    assert [finding for finding in findings if finding.remedy] == []
    assert any("1 captured pages are there" in finding.what for finding in findings)  # known from the log only
    assert _fingerprint(tmp_path) == before


def _seal_and_die(data: Path) -> None:
    store = Store.open(data / "kiosk.db", unlock(data, KeyPlace(data / "keys")))
    Outbox(store).seal(*application(b"page"))
    os._exit(9)


def test_a_flipped_byte_is_named_with_its_page(tmp_path: Path, place: KeyPlace, sealed: None) -> None:
    for name in ("kiosk.db", "subjects.db"):
        path = tmp_path / name
        whole = path.read_bytes()
        path.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
        (fault, *_) = [fault for fault in _faults(tmp_path, place) if fault.file == name]
        assert "page 3" in fault.what
        assert "backup" in fault.remedy
        path.write_bytes(whole)


def test_a_missing_page_of_a_resident_is_named(tmp_path: Path, place: KeyPlace, sealed: None) -> None:
    next((tmp_path / "materials").rglob("*.blob")).unlink()
    assert [(fault.file, fault.what) for fault in _faults(tmp_path, place)] == [
        ("materials", "1 of 3 captured pages are missing")
    ]


def test_a_missing_keyring_is_named(tmp_path: Path, place: KeyPlace, sealed: None) -> None:
    (tmp_path / "subjects.db").unlink()
    assert [fault.file for fault in _faults(tmp_path, place)] == ["subjects.db"]


def test_a_missing_key_and_a_wrong_one_are_named(tmp_path: Path, place: KeyPlace, sealed: None) -> None:
    place.holder().path.unlink()
    assert {fault.file for fault in _faults(tmp_path, place)} == {"keys", "kiosk.db", "subjects.db"}
    place.holder().keep(bytes(32))
    assert {fault.file for fault in _faults(tmp_path, place)} == {"kiosk.db", "subjects.db"}


def test_a_running_kiosk_is_not_checked(tmp_path: Path, place: KeyPlace) -> None:
    store = Store.open(tmp_path / "kiosk.db", unlock(tmp_path, place))
    with pytest.raises(StoreInUse, match="cannot be checked"):
        examine(tmp_path, place)
    store.close()


def test_a_folder_without_a_store_is_named(tmp_path: Path, place: KeyPlace) -> None:
    assert [fault.what for fault in _faults(tmp_path, place)] == ["not there"]
    assert list(tmp_path.iterdir()) == []
