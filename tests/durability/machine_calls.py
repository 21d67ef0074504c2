"""The other files of a simulated machine: Python's own file calls, each of which asks the machine first."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.durability.machine import Machine


def calls_of(machine: Machine) -> list[tuple[Any, str, Callable[..., Any]]]:
    """(module, name, replacement) of each call, for as long as the machine runs."""
    real_fsync, real_open, real_io_open = os.fsync, os.open, io.open

    def fsync(descriptor: Any) -> None:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        status = os.fstat(number)
        path = _path_of(number)
        if not machine.holds(path.removesuffix(" (deleted)")):
            return real_fsync(number)
        machine.operation("sync", path)
        if machine.disk is None:
            return None
        if machine.disk.knows(status.st_ino):
            folder = machine.disk.is_folder(status.st_ino)
            if ("folder" if folder else "file") in machine.lies:
                return None
            (machine.disk.sync_folder if folder else machine.disk.sync_file)(status.st_ino)
        return None

    def changes_names(kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if not machine.holds(os.fspath(arguments[0])):
                return real(*arguments, **options)
            if machine.disk:
                machine.disk.look()
            machine.operation(kind, arguments[-1] if kind in ("rename", "link") else arguments[0])
            result = real(*arguments, **options)
            if machine.disk:
                (machine.disk.look_after_rename if kind == "rename" else machine.disk.look)()
            return result

        return call

    def opened(path: Any, flags: int, mode: int = 0o777, **options: Any) -> int:
        ours = not isinstance(path, int) and machine.holds(os.fspath(path))
        if ours and flags & os.O_CREAT and not Path(path).exists():
            machine.operation("create", path)
        return real_open(path, flags, mode, **options)

    def io_open(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **options: Any) -> Any:
        path = _path_of(file) if isinstance(file, int) else os.fspath(file)
        writes = bool(set(mode) & set("wax+"))
        if not machine.holds(path) or not (writes or "read" in machine.kinds):
            return real_io_open(file, mode, buffering, *rest, **options)
        if writes and not isinstance(file, int) and not Path(path).exists():
            machine.operation("create", path)
        raw = _RawFile(machine, path, file, mode.replace("b", "").replace("t", ""), options.pop("opener", None))
        if buffering == 0:
            return raw
        kind: Any = io.BufferedRandom if "+" in mode else io.BufferedWriter if writes else io.BufferedReader
        buffered = kind(raw)
        if "b" in mode:
            return buffered
        options.pop("closefd", None)
        return io.TextIOWrapper(buffered, *rest, **options)

    def written(descriptor: int, data: bytes) -> int:
        path = _path_of(descriptor)
        if machine.holds(path) and machine.operation("write", path):
            real_write(descriptor, data[: len(data) // 2])
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real_write(descriptor, data)

    real_write = os.write
    names = {"rename": "rename", "replace": "rename", "link": "link"}
    names |= {"unlink": "delete", "remove": "delete", "rmdir": "delete", "mkdir": "mkdir"}
    calls: list[tuple[Any, str, Callable[..., Any]]] = [(os, "fsync", fsync), (os, "fdatasync", fsync)]
    calls += [(os, name, changes_names(kind, getattr(os, name))) for name, kind in names.items()]
    calls += [(os, "open", opened), (os, "write", written), (io, "open", io_open)]
    return calls


class _RawFile(io.FileIO):
    def __init__(self, machine: Machine, path: str, file: Any, mode: str, opener: Any) -> None:
        self._machine = machine
        self._path = path
        super().__init__(file, mode, opener=opener)

    def write(self, data: Any) -> int:
        if self._machine.operation("write", self._path):
            super().write(bytes(data)[: len(data) // 2])
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().write(data)

    def read(self, size: int | None = -1) -> Any:
        self._machine.operation("read", self._path)
        return super().read(-1 if size is None else size)

    def readall(self) -> Any:
        self._machine.operation("read", self._path)
        return super().readall()

    def readinto(self, buffer: Any) -> Any:
        self._machine.operation("read", self._path)
        return super().readinto(buffer)


def _path_of(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())
