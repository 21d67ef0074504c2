"""Lives of a kiosk that end with the power: what it does, when it ends, what is found afterwards."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from offline_cache.outbox import Outbox
from offline_cache.store import StoreError
from tests.durability.disk import PowerCut
from tests.durability.machine import Machine
from tests.durability.subject import Desk, Found, Told, application, look_into, open_store, send_one

NORMAL = {"PRAGMA synchronous = FULL": "PRAGMA synchronous = NORMAL", "PRAGMA synchronous": "SELECT 2"}
LIVES_A_DISK = 6  # then a new one: fresh files and old ones are cut
MOST_ACTS = 6


@dataclass
class Tally:
    """Over all lives of a test."""

    lives: int = 0
    cuts: Counter[str] = field(default_factory=Counter)
    told: int = 0
    lost: int = 0
    lives_with_loss: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, life: str, where: str, told: Told, found: Found) -> None:
        self.lives += 1
        self.cuts[where.split()[0]] += 1
        self.lost += len(found.lost)
        self.lives_with_loss += bool(found.lost)
        if found.wrong():
            self.wrong.append(f"{life}, cut at {where}: {found}")

    def damaged(self, life: str, where: str, error: BaseException) -> None:
        self.lives += 1
        self.lives_with_loss += 1
        self.wrong.append(f"{life}, cut at {where}: {type(error).__name__}: {error}")


@contextmanager
def fast_folder() -> Iterator[Path]:
    """A new folder, in memory where there is one: what is durable is decided by Disk, not by this machine's disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="power-cut-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def cut(
    root: Path, image: Path, rng: random.Random, act: Callable[[Machine], None], cut_at: int, **options: Any
) -> tuple[str, int]:
    """Do ``act`` on ``root`` until the power fails at its ``cut_at``-th operation, or right after it.

    Gives where it failed and how many operations ran; ``image`` is what the disk holds.
    """
    with Machine(root, cut_at=cut_at, image=image, rng=rng, **options) as machine:
        try:
            act(machine)
            machine.cut("rest")
        except PowerCut:
            pass
        except StoreError:  # the power went inside SQLite, and the code under test gave the error code a name
            if not machine.is_off:
                raise
        assert machine.is_off
    return machine.cut_where, machine.operations


def examine(image: Path, copy: Path, told: Told) -> Found:
    """Look into a copy with production's SQLCipher: the image itself goes on into the next life as it was left."""
    shutil.copytree(image, copy)
    return look_into(copy, told)


def live(machine: Machine, told: Told, desk: Desk, rng: random.Random, label: str) -> None:
    """Seal, send, checkpoint, close and open again, at random; every promise is noted when its call has returned."""
    store = open_store(machine.root)
    outbox = Outbox(store)
    try:
        if rng.random() < 0.5:
            store.rows(f"PRAGMA wal_autocheckpoint = {rng.choice([2, 10, 30])}")
        for number in range(rng.randint(1, MOST_ACTS)):
            what = rng.random()
            if what < 0.55:
                envelope, pages = application(f"{label}.{number}", rng, pages=rng.randint(0, 2))
                outbox.seal(envelope, pages)
                told.sealed.add(envelope.sealed.id)
            elif what < 0.85:
                if sent := send_one(outbox, desk):
                    told.accepted.add(sent)
            elif what < 0.93:
                store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                store.close()
                store = open_store(machine.root)
                outbox = Outbox(store)
        if rng.random() < 0.8:
            machine.cut("rest")
    finally:
        store.close()


def lives(count: int, seed: int, base: Path, **options: Any) -> Tally:
    """``count`` lives, each on what the one before left behind; controls go on after a loss with what is there."""
    rng = random.Random(seed)
    tally = Tally()
    root, told, desk = base / "0", Told(), Desk()
    root.mkdir()
    for life in range(1, count + 1):
        if life % LIVES_A_DISK == 0:
            root, told, desk = base / f"{life}-new", Told(), Desk()
            root.mkdir()
        label, image, copy = f"seed {seed} life {life}", base / str(life), base / "copy"
        limit = rng.choice([60, 150, 400])
        act = partial(live, told=told, desk=desk, rng=rng, label=label)
        where, _ = cut(root, image, rng, act, rng.randint(1, limit), **options)
        try:
            found = examine(image, copy, told)
        except StoreError as error:
            tally.damaged(label, where, error)
            found = Found(lost=["all"])
        else:
            tally.add(label, where, told, found)
        tally.told += len(told.sealed)
        shutil.rmtree(root)
        shutil.rmtree(copy)
        root = image
        if found.wrong():  # a control lost something: the next life begins with nothing promised
            shutil.rmtree(root)
            root.mkdir()
            told, desk = Told(), Desk()
    return tally
