"""An I/O error, a short write, a full disk at each operation of a whole seal-and-sync: named, nothing lost, healed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from offline_cache.key_place import KeyPlace
from tests.durability.faults import KINDS, Kiosk, sweep
from tests.durability.power_cuts import fast_folder
from tests.durability.subject import STORE_KEY
from tests.durability.version_one import write_version_one
from tests.thorough import figure, rounds

pytestmark = pytest.mark.timeout(1200)  # of a thorough run; a default one takes seconds

# Every so manieth operation by default, beginning anywhere; every one in a thorough run.
STEPS = {"a new kiosk": rounds(10, 1), "a kiosk in service": rounds(5, 1), "a kiosk to be migrated": rounds(20, 1)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", STEPS)
def test_a_disk_that_errs_at_any_operation_loses_nothing(kind: str, start: str) -> None:
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    with fast_folder() as base:
        template = base / "template"
        if start == "a kiosk in service":
            _in_service(template, rng)
        elif start == "a kiosk to be migrated":
            _version_one(template, rng)
        result = sweep(kind, base, template if template.exists() else None, rng, STEPS[start])
    figure(
        f"{kind}, {start}: {result.points} points swept, {result.struck} faults struck, named {dict(result.named)};"
        f" afterwards went on {result.went_on}, had to open again {result.reopened}; dead letters put back"
        f" {result.put_back}, refused yet sent {result.refused_yet_there}, wrong {len(result.wrong)}"
    )
    assert not result.wrong, f"seed {seed}\n" + "\n".join(result.wrong)
    assert result.struck and result.named, "no fault struck: the test saw nothing"


def _in_service(folder: Path, rng: random.Random) -> None:
    folder.mkdir()
    kiosk = Kiosk(folder, rng)
    kiosk.visit()
    kiosk.close()
    assert not kiosk.named


def _version_one(folder: Path, rng: random.Random) -> None:
    folder.mkdir()
    write_version_one(folder, rng)
    KeyPlace(folder / "keys").holder().keep(STORE_KEY)
