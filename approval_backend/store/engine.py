"""The database, SQLite or PostgreSQL: one writer at a time, every commit on the disk before anybody is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from approval_backend.store.migrate import migrate
from approval_backend.store.tables import Counter

# Before 3.51.3 two connections in WAL mode can lose commits (the WAL-reset bug); Python's own sqlite3 may be older,
# so the SQLite inside sqlcipher3 is used, without a key: a plain SQLite file.
OLDEST_SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 10_000  # `enrol` may write beside a serving office
POSTGRESQL = "postgresql+psycopg"
WRITER_LOCK = 0x6F66666963655F77  # "office_w": the advisory lock of whoever writes what depends on what was read
LONGEST_LOCK_WAIT_MS = 20_000


class DatabaseAddressError(ValueError):
    """A database address that is none of ours."""


class Store:
    """The office's database. Raises RuntimeError (a SQLite that loses commits), DatabaseAddressError, SchemaError."""

    def __init__(self, database: Path | str) -> None:
        """A path is a SQLite file, made if it is not there; text is ``postgresql+psycopg://user@host/name``."""
        self.is_shared = isinstance(database, str)  # other processes may write at any moment
        self._engine = _postgresql(database) if isinstance(database, str) else _sqlite(database)
        self._writer = threading.Lock()
        migrate(self._engine, None if isinstance(database, str) else database)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database."""
        with Session(self._engine) as session:
            begin = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY" if self.is_shared else "BEGIN"
            session.connection().exec_driver_sql(begin)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """The only writer of all processes; leaving the block without an exception means: on the disk.

        One at a time, so that what was read in the block cannot change before the commit.
        """
        with self._writer, Session(self._engine) as session:
            if self.is_shared:
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
            else:
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            yield session
            session.commit()

    def close(self) -> None:
        self._engine.dispose()


def _sqlite(path: Path) -> Engine:
    if dbapi2.sqlite_version_info < OLDEST_SAFE_SQLITE:
        raise RuntimeError(f"SQLite {dbapi2.sqlite_version} has the WAL-reset bug; 3.51.3 or newer is needed")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(f"sqlite:///{path}", module=dbapi2)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own implicit BEGIN is deferred; ours says what it means
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _postgresql(address: str) -> Engine:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise DatabaseAddressError(f"not a database address; it looks like {POSTGRESQL}://user@host/name") from error
    if url.drivername != POSTGRESQL:
        raise DatabaseAddressError(f"{url.drivername}: only {POSTGRESQL}:// is known (leave it out for SQLite)")
    # A server that restarted has closed the connections in the pool: ask before use. synchronous_commit is said here,
    # whatever the server's own default is: an acknowledgement must mean the disk.
    options = f"-c synchronous_commit=on -c lock_timeout={LONGEST_LOCK_WAIT_MS} -c timezone=UTC"
    return create_engine(
        url, pool_pre_ping=True, pool_size=16, max_overflow=16, connect_args={"options": options, "connect_timeout": 10}
    )


def next_number(session: Session, name: str) -> int:
    """The next number of a running count, from 1; call inside ``Store.write``, which may give it back."""
    counter = session.scalar(select(Counter).where(Counter.name == name))
    if counter is None:
        counter = Counter(name=name, value=0)
        session.add(counter)
    counter.value += 1
    return counter.value


def utc_now() -> str:
    """Now as UTC ISO 8601 text, as the tables keep it."""
    return datetime.now(UTC).isoformat()
