"""A machine whose power can fail and whose disk can err: every write of the code under test passes through here.

Databases come through a VFS of ours below the encryption, other files through Python's own calls.
"""

from __future__ import annotations

import errno
import os
import random
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlcipher3

from tests.durability.disk import Disk, PowerCut
from tests.durability.machine_calls import calls_of
from tests.durability.machine_vfs import MachineConnection, serve


class Trouble:
    """What goes wrong at the ``at``-th operation (from 1), and, if it ``lasts``, at every one after it until relieved.

    ``number`` is errno.EIO or errno.ENOSPC; with ``short`` the first half of a write is done before it fails.
    """

    def __init__(self, at: int, number: int, *, lasts: bool = False, short: bool = False) -> None:
        self.at, self.number, self.lasts, self.short = at, number, lasts, short
        self.struck = 0

    def strikes(self, count: int, kind: str) -> bool:
        grows = kind in ("write", "create", "mkdir", "link", "sync")  # sync: where blocks are only then allocated
        if self.number == errno.ENOSPC and not grows:
            return False
        if self.short and kind != "write":
            return False
        hit = count == self.at or (self.lasts and count > self.at)
        self.struck += hit
        return hit

    def error(self, name: str) -> OSError:
        return OSError(self.number, os.strerror(self.number), name)


class Machine:
    """Runs code on a folder until the power fails. Use as a context; one at a time in a process.

    ``cut_at``: the operation (from 1) at which the power fails, leaving one possible state in ``image``; None: never.
    ``kinds``: which operations count; reads only matter for errors. ``lies``: fsyncs that do nothing, for controls:
    "file", "folder". ``instead``: SQL statements replaced, for controls.
    """

    WRITES = frozenset({"write", "create", "truncate", "sync", "rename", "link", "delete", "mkdir"})

    def __init__(
        self,
        root: Path,
        *,
        cut_at: int | None = None,
        image: Path | None = None,
        rng: random.Random | None = None,
        trouble: Trouble | None = None,
        kinds: frozenset[str] = WRITES,
        lies: frozenset[str] = frozenset(),
        instead: dict[str, str] | None = None,
    ) -> None:
        self.root = root
        self.operations = 0
        self.names: Counter[str] = Counter()
        self.cut_at, self.image, self.rng = cut_at, image, rng or random.Random(0)
        self.trouble = trouble
        self.lies = lies
        self.is_off = False
        self.cut_where = ""
        self.kinds = kinds
        self._instead = instead
        self._stack = ExitStack()
        self.disk: Disk | None = None

    def __enter__(self) -> Machine:
        if self.cut_at is not None or self.image is not None:
            self.disk = Disk(self.root)
            self._stack.callback(self.disk.close)
        serve(self)
        real_connect = sqlcipher3.connect

        def connect(path: str, *arguments: Any, **options: Any) -> Any:
            if not self.holds(path.removeprefix("file://")):
                return real_connect(path, *arguments, **options)
            return MachineConnection(self, path, self._instead)

        self._stack.enter_context(patch.object(sqlcipher3, "connect", connect))
        for module, name, replacement in calls_of(self):
            self._stack.enter_context(patch.object(module, name, replacement))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()
        serve(None)

    def holds(self, path: Any) -> bool:
        try:
            return str(path) == str(self.root) or str(path).startswith(f"{self.root}/")
        except TypeError:
            return False

    def operation(self, kind: str, path: Any) -> bool:
        """Called ahead of each operation. True: do the first half of this write, then fail (see ``Trouble.short``).

        Raises PowerCut or OSError.
        """
        if self.is_off:
            raise PowerCut
        if kind not in self.kinds:
            return False
        self.operations += 1
        self.names[f"{kind} {Path(str(path)).suffix or Path(str(path)).name}"] += 1
        if self.operations == self.cut_at:
            self.cut(f"{kind} {Path(str(path)).name}")
        if self.trouble and self.trouble.strikes(self.operations, kind):
            if self.trouble.short:
                return True
            raise self.trouble.error(str(path))
        return False

    def cut(self, where: str = "by hand") -> None:
        """Now. Raises PowerCut."""
        assert self.disk is not None and self.image is not None
        self.disk.image(self.image, self.rng)
        self.is_off, self.cut_where = True, where
        raise PowerCut
