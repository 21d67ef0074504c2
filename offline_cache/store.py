"""The kiosk's one encrypted file: SQLCipher, durable at every commit, one writer."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
import sqlite_utils
import structlog

from offline_cache.keys import KEY_BYTES, sync_folder
from offline_cache.schema import MIGRATIONS, RECOVERY

log = structlog.get_logger()

MINIMUM_SQLITE = (3, 51, 3)  # older ones can lose commits in WAL mode (the WAL-reset bug)
SYNCHRONOUS_FULL = 2  # NORMAL loses acknowledged commits in a power cut
CIPHER_MAJOR = "4."  # the file format we create; SQLCipher 5 would be a migration


class StoreError(Exception):
    """The store cannot be used; the message names the file and says what to do, and never holds stored data."""


class UnfitLibrary(StoreError):
    """This SQLite or SQLCipher is not one that our promises were tested on."""


class WrongKey(StoreError):
    """The key does not open the file (or its first page is damaged, which looks the same from outside)."""


class StoreInUse(StoreError):
    """Another process has the store open; two writers would break the leases."""


class StoreTooNew(StoreError):
    """A newer version of the kiosk wrote this file."""


class StoreDamaged(StoreError):
    """The integrity checks at the start found damage; the file is left as it is, for recovery."""


class StoreFailed(StoreError):
    """A read or write failed (disk full, I/O error): nothing of that transaction is kept."""


class Store:
    """Threads share one connection behind one lock: one writer. Closing it and a kill -9 are equally safe."""

    def __init__(self, connection: Any, lock_descriptor: int, path: Path) -> None:
        self._connection = connection
        self._database = sqlite_utils.Database(connection)
        self._lock_descriptor = lock_descriptor
        self._lock = threading.RLock()
        self._depth = 0
        self._closed = False
        self.path = path

    @classmethod
    def open(cls, path: Path, key: bytes) -> Store:
        """Open or create the file, check it, migrate it, and free what a killed process held.

        Raises UnfitLibrary, StoreInUse, WrongKey, StoreDamaged, StoreTooNew, or StoreFailed; ValueError for a key
        that is not 32 bytes.
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"a store key is {KEY_BYTES} bytes")
        path.parent.mkdir(parents=True, exist_ok=True)
        lock_descriptor = _lock_file(path)
        try:
            connection = _connect(path, key)
            try:
                _check_integrity(connection, path)
                store = cls(connection, lock_descriptor, path)
                store._migrate()
            except BaseException:
                connection.close()
                raise
        except BaseException:
            os.close(lock_descriptor)
            raise
        return store

    def close(self) -> None:
        """Close the file; may be called twice. Using the store afterwards raises StoreFailed."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._connection.close()
                os.close(self._lock_descriptor)

    @contextmanager
    def transaction(self) -> Iterator[sqlite_utils.Database]:
        """All or nothing, durable when the outermost block is left. Inner blocks are savepoints of the outer one.

        Raises StoreFailed, with everything of the block undone.
        """
        with self._lock:
            self._depth += 1
            try:
                if self._depth == 1:
                    yield from self._bracketed("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
                else:
                    name = f"inner_{self._depth}"
                    undo = (f"ROLLBACK TO {name}", f"RELEASE {name}")
                    yield from self._bracketed(f"SAVEPOINT {name}", f"RELEASE {name}", undo)
            finally:
                self._depth -= 1

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The rows of a query, as dictionaries. Raises StoreFailed."""
        with self._lock:
            try:
                return list(self._database.query(sql, tuple(parameters)))
            except sqlcipher3.Error as error:
                raise self._failed(error) from error

    def _bracketed(self, begin: str, commit: str, undo: tuple[str, ...]) -> Iterator[sqlite_utils.Database]:
        try:
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
        for statement in statements:
            self._connection.execute(statement)

    def _failed(self, error: Exception) -> StoreFailed:
        return StoreFailed(f"{self.path.name}: {error}")

    def _migrate(self) -> None:
        (row,) = self.rows("PRAGMA user_version")
        version = int(row["user_version"])
        if version > len(MIGRATIONS):
            raise StoreTooNew(
                f"{self.path}: version {version}, this kiosk knows {len(MIGRATIONS)}; install the newer one"
            )
        with self.transaction() as database:
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    database.execute(statement)
            if version < len(MIGRATIONS):
                database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
                log.info("store_migrated", from_version=version, to_version=len(MIGRATIONS))
            for statement in RECOVERY:
                database.execute(statement)


def _lock_file(path: Path) -> int:
    """The kernel drops this lock with the process, however it ends: so leases found at the start are orphans."""
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreInUse(f"{path}: open in another process; stop that one first") from error
    return descriptor


def _connect(path: Path, key: bytes) -> Any:
    if sqlcipher3.sqlite_version_info < MINIMUM_SQLITE:
        raise UnfitLibrary(f"SQLite {sqlcipher3.sqlite_version} is too old; install sqlcipher3 0.6.4")
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives -wal and -shm the mode of the file
        sync_folder(path.parent)
    # Autocommit (isolation_level None): transactions begin and end where transaction() says, nowhere else.
    connection = sqlcipher3.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        _prepare(connection, path, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Any, path: Path, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")  # its lines go to stderr; our errors say it better
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    version = connection.execute("PRAGMA cipher_version").fetchone()
    if not version or not str(version[0]).startswith(CIPHER_MAJOR):
        raise UnfitLibrary(f"SQLCipher {CIPHER_MAJOR}x is needed, found {version[0] if version else 'none'}")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.DatabaseError as error:
        if "not a database" not in str(error):
            raise StoreDamaged(f"{path}: {error}; keep the file") from error
        raise WrongKey(f"{path}: the key does not open it; restore the key file that belongs to it") from error
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = FULL")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if mode != "wal" or synchronous != SYNCHRONOUS_FULL:
        raise UnfitLibrary(f"{path}: journal {mode}, synchronous {synchronous}; WAL and FULL were asked for")
    connection.execute("PRAGMA temp_store = MEMORY")  # no clear-text temporary files
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _check_integrity(connection: Any, path: Path) -> None:
    """Every page's HMAC, then the structure. Costs about one read of the file."""
    try:
        problems = [row[0] for row in connection.execute("PRAGMA cipher_integrity_check")]
        problems += [row[0] for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
    except sqlcipher3.DatabaseError as error:
        problems = [str(error)]
    if problems:
        log.error("store_damaged", first=str(problems[0]), count=len(problems))
        raise StoreDamaged(f"{path}: {len(problems)} damaged places, first: {problems[0]}; keep the file")
