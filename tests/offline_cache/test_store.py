from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
import sqlcipher3

from offline_cache.keys import FileKey, KeyUnusable
from offline_cache.outbox import Outbox
from offline_cache.store import (
    Store,
    StoreDamaged,
    StoreFailed,
    StoreInUse,
    StoreTooNew,
    WrongKey,
)
from tests.offline_cache.samples import STORE_KEY, application, print_report


def test_the_library_is_one_without_the_wal_reset_bug() -> None:
    assert sqlcipher3.sqlite_version_info >= (3, 51, 3)


def test_the_file_is_not_a_plain_sqlite_file(store: Store, path: Path) -> None:
    assert not path.read_bytes().startswith(b"SQLite format 3")


def test_commits_are_full_and_the_journal_is_a_wal(store: Store) -> None:
    assert store.rows("PRAGMA synchronous")[0]["synchronous"] == 2
    assert store.rows("PRAGMA journal_mode")[0]["journal_mode"] == "wal"
    assert store.rows("PRAGMA temp_store")[0]["temp_store"] == 2


def test_everything_the_store_writes_is_its_owners_only(store: Store, path: Path) -> None:
    Outbox(store).seal(print_report())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in _files(path.parent)}
    assert set(modes.values()) == {0o600}, modes


def test_a_wrong_key_is_a_named_error_and_harms_nothing(store: Store, path: Path) -> None:
    store.close()
    with pytest.raises(WrongKey):
        Store.open(path, os.urandom(32))
    Store.open(path, STORE_KEY).close()


def test_a_second_opening_is_refused_while_the_first_lives(store: Store, path: Path) -> None:
    with pytest.raises(StoreInUse):
        Store.open(path, STORE_KEY)


def test_a_newer_file_is_left_alone(store: Store, path: Path) -> None:
    with store.transaction() as database:
        database.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(StoreTooNew):
        Store.open(path, STORE_KEY)


def test_a_flipped_byte_in_any_page_is_found_at_the_start(store: Store, path: Path) -> None:
    for _ in range(5):
        Outbox(store).seal(*application(b"page"))
    store.close()
    whole = path.read_bytes()
    for page in range(1, len(whole) // 4096):  # the first page's damage looks like a wrong key
        place = page * 4096 + (page * 997) % 4096
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(StoreDamaged):
            Store.open(path, STORE_KEY)
    path.write_bytes(whole)
    Store.open(path, STORE_KEY).close()


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.transaction():
        Outbox(store).seal(print_report())
        raise KeyError
    assert sum(Outbox(store).counts().values()) == 0


def test_an_inner_failure_undoes_the_inner_part_only(store: Store) -> None:
    outbox = Outbox(store)
    kept, undone = print_report(), print_report()
    with store.transaction():
        outbox.seal(kept)
        with pytest.raises(KeyError), store.transaction():
            outbox.seal(undone)
            raise KeyError
    assert outbox.get(kept.sealed.id)
    assert sum(outbox.counts().values()) == 1


def test_a_full_disk_is_a_named_error_and_the_store_goes_on(store: Store) -> None:
    outbox = Outbox(store)
    pages = store.rows("PRAGMA page_count")[0]["page_count"]
    store.rows(f"PRAGMA max_page_count = {pages + 3}")
    sealed = []
    envelope = print_report()
    with pytest.raises(StoreFailed, match="full"):
        for _ in range(100):
            envelope = print_report()
            outbox.seal(envelope)
            sealed.append(envelope)
    assert sum(outbox.counts().values()) == len(sealed) < 100
    store.rows("PRAGMA max_page_count = 100000")
    outbox.seal(envelope)
    assert outbox.get(envelope.sealed.id)


def test_a_closed_store_fails_by_name(store: Store) -> None:
    store.close()
    with pytest.raises(StoreFailed):
        Outbox(store).counts()
    with pytest.raises(StoreFailed):
        Outbox(store).seal(print_report())


def test_the_key_is_made_once_and_stays(tmp_path: Path) -> None:
    source = FileKey(tmp_path / "keys" / "store.key")
    key = source.key()
    assert len(key) == 32
    assert source.key() == key
    assert stat.S_IMODE((tmp_path / "keys" / "store.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["store.key"]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_file_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.key"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(KeyUnusable):
        FileKey(path).key()
    assert path.read_bytes() == content


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.key"
    path.write_bytes(bytes(32))
    path.chmod(0o644)
    with pytest.raises(KeyUnusable, match="600"):
        FileKey(path).key()


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
