"""An encrypted file with tables: one writer behind one lock, durable at every commit, migrated forwards only."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import sqlcipher3
import sqlite_utils
import structlog

from offline_cache import sqlcipher
from offline_cache.keys import KEY_BYTES
from offline_cache.sqlcipher import StoreFailed, StoreInUse, StoreTooNew, named, naming

log = structlog.get_logger()

Step = str | Callable[[Any], None]
"""One step of a migration: a statement, or a function of the open file, inside the migration's transaction."""


@dataclass(frozen=True)
class Schema:
    """``migrations`` run forwards, once each, counted by PRAGMA user_version; ``recovery`` runs at every start."""

    migrations: tuple[tuple[Step, ...], ...]
    recovery: tuple[str, ...] = ()


class CipherFile:
    """Threads share one connection behind one lock: one writer. Closing it and a kill -9 are equally safe."""

    def __init__(self, connection: Any, lock_descriptor: int, path: Path) -> None:
        self._connection = connection
        self._database = sqlite_utils.Database(connection)
        self._lock_descriptor = lock_descriptor
        self._lock = threading.RLock()
        self._depth = 0
        self._closed = False
        self._after_commit: list[Callable[[], None]] = []
        self.path = path
        self.migrated: tuple[int, int] | None = None  # (from, to) where this opening brought it forwards

    @classmethod
    def open_with(cls, path: Path, key: bytes, schema: Schema) -> Self:
        """Open or create the file, check it, migrate it, and free what a killed process held.

        Raises UnfitLibrary, StoreInUse, WrongKey, StoreDamaged, StoreTooNew, or StoreFailed; ValueError for a key
        that is not 32 bytes.
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"a store key is {KEY_BYTES} bytes")
        lock_descriptor = lock_file(path)
        try:
            connection = sqlcipher.connect(path, key)
            try:
                with naming(path):
                    # The page check reads the file past its log. After a power cut in a checkpoint the file alone is
                    # torn, and the log still has what mends it: first the one goes into the other, durably.
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                    sqlcipher.refuse_damage(connection, path, whole=False)
                file = cls(connection, lock_descriptor, path)
                file._open_parts(key)
                try:
                    file._migrate(schema, key)
                except BaseException:
                    file._close_parts()
                    raise
            except BaseException:
                connection.close()
                raise
        except BaseException:
            os.close(lock_descriptor)
            raise
        return file

    def close(self) -> None:
        """Close the file; may be called twice. Using it afterwards raises StoreFailed."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._close_parts()
                self._connection.close()
                os.close(self._lock_descriptor)

    def _open_parts(self, key: bytes) -> None:
        """For a subclass: open what lies beside the file, before it is migrated."""

    def _close_parts(self) -> None:
        """For a subclass: close what _open_parts opened."""

    @contextmanager
    def transaction(self) -> Iterator[sqlite_utils.Database]:
        """All or nothing, durable when the outermost block is left. Inner blocks are savepoints of the outer one.

        Raises StoreFailed, with everything of the block undone.
        """
        with self._lock:
            self._depth += 1
            waiting = len(self._after_commit)
            try:
                if self._depth == 1:
                    yield from self._bracketed("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
                else:
                    name = f"inner_{self._depth}"
                    undo = (f"ROLLBACK TO {name}", f"RELEASE {name}")
                    yield from self._bracketed(f"SAVEPOINT {name}", f"RELEASE {name}", undo)
            except BaseException:
                del self._after_commit[waiting:]
                raise
            finally:
                self._depth -= 1
            if self._depth == 0:
                due, self._after_commit = self._after_commit, []
                for act in due:
                    act()

    def statement(self, sql: str, parameters: Sequence[object]) -> int:
        """One statement that changes rows, and how many: a transaction of its own, durable when this returns, or a part
        of the caller's. Without BEGIN and COMMIT around it, which cost a tenth of a seal. Raises StoreFailed.
        """
        with self._lock:
            try:
                if self._depth == 0:
                    self._finish_undo()
                return int(self._connection.execute(sql, parameters).rowcount)
            except sqlcipher3.Error as error:
                raise self._failed(error) from error

    def held(self) -> AbstractContextManager[object]:
        """While it is held no other thread reads or writes here; no transaction is begun."""
        return self._lock

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do it once the outermost transaction is durable, at once if there is none, never if it is undone."""
        with self._lock:
            if self._depth:
                self._after_commit.append(act)
            else:
                act()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The rows of a query, as dictionaries. Raises StoreFailed."""
        with self._lock:
            try:
                if self._depth == 0:
                    self._finish_undo()
                return list(self._database.query(sql, tuple(parameters)))
            except sqlcipher3.Error as error:
                raise self._failed(error) from error

    def checkpoint(self) -> None:
        """Bring the WAL into the file and empty it: for quiet moments, and after an erasure. Raises StoreFailed."""
        self.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, target: Path, key: bytes) -> None:
        """A checked, durable copy of this moment under another key. Raises StoreError."""
        with self._lock:
            sqlcipher.copy(self._connection, target, key)

    def _bracketed(self, begin: str, commit: str, undo: tuple[str, ...]) -> Iterator[sqlite_utils.Database]:
        try:
            if self._depth == 1:
                self._finish_undo()
            self._connection.execute(begin)
            yield self._database
            self._connection.execute(commit)
        except BaseException as error:
            self._undo(undo)
            if isinstance(error, sqlcipher3.Error):
                raise self._failed(error) from error
            raise

    def _undo(self, statements: tuple[str, ...]) -> None:
        if self._closed or not self._connection.in_transaction:
            return  # SQLite itself rolls back on a full disk or an I/O error
        try:
            for statement in statements:
                self._connection.execute(statement)
        except sqlcipher3.Error as error:  # a disk that fails on and on; what went wrong first is what the caller hears
            log.error("undo_failed", file=self.path.name, error=str(error))

    def _finish_undo(self) -> None:
        """Before anything is read or written outside of a block: what an earlier block could not undo is undone."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _failed(self, error: Exception) -> StoreFailed:
        fault = named(error, self.path)
        # While it is open every fault is a failed read or write; what is wrong with the file is said at the next start.
        return fault if isinstance(fault, StoreFailed) else StoreFailed(str(fault))

    def _migrate(self, schema: Schema, key: bytes) -> None:
        (row,) = self.rows("PRAGMA user_version")
        version, newest = int(row["user_version"]), len(schema.migrations)
        if version > newest:
            raise StoreTooNew(f"{self.path}: version {version}, this kiosk knows {newest}; install the newer one")
        if 0 < version < newest:
            self.copy_to(before_migration(self.path, version), key)
        with self.transaction() as database:
            for migration in schema.migrations[version:]:
                for step in migration:
                    if callable(step):
                        step(self)
                    else:
                        database.execute(step)
            if version < newest:
                database.execute(f"PRAGMA user_version = {newest}")
            for statement in schema.recovery:
                database.execute(statement)
        if version < newest:
            log.info("store_migrated", file=self.path.name, from_version=version, to_version=newest)
            self.migrated = (version, newest)
        else:
            self._forget_copies()

    def _forget_copies(self) -> None:
        """The version that migrated the file has now started twice: its copy of the old one has done its duty."""
        for copy in copies_before_migration(self.path):
            sqlcipher.discard(copy)
            log.info("migration_copy_removed", file=copy.name)


def before_migration(path: Path, version: int) -> Path:
    """Where the copy of a file of this version is kept until the start after its migration succeeds."""
    return path.with_name(f"{path.name}.v{version}")


def copies_before_migration(path: Path) -> tuple[Path, ...]:
    """The copies that are kept at present."""
    return tuple(sorted(path.parent.glob(f"{path.name}.v*[0-9]")))


def lock_file(path: Path) -> int:
    """A descriptor that holds the file's lock; closing it lets go. Raises StoreInUse, StoreFailed.

    The kernel drops this lock with the process, however it ends: so leases found at the start are orphans.
    """
    with naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreInUse(f"{path}: open in another process; stop that one first") from error
    return descriptor
