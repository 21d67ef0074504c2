"""A disk that forgets: what a folder may hold after the power fails, seen from the syncs that ran before."""

from __future__ import annotations

import os
import random
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512  # bytes; the least that SQLite and disks promise to write whole or not at all


class PowerCut(BaseException):
    """The machine is off. No program can catch that, so it is no Exception."""


@dataclass
class _File:
    """One inode. ``synced`` is on the disk for certain, ``waiting`` are writes (offset, bytes) and truncations (size,
    None) since. ``handle`` keeps the inode from being used again, and its content readable once it has no name."""

    handle: int
    is_folder: bool
    synced: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)
    recorded: bool = False  # every write is told to us; otherwise the difference to ``synced`` is what waits


@dataclass
class _Folder:
    """Names that are on the disk for certain, and the changes since: each a set of names that appear or go together."""

    synced: dict[str, int]
    seen: dict[str, int]
    waiting: list[dict[str, int | None]] = field(default_factory=list)


class Disk:
    """Follows a real folder (the live view: what programs see) and makes images of what a power cut would leave.

    What no fsync has covered may be lost, may be there, may be there by single sectors. Names are lost or kept in the
    order they changed, folder by folder, each rename whole: as journalling file systems do, and no more kindly.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before: Callable[[str, str], None] = lambda kind, name: None  # called ahead of each operation
        self.files: dict[int, _File] = {}
        self._folders: dict[int, _Folder] = {}
        self._at_rest(root)

    def close(self) -> None:
        """Let go of the files."""
        for file in self.files.values():
            os.close(file.handle)
        self.files.clear()

    # ── what programs do ────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, inode: int, offset: int, data: bytes) -> None:
        self._recorded(inode).waiting.append((offset, data))

    def truncate(self, inode: int, size: int) -> None:
        self._recorded(inode).waiting.append((size, None))

    def sync_file(self, inode: int) -> None:
        """Everything written to this file so far is on the disk; its name is not."""
        file = self._file(inode)
        if file.recorded:
            for offset, data in file.waiting:
                _apply(file.synced, offset, data)
        else:
            file.synced = bytearray(_content(file.handle))
        file.waiting.clear()

    def sync_folder(self, inode: int) -> None:
        """The names in this folder are on the disk."""
        self.look()
        folder = self._folders[inode]
        folder.synced, folder.waiting = dict(folder.seen), []

    def look(self) -> None:
        """Notice names that appeared or went since the last look; what is noticed together is one change a name."""
        for inode in list(self._folders):
            self._look_into(inode, together=False)

    def look_after_rename(self) -> None:
        """As ``look``, but all names of a folder that changed did so in one step."""
        for inode in list(self._folders):
            self._look_into(inode, together=True)

    def knows(self, inode: int) -> bool:
        if inode not in self.files:
            self.look()
        return inode in self.files

    def is_folder(self, inode: int) -> bool:
        return self.files[inode].is_folder

    def record(self, inode: int) -> None:
        """From now on all writes to this file are told to us."""
        self._recorded(inode)

    # ── what the power cut leaves ───────────────────────────────────────────────────────────────────────────────────

    def image(self, target: Path, rng: random.Random) -> None:
        """Write to ``target`` (a new folder) one of the states that a power cut now may leave."""
        self.look()
        # Half of all cuts lose everything that waits; the others keep an arbitrary part of it.
        keep = rng.choice([0.0, 0.0, 0.5, 0.9])
        self._image_folder(self.root.stat().st_ino, target, keep, rng)

    def _image_folder(self, inode: int, target: Path, keep: float, rng: random.Random) -> None:
        target.mkdir()
        folder = self._folders[inode]
        names: dict[str, int] = dict(folder.synced)
        for change in folder.waiting[: _how_many(len(folder.waiting), keep, rng)]:
            for name, entry in change.items():
                if entry is None:
                    names.pop(name, None)
                else:
                    names[name] = entry
        for name, entry in names.items():
            file = self.files[entry]
            if file.is_folder:
                self._image_folder(entry, target / name, keep, rng)
            else:
                (target / name).write_bytes(self._survivor(file, keep, rng))
                (target / name).chmod(stat.S_IMODE(os.fstat(file.handle).st_mode))

    @staticmethod
    def _survivor(file: _File, keep: float, rng: random.Random) -> bytes:
        content = bytearray(file.synced)
        waiting = file.waiting if file.recorded else _difference(file.synced, _content(file.handle))
        for offset, data in waiting:
            if rng.random() >= keep:
                continue
            if data is None or rng.random() < 0.5:
                _apply(content, offset, data)
            else:
                _apply_torn(content, offset, data, rng)
        return bytes(content)

    # ── bookkeeping ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _at_rest(self, path: Path) -> int:
        """Take in a file or folder that was there, whole, when the machine came up."""
        inode = self._enter(path)
        if not path.is_dir():
            self.files[inode].synced = bytearray(path.read_bytes())
            return inode
        names = {entry.name: self._at_rest(entry) for entry in sorted(path.iterdir())}
        self._folders[inode] = _Folder(dict(names), dict(names))
        return inode

    def _enter(self, path: Path) -> int:
        handle = os.open(path, os.O_RDONLY)
        status = os.fstat(handle)
        if status.st_ino in self.files:
            os.close(handle)
        else:
            self.files[status.st_ino] = _File(handle, stat.S_ISDIR(status.st_mode))
        return status.st_ino

    def _look_into(self, inode: int, *, together: bool) -> None:
        folder = self._folders[inode]
        path = Path(f"/proc/self/fd/{self.files[inode].handle}").readlink()
        try:
            now = {entry.name: entry.inode() for entry in os.scandir(path)}
        except FileNotFoundError:
            now = {}  # the folder itself was removed
        changes: dict[str, int | None] = {name: None for name in folder.seen if name not in now}
        changes |= {name: entry for name, entry in now.items() if folder.seen.get(name) != entry}
        for name, entry in changes.items():
            if entry is not None and self._enter(path / name) not in self._folders and self.files[entry].is_folder:
                self._folders[entry] = _Folder({}, {})
                self._look_into(entry, together=together)
        if changes:
            folder.waiting += [changes] if together else [{name: entry} for name, entry in changes.items()]
            folder.seen = now

    def _file(self, inode: int) -> _File:
        if inode not in self.files:
            self.look()
        return self.files[inode]

    def _recorded(self, inode: int) -> _File:
        file = self._file(inode)
        if not file.recorded:
            file.recorded = True
            file.waiting = _difference(file.synced, _content(file.handle))
        return file


def _content(handle: int) -> bytes:
    return os.pread(handle, os.fstat(handle).st_size, 0)


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    """A write at an offset, or a truncation to a size (data None); a gap is zeros, as in a sparse file."""
    if data is None:
        del content[offset:]
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    if data is not None:
        content[offset : offset + len(data)] = data


def _apply_torn(content: bytearray, offset: int, data: bytes, rng: random.Random) -> None:
    """Some of the sectors that a write touches."""
    end = offset + len(data)
    at = offset
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        if rng.random() < 0.5:
            _apply(content, at, data[at - offset : until - offset])
        at = until


def _difference(synced: bytes | bytearray, now: bytes) -> list[tuple[int, bytes | None]]:
    """What turns ``synced`` into ``now``, sector by sector."""
    changes: list[tuple[int, bytes | None]] = [(len(now), None)] if len(now) != len(synced) else []
    for at in range(0, len(now), SECTOR):
        piece = now[at : at + SECTOR]
        if synced[at : at + SECTOR] != piece:
            changes.append((at, piece))
    return changes


def _how_many(count: int, keep: float, rng: random.Random) -> int:
    return 0 if keep == 0.0 else rng.randint(0, count)
