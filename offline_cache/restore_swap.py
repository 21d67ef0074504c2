"""The last step of a restore: old files out, restored ones in, finished at the next start if it was killed between."""

from __future__ import annotations

import json
import os
from pathlib import Path

import structlog

from offline_cache.keys import sync_folder
from offline_cache.sqlcipher import StoreDamaged, naming

log = structlog.get_logger()

STAGE_NAME = "restoring"  # below the data folder: a rename must not cross file systems
_JOURNAL_NAME = "restore.json"


def swap(data: Path, aside: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Put what lies in the stage in the place of the old files; those go to the folder ``aside``, nothing is deleted.

    ``old`` and ``new`` are paths below the data folder. Raises StoreFailed; then the next start goes on.
    """
    journal = data / _JOURNAL_NAME
    fresh = journal.with_name(f"{_JOURNAL_NAME}.new")
    with naming(journal):
        with fresh.open("w", encoding="utf-8") as file:
            json.dump({"aside": aside, "old": old, "new": new}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(journal)
        sync_folder(data)
    finish_swap(data)


def finish_swap(data: Path) -> bool:
    """Do what is left of a swap; whether there was one. Safe to repeat. Raises StoreDamaged, StoreFailed."""
    journal = data / _JOURNAL_NAME
    if not journal.exists():
        return False
    try:
        plan = json.loads(journal.read_bytes())
        aside, old, new = data / plan["aside"], plan["old"], plan["new"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(f"{journal}: cannot be read; restore the backup again with --replace") from error
    stage = data / STAGE_NAME
    with naming(data):
        for name in old:
            # What is still in the stage has not come in yet, so what stands in its place is the old one.
            if _there(data / name) and not _there(aside / name):
                _move(data / name, aside / name)
        for name in new:
            if _there(stage / name):
                _move(stage / name, data / name)
        journal.unlink()
        sync_folder(data)
    log.info("store_restored", files=len(new), set_aside=len(old))
    return True


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source.rename(target)
    sync_folder(target.parent)
    sync_folder(source.parent)


def _there(path: Path) -> bool:
    return path.exists()
