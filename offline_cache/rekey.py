"""Putting another key in place of the store's, so that a kill at any moment leaves a store that opens.

1. The new key is made durable beside the old one (``….next``).
2. Every file is copied under the new key (``….rekeyed``), checked, durable. Until here the old key rules, and whatever
   fails is undone.
3. The copies take the files' places, one rename each. Each file is wholly under one of two keys; both are there.
4. The old key is destroyed, the new one takes its name.

PRAGMA rekey was not used: it writes the whole file through the WAL with one key in the file and the other in the log,
and whether a killed one opens rests on SQLCipher's inner order of things; a rename rests on the file system's promise.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

from offline_cache import sqlcipher
from offline_cache.cipher_file import copies_before_migration, lock_file
from offline_cache.key_place import STORE, KeyKind, KeyPlace
from offline_cache.keys import KEY_BYTES, KeyHolder, KeyUnusable, destroy, sync_folder
from offline_cache.restore_swap import finish_swap
from offline_cache.sqlcipher import StoreDamaged, StoreFailed, WrongKey, naming

log = structlog.get_logger()

STORE_FILES = ("kiosk.db", "subjects.db")

Step = Callable[[str], None]
"""Told after each durable step: for tests, which kill there."""


def _unheard(step: str) -> None:
    """Nobody listens."""


def unlock(data: Path, place: KeyPlace) -> bytes:
    """The store's key; a new store gets a new one. A restore or rekey that was killed is finished first.

    Raises KeyUnusable, StoreInUse, WrongKey, StoreFailed.
    """
    with locked(data):
        finish_swap(data)
        _finish(data, place)
        current = place.present()
        if place.kind in current:
            return current[place.kind].read()
        for kind in current:
            raise KeyUnusable(
                f"{current[kind].path}: the settings say store_key = '{place.kind}', the key is of kind '{kind}';"
                f" say that in the settings, or run ./kiosk store rekey --to {place.kind}"
            )
        if used := _files(data):
            raise KeyUnusable(
                f"{place.holder().path}: missing, and {used[0]} is not empty; restore the key, or a backup with its"
                " recovery key: ./kiosk store restore --replace"
            )
        return place.holder().key()


def rekey(data: Path, place: KeyPlace, to: KeyPlace, step: Step = _unheard) -> None:
    """Put a fresh random key, of the kind ``to``, in place of the store's; a failure leaves the old one in force.

    Raises KeyUnusable, StoreInUse, WrongKey, StoreDamaged, StoreFailed.
    """
    with locked(data):
        finish_swap(data)
        _finish(data, place)
        old = _only(place.present(), place)
        old_key = old.read()
        for path in _files(data):
            if not sqlcipher.opens(path, old_key):
                raise WrongKey(f"{path}: {old.path} does not open it; nothing was changed")
        staged = to.holder(staged=True)
        try:
            staged.keep(secrets.token_bytes(KEY_BYTES))
        except OSError as error:
            raise StoreFailed(f"{staged.path}: {error.strerror}; the old key stays in force") from error
        step("staged")
        try:
            _advance(data, place, staged, to.holder().path, step)
        except (StoreFailed, StoreDamaged, KeyUnusable):
            with naming(staged.path):
                _abandon(data, place)
            raise


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Nobody else has the store open, or opens it, meanwhile. Raises StoreInUse, StoreFailed."""
    with ExitStack() as held:
        for name in STORE_FILES:
            held.callback(os.close, lock_file(data / name))
        yield


def _finish(data: Path, place: KeyPlace) -> None:
    """Finish a killed rekey; when it cannot be and had changed nothing yet, undo it: a hall is opened, not mended."""
    for fresh in place.folder.glob(f"{STORE}.*.new"):  # a key that was being written when its process was killed
        with naming(fresh):
            fresh.unlink()
    pending = place.present(STORE, staged=True)
    if not pending:
        return
    log.warning("rekey_found_unfinished")
    ((kind, staged),) = pending.items()
    try:
        _advance(data, place, staged, place.holder(kind=kind).path, _unheard)
    except (StoreFailed, StoreDamaged, KeyUnusable):
        with naming(staged.path):
            undone = _abandon(data, place)
        if not undone:
            raise


def _advance(data: Path, place: KeyPlace, staged: KeyHolder, final: Path, step: Step) -> None:
    new = staged.read()
    files = _files(data)
    left = [path for path in files if not sqlcipher.opens(path, new)]
    if left:
        old = _opening(place, left)
        begun = len(left) < len(files)
        for path in left:
            copy = _rekeyed(path)
            if not (begun and copy.exists()):  # once a file was renamed all copies were whole: they are not made again
                _copy(path, old, copy, new)
            step(f"copied {path.name}")
        for path in left:
            with naming(path):
                _rekeyed(path).replace(path)
                sync_folder(path.parent)
            step(f"renamed {path.name}")
    with naming(final):
        for holder in place.present().values():
            destroy(holder.path)
        step("destroyed")
        staged.path.replace(final)
        sync_folder(final.parent)
    step("promoted")
    log.info("store_rekeyed", files=len(files))


def _copy(path: Path, old: bytes, copy: Path, new: bytes) -> None:
    connection = sqlcipher.connect(path, old)
    try:
        sqlcipher.copy(connection, copy, new)
    finally:
        connection.close()  # the last one: SQLite brings the log into the file and removes it
    log_file = path.with_name(f"{path.name}-wal")
    if log_file.exists():  # it would be taken for the new file's own
        raise StoreFailed(f"{path}: its log cannot be closed; stop what reads it")


def _opening(place: KeyPlace, files: Iterable[Path]) -> bytes:
    """The old key, which opens what the new one does not."""
    for holder in place.present().values():
        key = holder.read()
        if all(sqlcipher.opens(path, key) for path in files):
            return key
    raise WrongKey(f"{next(iter(files))}: neither the old key nor the new one opens it; restore a backup")


def _abandon(data: Path, place: KeyPlace) -> bool:
    """Undo a rekey that has not renamed anything; whether the old key rules."""
    for holder in place.present().values():
        try:
            key = holder.read()
        except KeyUnusable:
            continue
        if all(sqlcipher.opens(path, key) for path in _files(data)):
            for path in _files(data):
                sqlcipher.discard(_rekeyed(path))
            for staged in place.present(staged=True).values():
                destroy(staged.path)
            log.warning("rekey_abandoned")
            return True
    return False


def _only(present: dict[KeyKind, KeyHolder], place: KeyPlace) -> KeyHolder:
    if len(present) != 1:
        raise KeyUnusable(f"{place.folder}: {len(present)} store keys; exactly one must be there to be replaced")
    return next(iter(present.values()))


def _files(data: Path) -> tuple[Path, ...]:
    """What the store's key encrypts and is not empty, largest first: that one finds out whether the disk has room."""
    named = [data / name for name in STORE_FILES]
    every = [*named, *(copy for path in named for copy in copies_before_migration(path))]
    used = [path for path in every if path.exists() and path.stat().st_size]
    return tuple(sorted(used, key=lambda path: path.stat().st_size, reverse=True))


def _rekeyed(path: Path) -> Path:
    return path.with_name(f"{path.name}.rekeyed")
