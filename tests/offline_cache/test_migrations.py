"""Forwards only, a copy before each, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache import sqlcipher
from offline_cache.cipher_file import CipherFile, Schema, before_migration, copies_before_migration
from offline_cache.sqlcipher import StoreFailed, StoreTooNew
from offline_cache.store import Store
from tests.offline_cache.samples import STORE_KEY

ONE = ("CREATE TABLE notes (text TEXT) STRICT", "INSERT INTO notes VALUES ('kept')")


def _double(file: CipherFile) -> None:
    with file.transaction() as database:
        database.execute("INSERT INTO notes (text) SELECT text || ' twice' FROM notes")


def _break(file: CipherFile) -> None:
    with file.transaction() as database:
        database.execute("DELETE FROM notes")
    raise StoreFailed("the disk is full")


V1 = Schema((ONE,))
V2 = Schema((ONE, ("ALTER TABLE notes ADD COLUMN more TEXT", _double)))
BROKEN = Schema((ONE, ("ALTER TABLE notes ADD COLUMN more TEXT", _break)))


@pytest.fixture
def version_one(tmp_path: Path) -> Path:
    path = tmp_path / "notes.db"
    CipherFile.open_with(path, STORE_KEY, V1).close()
    return path


def _texts(path: Path, schema: Schema) -> list[str]:
    file = CipherFile.open_with(path, STORE_KEY, schema)
    try:
        return [row["text"] for row in file.rows("SELECT text FROM notes")]
    finally:
        file.close()


def test_statements_and_functions_of_a_migration_run_once(version_one: Path) -> None:
    for _ in range(3):
        assert _texts(version_one, V2) == ["kept", "kept twice"]


def test_a_new_file_needs_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    assert _texts(path, V2) == ["kept", "kept twice"]
    assert copies_before_migration(path) == ()


def test_the_copy_before_is_encrypted_whole_and_kept_until_the_next_start(version_one: Path) -> None:
    CipherFile.open_with(version_one, STORE_KEY, V2).close()
    copy = before_migration(version_one, 1)
    assert copies_before_migration(version_one) == (copy,)
    assert b"kept" not in copy.read_bytes()
    connection = sqlcipher.connect_to_read(copy, STORE_KEY)
    assert connection.execute("SELECT text FROM notes").fetchall() == [("kept",)]
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()
    CipherFile.open_with(version_one, STORE_KEY, V2).close()
    assert copies_before_migration(version_one) == ()


def test_the_older_version_goes_on_with_the_copy(version_one: Path) -> None:
    CipherFile.open_with(version_one, STORE_KEY, V2).close()
    before_migration(version_one, 1).replace(version_one)
    assert _texts(version_one, V1) == ["kept"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(version_one: Path) -> None:
    with pytest.raises(StoreFailed):
        CipherFile.open_with(version_one, STORE_KEY, BROKEN)
    assert _texts(version_one, V1) == ["kept"]
    assert _texts(version_one, V2) == ["kept", "kept twice"]


def test_without_room_for_the_copy_nothing_is_migrated(version_one: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sqlcipher, "copy", lambda *_: (_ for _ in ()).throw(StoreFailed("disk is full; free space")))
        with pytest.raises(StoreFailed, match="free space"):
            CipherFile.open_with(version_one, STORE_KEY, V2)
    assert _texts(version_one, V1) == ["kept"]


def test_an_older_kiosk_refuses_and_changes_nothing(version_one: Path) -> None:
    CipherFile.open_with(version_one, STORE_KEY, V2).close()
    before = version_one.read_bytes()
    with pytest.raises(StoreTooNew, match="install the newer"):
        CipherFile.open_with(version_one, STORE_KEY, V1)
    assert version_one.read_bytes() == before


def test_what_waits_for_the_commit_is_done_after_it_and_never_after_an_undo(version_one: Path) -> None:
    file = CipherFile.open_with(version_one, STORE_KEY, V1)
    done: list[str] = []
    with file.transaction():
        file.after_commit(lambda: done.append("outer"))
        with pytest.raises(KeyError), file.transaction():
            file.after_commit(lambda: done.append("undone"))
            raise KeyError
        with file.transaction():
            file.after_commit(lambda: done.append("inner"))
        assert done == []
    assert done == ["outer", "inner"]
    file.after_commit(lambda: done.append("at once"))
    assert done[-1] == "at once"
    file.close()


def test_a_large_file_is_looked_at_for_a_bounded_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.db"
    store = Store.open(path, STORE_KEY)
    with store.transaction() as database:
        database.execute("CREATE TABLE filling (n INTEGER PRIMARY KEY, x BLOB)")
        for number in range(3_000):
            database.execute("INSERT INTO filling VALUES (?, randomblob(200))", (number,))
    store.close()
    monkeypatch.setattr(sqlcipher, "WHOLE_CHECK_BYTES", 0)
    monkeypatch.setattr(sqlcipher, "STRUCTURE_LIMIT_S", 0.0)
    monkeypatch.setattr(sqlcipher, "_STEPS_BETWEEN_LOOKS", 1)
    Store.open(path, STORE_KEY).close()
    assert "store_check_incomplete" in capsys.readouterr().out
    monkeypatch.setattr(sqlcipher, "STRUCTURE_LIMIT_S", 3600.0)
    Store.open(path, STORE_KEY).close()
    assert "store_check_incomplete" not in capsys.readouterr().out
