"""The kiosk's store: kiosk.db, the keyring of its people beside it, and the captured pages on disk."""

from __future__ import annotations

from pathlib import Path

import structlog

from offline_cache.blobs import FOLDER_NAME, Blobs
from offline_cache.cipher_file import CipherFile, Schema
from offline_cache.schema import MIGRATIONS, RECOVERY
from offline_cache.sqlcipher import (
    StoreDamaged,
    StoreError,
    StoreFailed,
    StoreInUse,
    StoreTooNew,
    UnfitLibrary,
    WrongKey,
)
from offline_cache.subject_keys import FILE_NAME, Keyring

__all__ = [
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreFailed",
    "StoreInUse",
    "StoreTooNew",
    "UnfitLibrary",
    "WrongKey",
]


log = structlog.get_logger()


class Store(CipherFile):
    """What the kiosk keeps; the desks (Outbox, Documents, Stock …) share it.

    ``subjects`` closes and opens what is personal in it; ``blobs`` holds the captured pages. Locks are taken in the
    order store, keyring: nothing here begins a transaction of the store while it holds the keyring's.
    """

    subjects: Keyring
    blobs: Blobs

    @classmethod
    def open(cls, path: Path, key: bytes) -> Store:
        """Open or create all three, check them, migrate them, and free what a killed process held.

        Raises UnfitLibrary, StoreInUse, WrongKey, StoreDamaged, StoreTooNew, or StoreFailed; ValueError for a key
        that is not 32 bytes.
        """
        store = cls.open_with(path, key, Schema(MIGRATIONS, RECOVERY))
        try:
            store._look_around()
        except BaseException:
            store.close()
            raise
        return store

    def _open_parts(self, key: bytes) -> None:
        self.subjects = Keyring.open(self.path.with_name(FILE_NAME), key)
        self.blobs = Blobs(self.path.with_name(FOLDER_NAME), self.subjects)

    def _close_parts(self) -> None:
        self.subjects.close()

    def _look_around(self) -> None:
        """Pages that no row names are swept; people without a key are told: a keyring of another day, or of none."""
        self.blobs.sweep({row["blob"] for row in self.rows("SELECT DISTINCT blob FROM envelope_materials")})
        waiting = {
            row["subject"]
            for row in self.rows(
                "SELECT DISTINCT subject FROM outbox WHERE subject IS NOT NULL AND state NOT IN ('accepted', 'closed')"
            )
        }
        strangers = waiting - self.subjects.people().keys() - self.subjects.erased()
        if strangers:
            log.error("keyring_lacks_people", count=len(strangers), remedy="restore the keyring of this store")
