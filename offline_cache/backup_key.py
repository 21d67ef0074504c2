"""The key of the backups: it outlives a rekey of the store, and a copy of it on paper outlives the machine."""

from __future__ import annotations

from pathlib import Path

from offline_cache.key_place import BACKUP, KeyPlace
from offline_cache.keys import KEY_BYTES, KeyUnusable, destroy, read_private, write_once

_TITLE = "Recovery key of this kiosk's backups. Keep it in the safe: whoever has it and a backup can read the backup."


def backup_key(place: KeyPlace) -> bytes:
    """The key of this kiosk's backups; made at the first backup. Raises KeyUnusable."""
    present = place.present(BACKUP)
    holder = next(iter(present.values())) if present else place.holder(BACKUP)
    return holder.key()


def move_backup_key(place: KeyPlace, to: KeyPlace) -> None:
    """Keep the same backup key in another kind of place, as the store's after a rekey. Raises KeyUnusable, OSError."""
    present = place.present(BACKUP)
    if not present or to.kind in present:
        return
    ((_, old),) = present.items()
    to.holder(BACKUP).keep(old.read())
    destroy(old.path)


def write_recovery_key(path: Path, key: bytes) -> None:
    """As a line of text, for the safe. Raises FileExistsError, OSError."""
    digits = key.hex()
    groups = " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
    write_once(path, f"{_TITLE}\n{groups}\n".encode())


def read_recovery_key(path: Path) -> bytes:
    """Raises KeyUnusable."""
    lines = read_private(path).decode("utf-8", errors="replace").strip().splitlines()
    try:
        key = bytes.fromhex(lines[-1]) if lines else b""
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyUnusable(f"{path}: no recovery key: its last line must hold {2 * KEY_BYTES} hexadecimal digits")
    return key
