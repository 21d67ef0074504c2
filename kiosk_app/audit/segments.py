"""The files of an audit log: numbered segments in one folder, the last one growing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from kiosk_app.audit.entries import Entry, LineChanged, LineUnreadable, read_line

SEGMENT_BYTES = 4 * 1024 * 1024  # some 12,000 events, a quarter of a second to read at the start
LARGEST_WRITE_BYTES = 64 * 1024  # more events than are ever waiting for one fsync
_NAME = re.compile(r"audit-(\d{6})\.jsonl")
_SET_ASIDE = "-set-aside-"


class TailBroken(ValueError):
    """The last line cannot be followed: damaged on the disk, or by somebody."""


def segment_name(number: int) -> str:
    return f"audit-{number:06d}.jsonl"


def segment_number(path: Path) -> int:
    """Raises ValueError for a file that is no segment."""
    match = _NAME.fullmatch(path.name)
    if not match:
        raise ValueError(f"{path}: not a segment of an audit log")
    return int(match[1])


def segments(folder: Path) -> list[Path]:
    """The segments that are there, in order; files of other names are not looked at."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name)) if folder.is_dir() else []


def cut_torn_line(path: Path) -> int:
    """Removes what a power cut left of the last write, durably; gives its size. It was never confirmed to anybody.

    A write that was not synced may survive in part: without its end, or with holes, which an append-only file reads as
    NUL. No line of ours holds a NUL, so what follows the first one near the end was never whole. Whoever puts a NUL
    there to have lines cut off does no more than cut them off: the next checkpoint tells (docs/audit.md).
    """
    data = path.read_bytes()
    hole = data.find(b"\0", max(0, len(data) - LARGEST_WRITE_BYTES))
    whole = data.rfind(b"\n", 0, hole if hole >= 0 else len(data)) + 1
    if whole == len(data):
        return 0
    with path.open("r+b") as file:
        file.truncate(whole)
        os.fsync(file.fileno())
    return len(data) - whole


def entries_backwards(files: list[Path]) -> Iterator[Entry]:
    """From the newest line to the oldest. Raises TailBroken at the first line that cannot be trusted."""
    for path in reversed(files):
        for line in reversed(path.read_bytes().split(b"\n")[:-1]):
            try:
                yield read_line(line)
            except (LineChanged, LineUnreadable) as error:
                raise TailBroken(f"{path}: {error}") from error


def set_aside(folder: Path) -> Path | None:
    """Renames a log's folder, so that the next start begins a new log; gives its new name. Nothing is deleted.

    For a log that cannot go on: damaged at its end, another kiosk's, or of a backup that was just restored.
    """
    if not segments(folder):
        return None
    taken = [int(path.name.rsplit("-", 1)[1]) for path in set_aside_folders(folder)]
    aside = folder.with_name(f"{folder.name}{_SET_ASIDE}{max(taken, default=0) + 1}")
    folder.rename(aside)
    sync_folder(folder.parent)
    return aside


def set_aside_folders(folder: Path) -> list[Path]:
    """Earlier logs of this place, oldest first."""
    found = [
        path for path in folder.parent.glob(f"{folder.name}{_SET_ASIDE}*") if path.name.rsplit("-", 1)[1].isdigit()
    ]
    return sorted(found, key=lambda path: int(path.name.rsplit("-", 1)[1]))


def sync_folder(folder: Path) -> None:
    """A new or renamed file is there after a power cut only once its folder is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
