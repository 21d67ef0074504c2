"""The tables brought forward: by Alembic, in one transaction, SQLite with a copy of the file before.

Never backward: an office that meets tables newer than its program says so and does not start.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"
FIRST = "0001"  # databases from before Alembic have exactly these tables
MIGRATION_LOCK = 0x6F66666963655F6D  # "office_m": replicas that start together migrate once
VERSION_TABLE = "alembic_version"

log = structlog.get_logger()


class SchemaError(RuntimeError):
    """Tables that this program does not know."""


def migrate(engine: Engine, file: Path | None) -> None:
    """Brings the tables to ``HEAD``; ``file`` is the SQLite file, copied before anything changes in it.

    Raises SchemaError for tables of a newer program; then nothing was changed.
    """
    with engine.connect() as connection:
        found = _version(connection)
    if found == HEAD:
        return
    with engine.connect() as connection:
        if file is None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = _version(connection)  # another process may have been first
        if found == HEAD:
            return
        if file is not None and found is not None:
            _copy(engine, file, found)
        _upgrade(connection, stamp_first=found == "")
        connection.commit()
        log.info("store.migrated", was=found or None, now=HEAD)


def _version(connection: Connection) -> str | None:
    """The tables' version; ``""`` for tables from before versions, None for an empty database."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        version = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()
        return str(version) if version is not None else None
    return "" if "envelopes" in tables else None


def _upgrade(connection: Connection, *, stamp_first: bool) -> None:
    from alembic import command  # here, since a database that is at HEAD needs none of it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        if stamp_first:
            command.stamp(config, FIRST)
        command.upgrade(config, HEAD)
    except CommandError as error:
        raise SchemaError(
            f"the database's tables are of another version than this program's {HEAD}: {error}; "
            "start the newer program, or restore the copy made before it"
        ) from error


def _copy(engine: Engine, file: Path, version: str) -> None:
    """Beside the file, with the version and the time in its name. Its own connection sees the state before."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = file.with_name(f"{file.name}.before-{HEAD}-was-{version or 'unversioned'}-{stamp}")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
