"""The database connection: one writer at a time, every commit on the disk before anybody is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, select
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from approval_backend.store.tables import Counter, Table

# Before 3.51.3 two connections in WAL mode can lose commits (the WAL-reset bug); Python's own sqlite3 may be older,
# so the SQLite inside sqlcipher3 is used, without a key: a plain SQLite file.
OLDEST_SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 10_000  # `enrol` may write beside a serving office


class Store:
    """The office's SQLite file, WAL and synchronous=FULL. Raises RuntimeError for a SQLite that loses commits."""

    def __init__(self, path: Path) -> None:
        if dbapi2.sqlite_version_info < OLDEST_SAFE_SQLITE:
            raise RuntimeError(f"SQLite {dbapi2.sqlite_version} has the WAL-reset bug; 3.51.3 or newer is needed")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._engine = create_engine(f"sqlite:///{path}", module=dbapi2)
        self._writer = threading.Lock()
        event.listen(self._engine, "connect", _prepare_connection)
        Table.metadata.create_all(self._engine)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database."""
        with Session(self._engine) as session:
            session.connection().exec_driver_sql("BEGIN")
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """The only writer; leaving the block without an exception means: on the disk (synchronous=FULL)."""
        with self._writer, Session(self._engine) as session:
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")  # what is read here cannot change before the commit
            yield session
            session.commit()

    def close(self) -> None:
        self._engine.dispose()


def _prepare_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own implicit BEGIN is deferred; ours says what it means
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


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
