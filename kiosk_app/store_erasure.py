"""./kiosk store erase: one person's words made unreadable because they asked (PIPL, art. 47)."""

from __future__ import annotations

import re
import sys
from getpass import getpass
from pathlib import Path

from offline_cache.key_place import KeyPlace
from offline_cache.keyring_copies import KeyringCopies
from offline_cache.rekey import unlock
from offline_cache.retention import Retention
from offline_cache.sqlcipher import StoreError
from offline_cache.store import Store

_NUMBER = re.compile(r"[0-9A-Z]{15,18}")  # residents and J cards 18, the foreigners' card of 2017 15


def asked_id_number() -> str:
    """From the keyboard without showing it, or the first line of standard input; never from the command line, which
    any user of the machine may read. Raises ValueError for what is no ID number.
    """
    text = getpass("ID number of the person to erase (not shown): ") if sys.stdin.isatty() else sys.stdin.readline()
    number = text.strip().upper()
    if not _NUMBER.fullmatch(number):
        raise ValueError("that is no ID number: 15 to 18 digits and letters as on the card; nothing was erased")
    return number


def erase(data: Path, place: KeyPlace, id_number: str) -> bool:
    """Erase one person from the store, its log and its keyring's copies; False where nothing of theirs is kept.

    Raises StoreError, KeyUnusable, StillOpen with nothing changed.
    """
    if not (data / "kiosk.db").exists():
        raise StoreError(f"{data}: no store is there")
    key = unlock(data, place)
    store = Store.open(data / "kiosk.db", key)
    try:
        copies = KeyringCopies(data, place)
        store.subjects.on_erased.append(lambda: copies.follow_erasure(key))
        return Retention(store).erase(id_number)
    finally:
        store.close()
