"""One encrypted database file, below every table: connecting, checking, copying, and naming what is wrong."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
import structlog

from offline_cache.keys import KEY_BYTES, sync_folder

log = structlog.get_logger()

MINIMUM_SQLITE = (3, 51, 3)  # older ones can lose commits in WAL mode (the WAL-reset bug)
CIPHER_MAJOR = "4."  # the file format we create; SQLCipher 5 would be a migration
SYNCHRONOUS_FULL = 2  # NORMAL loses acknowledged commits in a power cut

# Run on every writing connection after its key.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",  # no temporary files, which would hold more than they must
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten, for the day on which somebody has the key
    "PRAGMA foreign_keys = ON",
    # 4 MB of WAL, then it is written over: a commit into a log that still grows costs a third more (benchmarks.seals:
    # 0.57 to 0.61 of bare commits with 4,000 pages, 0.67 to 0.70 with 1,000). Erasures, starts and ends checkpoint too.
    "PRAGMA wal_autocheckpoint = 1000",
    # A burst may make the WAL larger; the next reset gives back all above twice the usual size.
    "PRAGMA journal_size_limit = 33554432",
)

# Reading every page takes about 0.6 s for 100 MB here (docs/store.md). A store has no photos in it and stays far below;
# one that does not must still not hold the hall closed, so above this size the start looks for STRUCTURE_LIMIT_S only.
WHOLE_CHECK_BYTES = 512 * 1024 * 1024
STRUCTURE_LIMIT_S = 10.0
LEAST_ROOM_BYTES = 1024 * 1024  # below this SQLite cannot be expected to open a log and its index
_STEPS_BETWEEN_LOOKS = 100_000  # virtual machine steps, some milliseconds


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
    """The integrity checks found damage; the file is left as it is, for recovery."""


class StoreFailed(StoreError):
    """A read or write failed (disk full, I/O error): nothing of that transaction is kept."""


def named(error: Exception, path: Path) -> StoreError:
    """The error of SQLite or of the system as one of ours: which file, what, and what to do."""
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    if "not a database" in text:
        return WrongKey(f"{path}: the key does not open it; restore the key that belongs to it, or a backup")
    if "malformed" in text:
        return StoreDamaged(f"{path}: {text}; keep the file, run ./kiosk store check, restore a backup")
    if "full" in text or "No space" in text:
        return StoreFailed(f"{path.name}: {text}; free space on the disk of {path.parent}, nothing stored was lost")
    if "readonly" in text or "unable to open" in text or "ermission" in text or "Read-only" in text:
        return StoreFailed(f"{path.name}: {text}; the kiosk's user must own {path.parent} and be able to write there")
    if ("I/O" in text or "Input/output" in text) and _no_room(path.parent):
        # SQLite says "I/O error" when not even its index of the log finds room
        return StoreFailed(f"{path.name}: {text}; no space is left on the disk of {path.parent}: free some")
    if "I/O" in text or "Input/output" in text:
        return StoreFailed(f"{path.name}: {text}; the disk of {path.parent} fails: back up, then replace it")
    return StoreFailed(f"{path.name}: {text}")


def _no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < LEAST_ROOM_BYTES
    except OSError:
        return False


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Raises StoreError for what SQLite or the system raises inside."""
    try:
        yield
    except (sqlcipher3.Error, OSError) as error:
        raise named(error, path) from error


def connect(path: Path, key: bytes) -> Any:
    """A writing connection with our PRAGMAS, in autocommit; the file is made when it is missing. Raises StoreError."""
    if sqlcipher3.sqlite_version_info < MINIMUM_SQLITE:
        raise UnfitLibrary(f"SQLite {sqlcipher3.sqlite_version} is too old; install sqlcipher3 0.6.4")
    with naming(path):
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives -wal and -shm the mode of the file
            sync_folder(path.parent)
        connection = _unlocked(str(path), key, path)
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma).fetchall()
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
            if mode != "wal" or synchronous != SYNCHRONOUS_FULL:
                raise UnfitLibrary(f"{path}: journal {mode}, synchronous {synchronous}; WAL and FULL were asked for")
        except BaseException:
            connection.close()
            raise
    return connection


def connect_to_read(path: Path, key: bytes, *, untouched: bool = False) -> Any:
    """A connection that cannot write; the file must be there. Raises StoreError.

    ``untouched`` for a file that nobody has open and that has no log: not even SQLite's index is made beside it.
    """
    with naming(path):
        ending = "?mode=ro&immutable=1" if untouched else "?mode=ro"
        connection = _unlocked(path.resolve().as_uri() + ending, key, path, uri=True)
        connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def opens(path: Path, key: bytes, *, untouched: bool = False) -> bool:
    """Whether the key fits the file. Raises StoreError for anything that is no question of keys.

    Not ``untouched``: the caller holds the file's lock, for what a kill left half-done is rolled back first.
    """
    try:
        if untouched:
            connect_to_read(path, key, untouched=True).close()
        else:
            with naming(path):
                os.close(os.open(path, os.O_RDWR))  # SQLite would make a missing file
                _unlocked(str(path), key, path).close()
    except WrongKey:
        return False
    return True


def damage(connection: Any, path: Path, *, whole: bool = True) -> tuple[str, ...]:
    """What is wrong with the file: each page's HMAC, then the structure; nothing when it is sound.

    ``whole=False`` bounds the work on a file above WHOLE_CHECK_BYTES: it looks at the structure for STRUCTURE_LIMIT_S
    and logs that this was not everything. Raises StoreFailed when the file cannot be read.
    """
    bounded = not whole and path.stat().st_size > WHOLE_CHECK_BYTES
    problems: list[str] = []
    if bounded:
        until = time.monotonic() + STRUCTURE_LIMIT_S
        connection.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS_BETWEEN_LOOKS)
    try:
        if not bounded:
            problems += [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
        problems += [str(row[0]) for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]
    except sqlcipher3.DatabaseError as error:
        if bounded and "interrupted" in str(error):
            log.warning("store_check_incomplete", file=path.name, after_s=STRUCTURE_LIMIT_S)
        elif isinstance(fault := named(error, path), StoreFailed) and "I/O" in str(error):
            raise fault from error
        else:
            problems.append(str(error))
    finally:
        if bounded:
            connection.set_progress_handler(None, 0)
    return tuple(problems)


def refuse_damage(connection: Any, path: Path, *, whole: bool = True) -> None:
    """Raises StoreDamaged naming the first damaged place."""
    problems = damage(connection, path, whole=whole)
    if problems:
        log.error("store_damaged", file=path.name, first=problems[0], count=len(problems))
        raise StoreDamaged(
            f"{path}: {len(problems)} damaged places, first: {problems[0]};"
            " keep the file, run ./kiosk store check, restore a backup"
        )


def copy(source: Any, target: Path, key: bytes) -> None:
    """All that ``source`` (a connection) holds, as a file under ``key``: whole, checked and durable, or not there.

    The copy replaces what stood at ``target``; it carries user_version. Raises StoreError.
    """
    fresh = target.with_name(f"{target.name}.copying")
    with naming(target):
        discard(fresh)
        os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _copied(source, fresh, key)
            fresh.replace(target)
            sync_folder(target.parent)
        except BaseException:
            discard(fresh)
            raise


def _copied(source: Any, fresh: Path, key: bytes) -> None:
    connection = _unlocked(str(fresh), key, fresh)
    try:
        source.backup(connection)  # page by page, each encrypted anew; VACUUM INTO cannot change the key
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()  # all in one file, no WAL to carry along
        refuse_damage(connection, fresh)
    finally:
        connection.close()
    descriptor = os.open(fresh, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(path: Path) -> None:
    """Remove a database file and what SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)


def _unlocked(name: str, key: bytes, path: Path, *, uri: bool = False) -> Any:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a store key is {KEY_BYTES} bytes")
    # Autocommit (isolation_level None): transactions begin and end where transaction() says, nowhere else.
    connection = sqlcipher3.connect(name, check_same_thread=False, isolation_level=None, uri=uri)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # its lines go to stderr; our errors say it better
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        version = connection.execute("PRAGMA cipher_version").fetchone()
        if not version or not str(version[0]).startswith(CIPHER_MAJOR):
            raise UnfitLibrary(f"SQLCipher {CIPHER_MAJOR}x is needed, found {version[0] if version else 'none'}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlcipher3.Error):
            raise named(error, path) from error
        raise
    return connection
