"""A power cut or an error at each operation of a rekey: one of the two keys opens everything, nothing is left over."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from offline_cache.key_place import KeyPlace
from offline_cache.keys import KeyUnusable
from offline_cache.outbox import Outbox
from offline_cache.rekey import rekey, unlock
from offline_cache.store import StoreError
from tests.durability.faults import KINDS, READS_TOO
from tests.durability.machine import Machine
from tests.durability.power_cuts import Tally, cut, fast_folder
from tests.durability.subject import Told, application, look_into, open_store
from tests.thorough import figure, rounds

pytestmark = pytest.mark.timeout(600)  # of a thorough run; a default one takes seconds

STEP = rounds(6, 1)  # every sixth operation by default, beginning anywhere; every one in a thorough run


def place_in(folder: Path) -> KeyPlace:
    return KeyPlace(folder / "keys")


@pytest.fixture
def rng() -> random.Random:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown by pytest when a test fails
    return random.Random(seed)


def in_service(folder: Path, rng: random.Random) -> Told:
    folder.mkdir()
    told, store = Told(), open_store(folder, unlock(folder, place_in(folder)))
    for number in range(4):
        envelope, pages = application(f"rekey {number}", rng)
        Outbox(store).seal(envelope, pages)
        told.sealed.add(envelope.sealed.id)
    store.close()
    return told


def test_a_power_cut_at_any_operation_of_a_rekey_leaves_a_store_that_opens(rng: random.Random) -> None:
    def change(machine: Machine) -> None:
        rekey(machine.root, place_in(machine.root), place_in(machine.root))
        machine.cut("rest")

    tally, changed = Tally(), 0
    with fast_folder() as base:
        told = in_service(base / "start", rng)
        before = unlock(base / "start", place_in(base / "start"))
        point, where = rng.randint(1, STEP), ""
        while where != "rest":
            root, image = base / "live", base / "image"
            shutil.copytree(base / "start", root)
            where, _ = cut(root, image, rng, change, point)
            try:
                key = unlock(image, place_in(image))
                tally.add(f"point {point}", where, told, look_into(image, told, key))
                changed += key != before
            except (StoreError, KeyUnusable) as error:
                tally.damaged(f"point {point}", where, error)
            shutil.rmtree(root)
            shutil.rmtree(image)
            point += STEP
    figure(
        f"power cuts while re-keying: {tally.lives} points, {len(tally.wrong)} wrong; afterwards the old key ruled at"
        f" {tally.lives - changed} of them, the new one at {changed}"
    )
    assert not tally.wrong, "\n".join(tally.wrong)
    assert 0 < changed < tally.lives


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_at_any_operation_of_a_rekey_is_named_and_leaves_a_store_that_opens(
    kind: str, rng: random.Random
) -> None:
    points, named = 0, 0
    with fast_folder() as base:
        told = in_service(base / "start", rng)
        at = rng.randint(1, STEP)
        while True:
            root, trouble = base / "live", KINDS[kind](at)
            shutil.copytree(base / "start", root)
            with Machine(root, trouble=trouble, kinds=READS_TOO) as machine:
                try:
                    rekey(root, place_in(root), place_in(root))
                except (StoreError, KeyUnusable):
                    named += 1
                ended = machine.operations < at
            found = look_into(root, told, unlock(root, place_in(root)))
            assert not found.wrong(), f"{kind} at operation {at}: {found}"
            shutil.rmtree(root)
            if ended:
                break
            points, at = points + 1, at + STEP
    figure(f"re-keying with {kind}: {points} points swept, {named} named faults, 0 lost")
    assert named
