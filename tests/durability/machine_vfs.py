"""The databases of a simulated machine: a VFS below the encryption that asks the machine before each operation."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw
import sqlcipher3

from tests.durability.apsw_connection import Connection
from tests.durability.disk import PowerCut

if TYPE_CHECKING:
    from tests.durability.machine import Machine

VFS_NAME = "machine"
_FOLDER_SYNCED_WITH = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL  # as SQLite's own unix VFS does


def serve(machine: Machine | None) -> None:
    """From now on the VFS works for this machine."""
    if not _registered:  # once: the cipher's VFS above it is made at first use and keeps pointing here
        _registered.append(_VFS())
    _VFS.machine = machine


class MachineConnection(Connection):
    """When the power went inside SQLite, an error code comes back; the machine is off all the same."""

    def __init__(self, machine: Machine, path: str, instead: dict[str, str] | None) -> None:
        self._machine = machine
        with self._power():
            super().__init__(path, VFS_NAME, instead)

    def _run(self, sql: str, parameters: Any) -> Any:
        with self._power():
            return super()._run(sql, parameters)

    def backup(self, target: Connection) -> None:
        with self._power():
            super().backup(target)

    def close(self) -> None:
        if self._machine.is_off:
            self._apsw.close(True)
            return
        with self._power():
            super().close()

    @contextmanager
    def _power(self) -> Iterator[None]:
        try:
            yield
        except sqlcipher3.Error:
            if not self._machine.is_off:
                raise
        if self._machine.is_off:
            raise PowerCut


class _VFS(apsw.VFS):
    machine: Machine | None = None

    def __init__(self) -> None:
        super().__init__(VFS_NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        path = _path(name)
        if path is None or self.machine is None or not self.machine.holds(path):
            return apsw.VFSFile("", name, flags)
        return _OpenFile(self.machine, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        machine = self.machine
        if machine is None or not machine.holds(filename):
            return super().xDelete(filename, syncdir)
        _operation(machine, "delete", filename)
        super().xDelete(filename, False)
        if machine.disk:
            machine.disk.look()
            if syncdir and "folder" not in machine.lies:
                machine.disk.sync_folder(Path(filename).parent.stat().st_ino)
        return None

    def excepthook(self, *_: Any) -> bool:
        return True


class _OpenFile(apsw.VFSFile):
    def __init__(self, machine: Machine, path: str, name: Any, flags: list[int]) -> None:
        self._machine = machine
        self._path = path
        is_new = not Path(path).exists()
        if is_new and flags[0] & apsw.SQLITE_OPEN_CREATE:
            _operation(machine, "create", path)
        super().__init__("", name, flags)
        self._inode = Path(path).stat().st_ino
        self._sync_folder_too = is_new and bool(flags[0] & _FOLDER_SYNCED_WITH)
        if machine.disk:
            machine.disk.look()
            machine.disk.record(self._inode)

    def xRead(self, amount: int, offset: int) -> bytes:
        _operation(self._machine, "read", self._path)
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:
        data = bytes(data)
        if _operation(self._machine, "write", self._path):
            super().xWrite(data[: len(data) // 2], offset)
            raise apsw.IOError
        super().xWrite(data, offset)
        if self._machine.disk:
            self._machine.disk.write(self._inode, offset, data)

    def xTruncate(self, newsize: int) -> None:
        _operation(self._machine, "truncate", self._path)
        super().xTruncate(newsize)
        if self._machine.disk:
            self._machine.disk.truncate(self._inode, newsize)

    def xSync(self, flags: int) -> None:
        _operation(self._machine, "sync", self._path)
        if self._machine.disk is None or "file" in self._machine.lies:
            return
        self._machine.disk.sync_file(self._inode)
        if self._sync_folder_too and "folder" not in self._machine.lies:
            self._machine.disk.sync_folder(Path(self._path).parent.stat().st_ino)
            self._sync_folder_too = False

    def excepthook(self, *_: Any) -> bool:
        return True


_registered: list[_VFS] = []


def _path(name: Any) -> str | None:
    return name if name is None or isinstance(name, str) else str(name.filename())


def _operation(machine: Machine, kind: str, path: str) -> bool:
    """As SQLite wants to hear it."""
    if machine.is_off:
        return False  # SQLite tidies up, in no image any more; MachineConnection tells that the power is off
    try:
        return machine.operation(kind, path)
    except PowerCut:
        raise apsw.IOError from None
    except OSError as error:
        raise (apsw.FullError if error.errno == errno.ENOSPC else apsw.IOError) from None
