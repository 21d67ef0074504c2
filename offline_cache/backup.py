"""A dated backup: an encrypted copy of the store, the captured pages and the audit log, verified after writing."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from offline_cache import backup_manifest, sqlcipher
from offline_cache.backup_key import backup_key
from offline_cache.backup_manifest import BackupUnusable, Manifest
from offline_cache.key_place import KeyPlace
from offline_cache.keyring_copies import KeyringCopies
from offline_cache.keys import sync_folder
from offline_cache.rekey import locked, unlock
from offline_cache.sqlcipher import StoreFailed, naming

log = structlog.get_logger()

STORE_NAME = "kiosk.db"
FOLDERS = ("materials", "log/audit")  # beside the store; the pages are under their people's keys already


@dataclass(frozen=True)
class Backup:
    """A finished backup; ``lagging`` are backup folders whose copy of the people's keys could not follow."""

    folder: Path
    manifest: Manifest
    lagging: tuple[Path, ...]


def back_up(data: Path, place: KeyPlace, to: Path, now: datetime) -> Backup:
    """Make a backup in a new folder below ``to``, named for the time. The kiosk must be stopped.

    Raises KeyUnusable, StoreInUse, WrongKey, StoreDamaged, StoreFailed; then no folder of that name is there.
    """
    if not (data / STORE_NAME).exists():
        raise StoreFailed(f"{data / STORE_NAME}: no store here; name the kiosk's data folder")
    key = unlock(data, place)
    folder = to / now.strftime("%Y%m%dT%H%M%SZ")
    if folder.exists():
        raise StoreFailed(f"{folder}: a backup of this second is there; try again")
    partial = folder.with_name(f"{folder.name}.partial")
    closing = backup_key(place)
    copies = KeyringCopies(data, place)
    with locked(data):
        try:
            manifest = _written(data, key, partial, closing, now)
            copies.add(to)  # before the backup has its name: from then on an erasure must know of this folder
            lagging = copies.refresh(key)
            if to.resolve() in lagging:
                raise StoreFailed(f"{to}: the people's keys could not be copied there; see the log")
            with naming(folder):
                partial.replace(folder)
                sync_folder(to)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    log.info("store_backed_up", files=len(manifest.files))
    return Backup(folder, manifest, lagging)


def _written(data: Path, key: bytes, partial: Path, closing: bytes, now: datetime) -> Manifest:
    with naming(partial):
        for left in partial.parent.glob("*.partial"):  # of a backup that was killed
            shutil.rmtree(left, ignore_errors=True)
        partial.mkdir(parents=True, mode=0o700)
    source = sqlcipher.connect(data / STORE_NAME, key)
    try:
        with naming(data / STORE_NAME):
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            sqlcipher.refuse_damage(source, data / STORE_NAME)
            (version,) = source.execute("PRAGMA user_version").fetchone()
            counts = dict(source.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
        sqlcipher.copy(source, partial / STORE_NAME, closing)
    finally:
        source.close()
    for name in FOLDERS:
        if (data / name).is_dir():
            copy_folder(data / name, partial / name)
    manifest = backup_manifest.describe(partial, now, int(version), counts)
    write_file(partial / backup_manifest.FILE_NAME, backup_manifest.to_text(manifest, closing).encode())
    try:
        return backup_manifest.verify(partial, closing)
    except BackupUnusable as error:
        raise StoreFailed(f"{error}: the disk does not give back what was written; use another one") from error


def copy_folder(source: Path, target: Path) -> None:
    """A durable copy of a folder and all that is in it. Raises StoreFailed."""
    with naming(target):
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sorted(source.rglob("*")):
            copy = target / path.relative_to(source)
            if path.is_dir():
                copy.mkdir(exist_ok=True, mode=0o700)
            elif path.is_file():
                write_file(copy, path.read_bytes())
        for folder in (target, *(path for path in target.rglob("*") if path.is_dir())):
            sync_folder(folder)
        sync_folder(target.parent)


def write_file(path: Path, content: bytes) -> None:
    """Durable but for its name. Raises StoreFailed."""
    with naming(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
