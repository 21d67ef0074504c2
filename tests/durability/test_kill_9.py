"""Kill -9 at random moments: nothing that was acknowledged is lost, doubled or half-written, and all of it arrives."""

from __future__ import annotations

import random
import shutil
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offline_cache.key_place import KeyPlace
from offline_cache.outbox import Outbox
from offline_cache.rekey import unlock
from tests.durability.office_rows import Office, drain
from tests.durability.subject import STORE_KEY, Found, Told, application, look_into, open_store
from tests.durability.version_one import write_version_one
from tests.durability.zygote import Life, Zygote
from tests.thorough import figure, rounds

pytestmark = pytest.mark.timeout(1200)  # of a thorough run; a default one takes seconds

SEAL_ROUNDS = rounds(24, 400)
SYNC_ROUNDS = rounds(16, 300)
MIGRATE_ROUNDS = rounds(12, 200)
REKEY_ROUNDS = rounds(12, 200)
CONTROL_ROUNDS = rounds(8, 20)
ROUNDS_A_FOLDER = 10  # some lives begin on a new file, most on their killed parent's
MEASURED = 3  # lives that nobody kills, for the length over which the kills are spread


@dataclass
class Kills:
    """Over all rounds of one mode."""

    mode: str
    rounds: int = 0
    at_work: int = 0
    inside_a_call: int = 0
    promises: int = 0
    found: Found = field(default_factory=Found)

    def add(self, life: Life, found: Found, promises: int) -> None:
        self.rounds += 1
        self.at_work += life.killed_at_work
        self.inside_a_call += life.killed_inside_a_call
        self.promises += promises
        for name in ("lost", "forgotten", "doubled", "half"):
            getattr(self.found, name).extend(getattr(found, name))

    def print(self) -> None:
        found = self.found
        lost = len(found.lost) + len(found.forgotten)
        figure(
            f"kill -9 while {self.mode}: {self.rounds} rounds, {self.at_work} killed at work, {self.inside_a_call}"
            f" inside a call; {self.promises} promises, {lost} lost,"
            f" {len(found.doubled)} doubled, {len(found.half)} half-written"
        )


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as zygote:
        yield zygote


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("office"))
    office.process.start()
    yield office
    office.process.stop()


@pytest.fixture
def rng() -> random.Random:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - shown by pytest when a test fails
    return random.Random(seed)


def length_of(live: Callable[[float | None], Life]) -> float:
    """Seconds that the work takes when nobody kills it."""
    return statistics.median(live(None).length_s for _ in range(MEASURED))


def seal_and_kill(
    zygote: Zygote, base: Path, rng: random.Random, count: int, life_name: str
) -> tuple[Kills, list[Path]]:
    kills, folders, told = Kills("sealing"), list[Path](), Told()

    def live(kill_after_s: float | None, folder: Path, mark: str) -> Life:
        return zygote.life(life_name, kill_after_s, folder=str(folder), mark=mark)

    length = length_of(lambda moment: live(moment, base / "measured", f"{base.name} measured {rng.random()}"))
    for number in range(count):
        if number % ROUNDS_A_FOLDER == 0:
            folders.append(base / f"kiosk-{number}")
            folders[-1].mkdir(parents=True)
            told = Told()
        life = live(rng.uniform(0, length), folders[-1], f"{base.name} {number}")
        told.sealed |= set(life.told("sealed"))
        kills.add(life, look_into(folders[-1], told), len(told.sealed))
    return kills, folders


def test_killed_while_sealing(zygote: Zygote, office: Office, tmp_path: Path, rng: random.Random) -> None:
    kills, folders = seal_and_kill(zygote, tmp_path, rng, SEAL_ROUNDS, "seal")
    kills.print()
    assert not kills.found.wrong(), kills.found
    assert kills.at_work and kills.promises, "no kill hit, or nothing was promised: the test saw nothing"
    before = office.rows()
    sealed = {row for folder in folders for row in _drained(folder, office)}
    arrived = office.rows() - before
    assert arrived.total() == len(sealed)
    assert set(arrived.values()) == {1}


def test_the_control_that_acknowledges_before_it_commits_is_caught(
    zygote: Zygote, tmp_path: Path, rng: random.Random
) -> None:
    kills, _ = seal_and_kill(zygote, tmp_path, rng, CONTROL_ROUNDS, "seal_early")
    figure(f"kill -9, control that acknowledges too early: {len(kills.found.lost)} lost in {kills.rounds} rounds")
    assert kills.found.lost


def test_killed_while_syncing(zygote: Zygote, office: Office, tmp_path: Path, rng: random.Random) -> None:
    before, kills, told = office.rows(), Kills("syncing with the real office"), Told()

    def live(kill_after_s: float | None, folder: Path, mark: str) -> Life:
        job = {"folder": str(folder), "mark": mark, "url": office.url, "office_key": office.key_pem}
        return zygote.life("sync", kill_after_s, **job)

    measured = tmp_path / "measured"
    length = length_of(lambda moment: live(moment, measured, f"sync measured {rng.random()}"))
    folder = measured
    for number in range(SYNC_ROUNDS):
        if number % ROUNDS_A_FOLDER == 0:
            folder, told = tmp_path / f"kiosk-{number}", Told()
            folder.mkdir()
        life = live(rng.uniform(0, length), folder, f"sync {number}")
        assert not life.told("rejected"), life.lines
        told.sealed |= set(life.told("sealed"))
        told.accepted |= set(life.told("accepted"))
        kills.add(life, look_into(folder, told), len(told.sealed) + len(told.accepted))
        assert told.accepted <= set(office.ids()), "accepted was told, and the office does not have it"
    kills.print()
    assert not kills.found.wrong(), kills.found
    assert kills.at_work and kills.promises, "no kill hit, or nothing was promised: the test saw nothing"
    sealed = {row for path in tmp_path.iterdir() for row in _drained(path, office)}
    arrived = office.rows() - before
    assert arrived.total() == len(sealed)
    assert set(arrived.values()) == {1}


def test_killed_while_migrating(zygote: Zygote, office: Office, tmp_path: Path, rng: random.Random) -> None:
    kills, template = Kills("migrating from version 1"), tmp_path / "template"
    template.mkdir()
    told = write_version_one(template, rng)
    before = office.rows()

    def live(kill_after_s: float | None, folder: Path) -> Life:
        return zygote.life("migrate", kill_after_s, folder=str(shutil.copytree(template, folder)))

    length = length_of(lambda moment: live(moment, tmp_path / f"measured-{rng.random()}"))
    for number in range(MIGRATE_ROUNDS):
        folder = tmp_path / f"kiosk-{number}"
        life = live(rng.uniform(0, length), folder)
        kills.add(life, look_into(folder, told), len(told.sealed))
        if number % ROUNDS_A_FOLDER == 0:
            _drained(folder, office)
        shutil.rmtree(folder)
    kills.print()
    assert not kills.found.wrong(), kills.found
    assert kills.at_work, "no kill hit: the test saw nothing"
    arrived = office.rows() - before
    assert arrived.total() == len(told.sealed - told.accepted), "each migrated envelope arrives"
    assert set(arrived.values()) == {1}, "and once, although several kiosks' copies sent it"


def test_killed_while_rekeying(zygote: Zygote, office: Office, tmp_path: Path, rng: random.Random) -> None:
    """One store through all rounds: whatever a kill left is what the next rekey begins with."""
    kills, folder, told = Kills("re-keying"), tmp_path / "kiosk", Told()
    folder.mkdir()
    place = KeyPlace(folder / "keys")
    key = unlock(folder, place)
    _fill(folder, key, told, rng)

    def live(kill_after_s: float | None) -> Life:
        return zygote.life("change_key", kill_after_s, folder=str(folder))

    length = length_of(live)
    changed = 0
    for _ in range(REKEY_ROUNDS):
        key = unlock(folder, place)
        life = live(rng.uniform(0, length))
        now = unlock(folder, place)
        if life.told("rekeyed"):
            assert now != key, "told as re-keyed, and the old key still opens it"
        changed += now != key
        kills.add(life, look_into(folder, told, now), len(told.sealed))
        assert not list(folder.rglob("*.rekeyed")) and not list(folder.rglob("*.next")), "a half-done rekey is left"
    kills.print()
    figure(
        f"kill -9 while re-keying: the key in force afterwards was the new one in {changed} of {REKEY_ROUNDS} rounds"
    )
    assert not kills.found.wrong(), kills.found
    assert kills.at_work, "no kill hit: the test saw nothing"
    before = office.rows()
    assert _drained(folder, office, unlock(folder, place)) == told.sealed
    assert (office.rows() - before).total() == len(told.sealed)


def _fill(folder: Path, key: bytes, told: Told, rng: random.Random) -> None:
    store = open_store(folder, key)
    for number in range(10):
        envelope, pages = application(f"rekey {number}", rng)
        Outbox(store).seal(envelope, pages)
        told.sealed.add(envelope.sealed.id)
    store.close()


def _drained(folder: Path, office: Office, key: bytes = STORE_KEY) -> set[str]:
    """All ids of this kiosk, once everything that waited was sent."""
    store = open_store(folder, key)
    try:
        drain(store, office.url)
        return {str(row["id"]) for row in store.rows("SELECT id FROM outbox")}
    finally:
        store.close()
