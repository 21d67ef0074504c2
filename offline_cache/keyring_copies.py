"""The one copy of the people's keys beside the backups: rewritten at each backup and each erasure.

A dated backup carries nobody's key. So whoever is erased here is erased from every backup as soon as the copy follows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog

from offline_cache import sqlcipher
from offline_cache.backup_key import backup_key
from offline_cache.key_place import KeyPlace
from offline_cache.keys import KeyUnusable, sync_folder
from offline_cache.sqlcipher import StoreError, StoreFailed, naming

log = structlog.get_logger()

COPY_NAME = "keyring.db"
KEYRING_NAME = "subjects.db"
_LIST_NAME = "backup_folders.json"


class KeyringCopies:
    """The folders that hold backups of one data folder, and which of their copies lag behind."""

    def __init__(self, data: Path, place: KeyPlace) -> None:
        self._data = data
        self._place = place
        self._list = data / _LIST_NAME

    def folders(self) -> dict[Path, bool]:
        """Backup folder to "its copy lags behind". Raises StoreFailed."""
        try:
            raw = json.loads(self._list.read_bytes())
            return {Path(folder): bool(lags) for folder, lags in raw.items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise sqlcipher.named(error, self._list) from error
        except (ValueError, AttributeError) as error:
            raise StoreFailed(f"{self._list}: not a list of backup folders; remove it and make a backup") from error

    def add(self, folder: Path) -> None:
        """From now on this folder's copy follows. Raises StoreFailed."""
        self._note(self.folders() | {folder.resolve(): True})

    def refresh(self, store_key: bytes, *, erased: bool = False) -> tuple[Path, ...]:
        """Bring the copies that lag up to date, all of them after an erasure; gives the folders that still lag.

        A folder that cannot be reached (a disk in the safe) is noted durably and tried again. Raises StoreFailed when
        not even that can be noted.
        """
        folders = self.folders()
        if erased and folders:
            folders = dict.fromkeys(folders, True)
            self._note(folders)
        for folder in [folder for folder, lags in folders.items() if lags]:
            try:
                self._copy(folder, store_key)
                folders[folder] = False
            except (StoreError, KeyUnusable) as error:
                log.warning("keyring_copy_pending", folder=str(folder), error=str(error))
        if folders:
            self._note(folders)
        return tuple(folder for folder, lags in folders.items() if lags)

    def follow_erasure(self, store_key: bytes) -> None:
        """As refresh, for whoever erases: the erasure stands whatever becomes of the copies, which are tried again."""
        try:
            self.refresh(store_key, erased=True)
        except StoreError as error:
            log.error("keyring_copies_not_noted", error=str(error))

    def _copy(self, folder: Path, store_key: bytes) -> None:
        if not folder.is_dir():
            raise StoreFailed(f"{folder}: not there; plug the backup disk in")
        keyring = self._data / KEYRING_NAME
        if not keyring.exists():
            raise StoreFailed(f"{keyring}: not there; nothing is known of anybody")
        source = sqlcipher.connect(keyring, store_key)  # not only to read: a kill may have left something to roll back
        try:
            sqlcipher.copy(source, folder / COPY_NAME, backup_key(self._place))
        finally:
            source.close()

    def _note(self, folders: dict[Path, bool]) -> None:
        if folders == self.folders():
            return
        fresh = self._list.with_name(f"{_LIST_NAME}.new")
        with naming(self._list):
            with fresh.open("w", encoding="utf-8") as file:
                json.dump({str(folder): lags for folder, lags in folders.items()}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._list)
            sync_folder(self._list.parent)
