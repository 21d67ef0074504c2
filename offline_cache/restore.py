"""A backup takes the place of the store, and what it cannot know is set to unknown: nothing is printed twice."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from offline_cache import backup_manifest, sqlcipher
from offline_cache.backup import STORE_NAME, copy_folder
from offline_cache.backup_manifest import Manifest
from offline_cache.cipher_file import copies_before_migration
from offline_cache.documents import RESTORED
from offline_cache.key_place import BACKUP, KINDS, STORE, KeyPlace
from offline_cache.keyring_copies import COPY_NAME, KEYRING_NAME
from offline_cache.keys import KEY_BYTES, KeyUnusable
from offline_cache.rekey import locked
from offline_cache.restore_swap import STAGE_NAME, finish_swap, swap
from offline_cache.sqlcipher import StoreError, StoreFailed, naming
from offline_cache.store import Store
from offline_cache.subject_keys import Keyring

log = structlog.get_logger()

AUDIT = "log/audit"
_BESIDE = ("-wal", "-shm", "-journal")


class NotEmpty(StoreError):
    """There is a store already; it is replaced only when that is said."""


@dataclass(frozen=True)
class Restored:
    """What happened, for people: counts only. ``set_aside`` is where the old files went."""

    manifest: Manifest
    sent_again: int  # envelopes that the backup did not know to be accepted; the office answers known ones as before
    with_staff: int  # documents whose paper may or may not have been made since the backup
    trays: int  # kinds of numbered paper that must be counted anew
    erased_again: int  # people that were erased after the copy of the keyring was made
    set_aside: Path | None
    audit_restored: bool


def restore(data: Path, place: KeyPlace, backup: Path, key: bytes, now: datetime, *, replace: bool = False) -> Restored:
    """Put a backup into the data folder; ``key`` is the backup's. The kiosk must be stopped.

    The store there is set aside with ``replace``, never deleted; without it NotEmpty is raised. Nothing is changed
    before the backup was verified and unpacked whole. A kill leaves the old store, or the next start finishes it.
    Raises BackupUnusable, NotEmpty, KeyUnusable, StoreInUse, StoreTooNew, StoreDamaged, StoreFailed.
    """
    with naming(data):
        data.mkdir(parents=True, exist_ok=True)
    with locked(data):
        finish_swap(data)
        manifest = backup_manifest.verify(backup, key)
        if not (keyring := backup.parent / COPY_NAME).exists():
            raise StoreFailed(f"{keyring}: missing; the people's keys belong beside the backups, nothing opens without")
        old = _old_files(data)
        if old and not replace:
            raise NotEmpty(f"{data}: holds a store; with --replace it is set aside and this backup takes its place")
        stage = data / STAGE_NAME
        with naming(stage):
            shutil.rmtree(stage, ignore_errors=True)
            stage.mkdir(mode=0o700)
        store_key, replaced_keys = _store_key(place, stage, replace=replace)
        _unpack(backup, key, stage, store_key)
        erased = _erase_again(data, place, stage, store_key)
        if (data / AUDIT).exists():
            shutil.rmtree(stage / AUDIT, ignore_errors=True)  # the log that is here goes on; it knows more
        audit_restored = (stage / AUDIT).exists()
        sent_again, with_staff, trays = _settle(stage, store_key, manifest, now)
        _keep_backup_key(place, stage, key)
        for lock in stage.glob("*.lock"):
            lock.unlink()
        aside = f"set-aside-{now.strftime('%Y%m%dT%H%M%SZ')}"
        old = (*old, *replaced_keys)
        swap(data, aside, old, _new_files(stage))
        shutil.rmtree(stage, ignore_errors=True)
    place_aside = data / aside if old else None
    return Restored(manifest, sent_again, with_staff, trays, erased, place_aside, audit_restored)


def _old_files(data: Path) -> tuple[str, ...]:
    files = [data / name for name in (STORE_NAME, KEYRING_NAME)]
    every = [*files, *(copy for file in files for copy in copies_before_migration(file))]
    names = [f"{file.name}{ending}" for file in every for ending in ("", *_BESIDE, ".rekeyed")]
    return tuple(name for name in (*names, "materials") if (data / name).exists())


def _store_key(place: KeyPlace, stage: Path, *, replace: bool) -> tuple[bytes, tuple[str, ...]]:
    """The key that the restored store gets: the one that is there, else a new one in the stage.

    A key that cannot be had (a dead TPM) is set aside with the store that it will never open again.
    """
    present = {**place.present(), **place.present(staged=True)}
    try:
        if place.kind in place.present() and not place.present(staged=True):
            return place.holder().read(), ()
    except KeyUnusable:
        if not replace:
            raise
    if present and not replace:
        raise KeyUnusable(f"{place.folder}: holds a key of another kind or an unfinished rekey; give --replace")
    fresh = KeyPlace(stage / place.folder.name, place.kind, place.tcti, place.pcrs)
    with naming(fresh.folder):
        fresh.holder().keep(secrets.token_bytes(KEY_BYTES))
    every = [place.holder(STORE, staged=staged, kind=kind) for staged in (False, True) for kind in KINDS]
    gone = tuple(f"{place.folder.name}/{holder.path.name}" for holder in every if holder.path.exists())
    return fresh.holder().read(), gone


def _unpack(backup: Path, key: bytes, stage: Path, store_key: bytes) -> None:
    for source, name in ((backup / STORE_NAME, STORE_NAME), (backup.parent / COPY_NAME, KEYRING_NAME)):
        connection = sqlcipher.connect_to_read(source, key)
        try:
            sqlcipher.copy(connection, stage / name, store_key)
        finally:
            connection.close()
    for name in ("materials", AUDIT):
        if (backup / name).is_dir():
            copy_folder(backup / name, stage / name)


def _erase_again(data: Path, place: KeyPlace, stage: Path, store_key: bytes) -> int:
    """Who was erased here after the copy of the keyring was made stays erased."""
    mine = data / KEYRING_NAME
    if not mine.exists() or not mine.stat().st_size:
        return 0
    try:
        connection = sqlcipher.connect(mine, place.holder().read())
        try:
            handles = [row[0] for row in connection.execute("SELECT handle FROM erasures")]
        finally:
            connection.close()
    except (StoreError, KeyUnusable) as error:
        log.warning("erasures_not_readable", error=str(error))  # the copy beside the backups is all there is then
        return 0
    keyring = Keyring.open(stage / KEYRING_NAME, store_key)
    try:
        return keyring.erase(*handles) if handles else 0
    finally:
        keyring.close()


def _settle(stage: Path, store_key: bytes, manifest: Manifest, now: datetime) -> tuple[int, int, int]:
    """Bring the store to this version's tables, and mark what only the time after the backup knows."""
    store = Store.open(stage / STORE_NAME, store_key)
    try:
        with store.transaction() as database:
            waiting = ("collectable", "printing")
            staff = database.execute(
                "UPDATE documents SET state = 'unknown', reason = ? WHERE state IN (?, ?)", (RESTORED, *waiting)
            ).rowcount
            database.execute("UPDATE sheets SET state = 'unknown' WHERE state = 'taken'")
            # Sheets were used since: which serial lies on top is only seen in the tray.
            trays = database.execute("UPDATE stock SET remaining = 0").rowcount
            database.execute(
                "INSERT INTO restores SELECT ?, ?, coalesce(max(seq), 0) FROM outbox",
                (now.isoformat(), manifest.made_at.isoformat()),
            )
        (row,) = store.rows("SELECT count(*) AS n FROM outbox WHERE state = 'sealed'")
        return int(row["n"]), int(staff), int(trays)
    finally:
        store.close()


def _keep_backup_key(place: KeyPlace, stage: Path, key: bytes) -> None:
    """On a new machine the next backups are made under the key that is in the safe already."""
    if not place.present(BACKUP):
        with naming(stage):
            KeyPlace(stage / place.folder.name, place.kind, place.tcti, place.pcrs).holder(BACKUP).keep(key)


def _new_files(stage: Path) -> tuple[str, ...]:
    """What goes in: files and whole folders of the store, single files of the folder of keys."""
    names = [name for name in (STORE_NAME, KEYRING_NAME, "materials", AUDIT) if (stage / name).exists()]
    names += [copy.name for name in (STORE_NAME, KEYRING_NAME) for copy in copies_before_migration(stage / name)]
    names += [key.relative_to(stage).as_posix() for key in stage.glob("keys/*")]
    for path in (stage / STORE_NAME, stage / KEYRING_NAME):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return tuple(names)
