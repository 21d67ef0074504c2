"""The same encrypted files through another SQLite that takes a VFS of ours: sqlcipher3's face over apsw-sqlite3mc."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import apsw
import sqlcipher3

KEY = re.compile(r"PRAGMA\s+(\w+\.)?key\s*=", re.IGNORECASE)
CIPHER_VERSION = "4.0 (SQLite3 Multiple Ciphers, legacy 4: the same file format)"


class Cursor:
    """All rows are fetched at once: a statement that writes is then finished."""

    def __init__(self, rows: list[tuple[Any, ...]], description: Any, rowcount: int, lastrowid: int) -> None:
        self._rows = iter(rows)
        self.description = description
        self.rowcount = rowcount
        self.lastrowid = lastrowid

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows)

    def close(self) -> None:
        """Nothing is held."""


class Connection:
    """What Store and sqlite-utils use of a DB-API connection in autocommit. Errors come as sqlcipher3's.

    ``instead`` replaces whole statements, as a control may want: {"PRAGMA synchronous = FULL": "…NORMAL"}.
    """

    def __init__(self, path: str, vfs: str, instead: dict[str, str] | None = None) -> None:
        self.isolation_level: str | None = None
        self._instead = instead or {}
        flags = apsw.SQLITE_OPEN_URI
        flags |= (
            apsw.SQLITE_OPEN_READONLY if "mode=ro" in path else apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        )
        with _translated():
            self._apsw = apsw.Connection(path, flags, f"multipleciphers-{vfs}")

    @property
    def in_transaction(self) -> bool:
        return self._apsw.in_transaction

    def execute(self, sql: str, parameters: Sequence[object] | dict[str, Any] = ()) -> Cursor:
        sql = self._instead.get(sql, sql)
        if sql == "PRAGMA cipher_version":
            return Cursor([(CIPHER_VERSION,)], (("cipher_version",),), -1, 0)
        if KEY.match(sql):
            self._run("PRAGMA cipher = 'sqlcipher'", ())
            self._run("PRAGMA legacy = 4", ())
        return self._run(sql, parameters)

    def executescript(self, sql: str) -> Cursor:
        return self._run(sql, ())

    def cursor(self) -> Connection:
        return self

    def create_function(self, name: str, narg: int, function: Any, **_: Any) -> None:
        self._apsw.create_scalar_function(name, function, narg)

    def set_progress_handler(self, handler: Any, steps: int) -> None:
        self._apsw.set_progress_handler(handler, steps)

    def backup(self, target: Connection) -> None:
        with _translated():
            copying = target._apsw.backup("main", self._apsw, "main")
            try:
                copying.step(-1)
                copying.finish()
            finally:
                copying.close(True)  # a second error of the same disk says nothing new

    def close(self) -> None:
        """As in SQLite itself, a checkpoint that fails while closing is no error: the log keeps everything."""
        with suppress(apsw.IOError, apsw.FullError):
            self._apsw.close()

    def _run(self, sql: str, parameters: Sequence[object] | dict[str, Any]) -> Cursor:
        described: list[Any] = []

        def before_first_step(cursor: apsw.Cursor, _sql: str, _bindings: Any) -> bool:
            described[:] = cursor.get_description()
            return True

        with _translated():
            cursor = self._apsw.cursor()
            cursor.exec_trace = before_first_step
            cursor.execute(sql, parameters)
            rows = list(cursor)
            return Cursor(rows, tuple(described) or None, self._apsw.changes(), self._apsw.last_insert_rowid())


class _translated:
    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        match error:
            case apsw.ConstraintError():
                raise sqlcipher3.IntegrityError(str(error)) from error
            case apsw.NotADBError():
                raise sqlcipher3.DatabaseError("file is not a database") from error
            case apsw.CorruptError():
                raise sqlcipher3.DatabaseError(str(error)) from error
            case apsw.IOError():  # raised by a VFS of ours, it has no text; SQLite's is this
                raise sqlcipher3.OperationalError("disk I/O error") from error
            case apsw.FullError():
                raise sqlcipher3.OperationalError("database or disk is full") from error
            case apsw.Error():
                raise sqlcipher3.OperationalError(str(error)) from error
