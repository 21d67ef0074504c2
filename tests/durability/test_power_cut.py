"""Power cuts, simulated below the encryption: whatever the moment, what was told as received is there, whole, once."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from offline_cache.keys import FileKey
from offline_cache.outbox import Outbox
from offline_cache.store import StoreError
from tests.durability.machine import Machine
from tests.durability.power_cuts import NORMAL, Tally, cut, examine, fast_folder, lives
from tests.durability.subject import Desk, Told, application, open_store, send_one
from tests.durability.version_one import write_version_one
from tests.thorough import figure, rounds

pytestmark = pytest.mark.timeout(600)  # of a thorough run; a default one takes seconds

RUNS = rounds(500, 3_000)
CONTROL_RUNS = 60
TURNS = rounds(1, 3)  # of each sweep; each turn, what survives is drawn anew
STEP = rounds(6, 1)  # every sixth operation by default, beginning anywhere; every one in a thorough run


@pytest.fixture
def rng() -> random.Random:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown by pytest when a test fails
    return random.Random(seed)


def test_a_power_cut_at_any_moment_loses_nothing_that_was_acknowledged() -> None:
    with fast_folder() as base:
        tally = lives(RUNS, random.randrange(2**32), base)
    figure(
        f"power cuts: {tally.lives} runs, {tally.told} promises, {tally.lost} lost, {len(tally.wrong)} runs wrong;"
        f" cut at {dict(tally.cuts.most_common())}"
    )
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.cuts["write"] and tally.cuts["sync"] and tally.told > RUNS, "too few cuts inside of work"


def test_the_control_with_synchronous_normal_does_lose() -> None:
    with fast_folder() as base:
        tally = lives(CONTROL_RUNS, random.randrange(2**32), base, instead=NORMAL)
    figure(f"power cuts, control with synchronous=NORMAL: {tally.lives_with_loss} of {tally.lives} runs lost rows")
    assert tally.lives_with_loss > 0


@pytest.mark.parametrize("lie", ["file", "folder"])
def test_the_control_whose_disk_ignores_a_kind_of_fsync_does_lose(lie: str) -> None:
    """Without this, a missing fsync of a file or of the folder that names it would go unnoticed."""
    with fast_folder() as base:
        tally = lives(CONTROL_RUNS, random.randrange(2**32), base, lies=frozenset({lie}))
    figure(f"power cuts, control without fsync of a {lie}: {len(tally.wrong)} of {tally.lives} runs wrong")
    assert tally.wrong


def test_a_power_cut_at_each_write_of_a_migration_leaves_every_row(rng: random.Random) -> None:
    def migrate(machine: Machine) -> None:
        store = open_store(machine.root)
        try:
            machine.cut("rest")
        finally:
            store.close()

    with fast_folder() as base:
        start = base / "start"
        start.mkdir()
        told = write_version_one(start, rng)
        tally = _sweep(base, start, told, migrate, rng)
    figure(f"power cuts during migration from version 1: {tally.lives} points, {tally.lost} rows lost")
    assert not tally.wrong, "\n".join(tally.wrong)


def test_a_power_cut_at_each_write_of_a_checkpoint_leaves_every_row(rng: random.Random) -> None:
    def checkpoint(machine: Machine) -> None:
        store = open_store(machine.root)
        try:
            store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            machine.cut("rest")
        finally:
            store.close()

    with fast_folder() as base:
        start, told = _with_a_long_wal(base, rng)
        tally = _sweep(base, start, told, checkpoint, rng)
    figure(f"power cuts during checkpoint: {tally.lives} points, {tally.lost} rows lost")
    assert not tally.wrong, "\n".join(tally.wrong)


def test_a_key_that_was_used_once_is_there_after_a_power_cut(rng: random.Random) -> None:
    """A store under a key that vanished is a store lost."""
    with fast_folder() as base:
        points = 0
        while True:
            points += 1
            root, image, used = base / f"{points}-live", base / f"{points}-image", list[bytes]()
            root.mkdir()

            def make(machine: Machine, used: list[bytes] = used) -> None:
                used.append(FileKey(machine.root / "store.key").key())
                machine.cut("rest")

            where, _ = cut(root, image, rng, make, points)
            if used:
                assert FileKey(image / "store.key").key() == used[0], where
            else:
                assert len(FileKey(image / "store.key").key()) == 32, where
            if where == "rest":
                break
    figure(f"power cuts while the store's key is made: every one of {points} points")
    assert points > 3


def _with_a_long_wal(base: Path, rng: random.Random) -> tuple[Path, Told]:
    """A kiosk as a power cut left it between two checkpoints: much in the WAL, some of it already accepted."""
    live, start, told, desk = base / "long-wal", base / "start", Told(), Desk()
    live.mkdir()

    def work(machine: Machine) -> None:
        store = open_store(machine.root)
        outbox = Outbox(store)
        for number in range(8):
            envelope, pages = application(f"wal {number}", rng)
            outbox.seal(envelope, pages)
            told.sealed.add(envelope.sealed.id)
            if number % 3 == 0 and (sent := send_one(outbox, desk)):
                told.accepted.add(sent)
        try:
            machine.cut("rest")
        finally:
            store.close()

    cut(live, start, random.Random(0), work, 10**9)
    return start, told


def _sweep(base: Path, start: Path, told: Told, act: Callable[[Machine], None], rng: random.Random) -> Tally:
    """Cut at the first operation, at the second, …, until ``act`` is done before the power fails."""
    tally = Tally()
    for turn in range(TURNS):
        point, where = rng.randint(1, STEP) - STEP, ""
        while where != "rest":
            point += STEP
            root, image, copy = base / "live", base / "image", base / "copy"
            shutil.copytree(start, root)
            where, _ = cut(root, image, rng, act, point)
            try:
                tally.add(f"turn {turn} point {point}", where, told, examine(image, copy, told))
            except StoreError as error:
                tally.damaged(f"turn {turn} point {point}", where, error)
            for folder in (root, image, copy):
                shutil.rmtree(folder, ignore_errors=True)
    return tally
