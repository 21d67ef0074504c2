"""What is wrong with a data folder: found without changing a byte of it, each with what to do."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3

from offline_cache import sqlcipher
from offline_cache.cipher_file import copies_before_migration
from offline_cache.key_place import KeyPlace
from offline_cache.keyring_copies import KEYRING_NAME, KeyringCopies
from offline_cache.keys import KeyUnusable
from offline_cache.restore_swap import STAGE_NAME
from offline_cache.schema import MIGRATIONS
from offline_cache.sqlcipher import StoreError, StoreInUse, naming

STORE_NAME = "kiosk.db"
LITTLE_SPACE_BYTES = 100 * 1024 * 1024  # some thousand applications with photos: a week's warning in a busy hall


@dataclass(frozen=True)
class Finding:
    """``remedy`` is empty for what is as it should be; ``fault`` is False for what mends itself."""

    file: str
    what: str
    remedy: str = ""
    fault: bool = True


def examine(data: Path, place: KeyPlace) -> tuple[Finding, ...]:
    """Every file of the store, in the order in which a technician would look. Nothing is written in the data folder.

    Raises StoreInUse while the kiosk runs: its files change under the eyes of whoever reads them.
    """
    with _nobody_else(data / STORE_NAME):
        return tuple(_findings(data, place))


def _findings(data: Path, place: KeyPlace) -> Iterator[Finding]:
    if not (data / STORE_NAME).exists():
        yield Finding(STORE_NAME, "not there", f"name the kiosk's data folder; {data} holds no store")
        return
    if (data / "restore.json").exists() or (data / STAGE_NAME).exists():
        yield Finding("restoring", "a restore was interrupted", "the next start finishes or drops it", fault=False)
    if place.present(staged=True):
        yield Finding("keys", "a rekey was interrupted", "the next start finishes it", fault=False)
    keys: list[bytes] = []
    yield from _keys(place, keys)
    for name in (STORE_NAME, KEYRING_NAME):
        yield from _file(data / name, keys)
    yield from _pages(data, keys)
    for copy in [c for name in (STORE_NAME, KEYRING_NAME) for c in copies_before_migration(data / name)]:
        yield Finding(copy.name, "copy from before a migration", "the next start removes it", fault=False)
    yield from _surroundings(data, place)


def _keys(place: KeyPlace, keys: list[bytes]) -> Iterator[Finding]:
    """Fills ``keys`` with those that can be had."""
    holders = [*place.present().values(), *place.present(staged=True).values()]
    if not holders:
        yield Finding("keys", "no store key", "restore it, or a backup with its recovery key")
    if holders and place.kind not in place.present() and not place.present(staged=True):
        yield Finding("keys", f"no key of kind '{place.kind}', which the settings ask for", "correct store_key there")
    for holder in holders:
        try:
            keys.append(holder.read())
            yield Finding(f"keys/{holder.path.name}", "can be read")
        except KeyUnusable as error:
            yield Finding(f"keys/{holder.path.name}", str(error), "see there")


def _file(path: Path, keys: list[bytes]) -> Iterator[Finding]:
    if not path.exists() or not path.stat().st_size:
        yield Finding(path.name, "missing or empty", "restore a backup; without the keyring no application can be read")
        return
    try:
        with _reading(path, keys) as connection:
            problems = sqlcipher.damage(connection, path)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall() if not problems else []
    except (StoreError, sqlcipher3.Error) as error:
        yield Finding(path.name, str(error), "see there")
        return
    for problem in problems[:10]:
        yield Finding(path.name, problem, "keep the file, restore a backup")
    if len(problems) > 10:
        yield Finding(path.name, f"and {len(problems) - 10} more damaged places", "keep the file, restore a backup")
    if orphans:
        yield Finding(path.name, f"{len(orphans)} rows refer to nothing", "keep the file, restore a backup")
    if path.name == STORE_NAME and version > len(MIGRATIONS):
        yield Finding(path.name, f"version {version}, this kiosk knows {len(MIGRATIONS)}", "install the newer kiosk")
    if not problems and not orphans:
        yield Finding(path.name, f"whole, version {version}, {path.stat().st_size} bytes")


def _pages(data: Path, keys: list[bytes]) -> Iterator[Finding]:
    """Captured pages that an envelope still needs and the disk no longer has."""
    try:
        with _reading(data / STORE_NAME, keys) as connection:
            rows = connection.execute("SELECT DISTINCT blob FROM envelope_materials WHERE blob IS NOT NULL").fetchall()
    except (StoreError, sqlcipher3.Error):
        return  # said already, or a version without files
    there = {path.stem for path in (data / "materials").rglob("*.blob")}
    missing = {str(row[0]) for row in rows} - there
    if missing:
        what = f"{len(missing)} of {len(rows)} captured pages are missing"
        yield Finding("materials", what, "restore a backup that has them; the office will ask for the others again")
    else:
        yield Finding("materials", f"{len(rows)} captured pages are there")


def _surroundings(data: Path, place: KeyPlace) -> Iterator[Finding]:
    for folder, lags in KeyringCopies(data, place).folders().items():
        if lags:
            remedy = "plug the backup disk in and make a backup: until then somebody erased here is not erased there"
            yield Finding(str(folder), "the copy of the people's keys lags behind", remedy)
    free = shutil.disk_usage(data).free
    if free < LITTLE_SPACE_BYTES:
        yield Finding(str(data), f"{free // 1024 // 1024} MB left on the disk", "free space before it is full")


@contextmanager
def _reading(path: Path, keys: list[bytes]) -> Iterator[Any]:
    """The file as the next start would see it, with its log brought in: in a copy, when there is a log (ciphertext)."""
    logs = [path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-journal")]
    used = [log for log in logs if log.exists() and log.stat().st_size]
    with tempfile.TemporaryDirectory(prefix="kiosk-check-") as folder, naming(path):
        looked_at, copied = path, bool(used)
        if copied:
            looked_at = Path(folder) / path.name
            shutil.copyfile(path, looked_at)
            for log in used:
                shutil.copyfile(log, looked_at.with_name(log.name))
        key = next((key for key in keys if sqlcipher.opens(looked_at, key, untouched=not copied)), None)
        if key is None:
            raise sqlcipher.WrongKey(f"{path}: no key that is there opens it; restore the key, or a backup")
        connection = (
            sqlcipher.connect(looked_at, key) if copied else sqlcipher.connect_to_read(path, key, untouched=True)
        )
        try:
            if copied:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            yield connection
        finally:
            connection.close()


@contextmanager
def _nobody_else(path: Path) -> Iterator[None]:
    lock = path.with_name(f"{path.name}.lock")
    if not lock.exists():
        yield  # never opened: nobody can have it open
        return
    descriptor = os.open(lock, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StoreInUse(f"{path}: the kiosk runs, its store cannot be checked; stop it first") from error
    finally:
        os.close(descriptor)
