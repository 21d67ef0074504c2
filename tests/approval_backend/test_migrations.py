"""The office's tables: migrations make exactly what the program reads, from an empty database and from an old one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from approval_backend.intake.devices import enrol, key_of
from approval_backend.office import keep_database_url, open_store
from approval_backend.store import migrate
from approval_backend.store.engine import DatabaseAddressError, Store
from approval_backend.store.migrate import FIRST, HEAD, MIGRATIONS, SchemaError
from approval_backend.store.tables import Table
from tests.approval_backend.conftest import NewDatabase
from wire.signing import SigningKey


@pytest.fixture
def database(tmp_path: Path, new_database: NewDatabase) -> Path | str:
    return new_database() or tmp_path / "office.db"


def test_head_is_the_newest_script_and_scripts_go_one_way() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_make_the_tables_that_the_program_reads(database: Path | str) -> None:
    store = Store(database)
    try:
        with store._engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Table.metadata) == []
    finally:
        store.close()


def test_a_database_from_before_versions_is_taken_over_with_its_rows_and_copied_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, key = tmp_path / "office.db", SigningKey.generate()
    monkeypatch.setattr(migrate, "HEAD", FIRST)
    Store(file).close()
    monkeypatch.undo()
    with sqlite3.connect(file) as plain:
        plain.execute(
            "INSERT INTO devices VALUES ('kiosk-0001', ?, '2026-01-01T00:00:00+00:00', NULL)", (key.public().pem(),)
        )
        plain.execute("DROP TABLE alembic_version")
    plain.close()
    for _ in range(2):  # the second time there is nothing to do
        store = Store(file)
        with store.read() as session:
            assert key_of(session, "kiosk-0001").pem() == key.public().pem()
        store.close()
    copies = list(tmp_path.glob("office.db.before-*"))
    assert len(copies) == 1
    assert copies[0].stat().st_mode & 0o077 == 0
    with sqlite3.connect(copies[0]) as copy:
        assert copy.execute("SELECT count(*) FROM devices").fetchone() == (1,)
        assert not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchall()
    copy.close()


def test_tables_of_a_newer_program_are_named_and_left_alone(
    database: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(database)
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(SchemaError, match="another version"):
        Store(database)
    monkeypatch.setattr(migrate, "HEAD", "9999")  # as the newer program would find it
    store = Store(database)
    with store._engine.connect() as connection:
        assert "envelopes" in inspect(connection).get_table_names()
    store.close()


@pytest.mark.parametrize(
    "address", ["", "mysql://x/y", "postgresql://x/y", "nonsense", "://", "postgresql+psycopg2://x"]
)
def test_an_address_that_is_none_of_ours_is_named(address: str) -> None:
    with pytest.raises(DatabaseAddressError):
        Store(address)


def test_an_office_in_sqlite_is_not_left_behind_for_an_empty_database(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    enrol(store, "kiosk-0001", SigningKey.generate().public().pem())
    store.close()
    with pytest.raises(DatabaseAddressError, match="SQLite already"):
        keep_database_url(tmp_path, "postgresql+psycopg://nobody@/office")
    assert not (tmp_path / "database.url").exists()
