"""Another key in place of the store's: stopped and killed at every step, the store opens, with all that was in it."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache import rekey as module
from offline_cache import sqlcipher
from offline_cache.key_place import KeyKind, KeyPlace
from offline_cache.keys import KeyUnusable
from offline_cache.outbox import Outbox
from offline_cache.rekey import rekey, unlock
from offline_cache.store import Store, StoreError, StoreFailed, StoreInUse, WrongKey
from tests import thorough
from tests.offline_cache.samples import application
from tests.offline_cache.swtpm import software_tpm

KILLS = thorough.rounds(20, 300)
PROCESSES = multiprocessing.get_context("forkserver")  # imports once; each round is a fork of a clean process
PROCESSES.set_forkserver_preload(["tests.offline_cache.test_rekey"])
needs_tpm = pytest.mark.skipif(not shutil.which("swtpm"), reason="swtpm is not installed: ./kiosk test installs it")


@pytest.fixture
def place(tmp_path: Path) -> KeyPlace:
    return KeyPlace(tmp_path / "keys")


@pytest.fixture
def tcti() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="tpm") as folder, software_tpm(Path(folder)) as tcti:
        yield tcti


@pytest.fixture
def sealed(tmp_path: Path, place: KeyPlace) -> str:
    """A store with one application in it."""
    return _seal_one(tmp_path, place)


def _seal_one(data: Path, place: KeyPlace) -> str:
    store = Store.open(data / "kiosk.db", unlock(data, place))
    envelope, pages = application(b"page")
    Outbox(store).seal(envelope, pages)
    store.close()
    return envelope.sealed.id


def _assert_whole(data: Path, place: KeyPlace, envelope_id: str) -> None:
    store = Store.open(data / "kiosk.db", unlock(data, place))
    outbox = Outbox(store)
    assert outbox.get(envelope_id).envelope is not None
    assert [page.data for page in outbox.unsent_materials(envelope_id)] == [b"page"]
    store.close()


def _assert_one_key(data: Path) -> None:
    """No second key, and no half-done file, is left behind."""
    assert len(list((data / "keys").iterdir())) == 1
    assert not [file.name for file in data.iterdir() if "rekeyed" in file.name or "copying" in file.name]


def test_afterwards_the_old_key_opens_nothing_and_the_new_one_all(tmp_path: Path, place: KeyPlace, sealed: str) -> None:
    before = place.holder().read()
    old_blob = {file.name: file.read_bytes() for file in (tmp_path / "materials").rglob("*.*")}
    rekey(tmp_path, place, place)
    after = place.holder().read()
    assert before != after
    for name in ("kiosk.db", "subjects.db"):
        assert not sqlcipher.opens(tmp_path / name, before)
        assert sqlcipher.opens(tmp_path / name, after)
    assert old_blob == {file.name: file.read_bytes() for file in (tmp_path / "materials").rglob("*.*")}
    _assert_whole(tmp_path, place, sealed)
    _assert_one_key(tmp_path)


class _Stopped(BaseException):
    """As a kill: nothing of the kiosk's own catches it."""


def _steps(data: Path, place: KeyPlace, to: KeyPlace) -> list[str]:
    steps: list[str] = []
    rekey(data, place, to, steps.append)
    return steps


def test_stopped_after_any_step_the_next_start_finishes_it(tmp_path: Path) -> None:
    steps = _steps(*_fresh(tmp_path / "whole"))
    assert steps[0] == "staged"
    assert steps[-1] == "promoted"
    assert len(steps) == 7  # two files copied, two renamed
    for number, name in enumerate(steps):
        data, place, to = _fresh(tmp_path / str(number))
        envelope_id = _seal_one(data, place)
        before = place.holder().read()

        def stop(step: str, wanted: str = name) -> None:
            if step == wanted:
                raise _Stopped

        with pytest.raises(_Stopped):
            rekey(data, place, to, stop)
        _assert_whole(data, place, envelope_id)
        _assert_one_key(data)
        assert place.holder().read() != before, name
        assert not sqlcipher.opens(data / "subjects.db", before)


def _fresh(data: Path) -> tuple[Path, KeyPlace, KeyPlace]:
    place = KeyPlace(data / "keys")
    _seal_one(data, place)
    return data, place, place


def test_a_start_that_is_itself_stopped_is_finished_by_the_one_after(
    tmp_path: Path, place: KeyPlace, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(step: str) -> None:
        if step == "renamed kiosk.db":
            raise _Stopped

    with pytest.raises(_Stopped):
        rekey(tmp_path, place, place, stop)
    with monkeypatch.context() as patch:
        patch.setattr(module, "destroy", lambda path: (_ for _ in ()).throw(_Stopped()))
        with pytest.raises(_Stopped):
            unlock(tmp_path, place)
    _assert_whole(tmp_path, place, sealed)
    _assert_one_key(tmp_path)


def test_killed_at_random_moments_no_store_is_lost(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    data, place, _ = _fresh(tmp_path)
    envelope_id = _seal_one(data, place)
    began = time.monotonic()
    rekey(data, place, place)
    length = time.monotonic() - began
    found = {"unfinished": 0, "done": 0, "nothing begun": 0}
    for _ in range(KILLS):
        key = place.holder().read()
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=_rekey_in_a_process, args=(data, theirs), daemon=True)
        process.start()
        theirs.close()
        assert ours.poll(30), "the process does not begin"
        ours.recv()
        time.sleep(rng.uniform(0, 2.5 * length))  # the moment of the kill, not a wait for anything
        process.kill()  # SIGKILL; nothing when it has ended by itself
        process.join()
        if place.present(staged=True):
            found["unfinished"] += 1
        else:
            found["done" if place.holder().read() != key else "nothing begun"] += 1
        _assert_whole(data, place, envelope_id)
        _assert_one_key(data)
    assert found["unfinished"], f"seed {seed}: no kill fell into a rekey: the test saw nothing"
    thorough.figure(f"rekey killed {KILLS} times: {found}, 0 stores lost")


def _rekey_in_a_process(data: Path, told: multiprocessing.connection.Connection) -> None:
    told.send("begun")
    place = KeyPlace(data / "keys")
    rekey(data, place, place)


def test_a_disk_that_fills_up_leaves_the_old_key_in_force(
    tmp_path: Path, place: KeyPlace, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.holder().read()

    def full(*_: object) -> None:
        raise StoreFailed("kiosk.db: database or disk is full; free space")

    with monkeypatch.context() as patch:
        patch.setattr(sqlcipher, "copy", full)
        with pytest.raises(StoreFailed, match="free space"):
            rekey(tmp_path, place, place)
    _assert_one_key(tmp_path)
    assert place.holder().read() == before
    _assert_whole(tmp_path, place, sealed)


def test_a_start_without_room_to_finish_opens_with_the_old_key(
    tmp_path: Path, place: KeyPlace, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(step: str) -> None:
        raise _Stopped

    before = place.holder().read()
    with pytest.raises(_Stopped):
        rekey(tmp_path, place, place, stop)  # right after the new key was staged
    with monkeypatch.context() as patch:
        patch.setattr(sqlcipher, "copy", lambda *_: (_ for _ in ()).throw(StoreFailed("disk is full")))
        assert unlock(tmp_path, place) == before
    _assert_whole(tmp_path, place, sealed)
    _assert_one_key(tmp_path)


def test_the_copy_before_a_migration_is_rekeyed_too(tmp_path: Path, place: KeyPlace, sealed: str) -> None:
    kept = tmp_path / "kiosk.db.v1"
    shutil.copy(tmp_path / "kiosk.db", kept)
    rekey(tmp_path, place, place)
    assert sqlcipher.opens(kept, place.holder().read())


def test_nothing_is_rekeyed_while_the_store_is_open(tmp_path: Path, place: KeyPlace) -> None:
    store = Store.open(tmp_path / "kiosk.db", unlock(tmp_path, place))
    with pytest.raises(StoreInUse):
        rekey(tmp_path, place, place)
    store.close()
    _assert_one_key(tmp_path)


def test_a_missing_key_never_makes_a_new_one_beside_a_full_store(tmp_path: Path, place: KeyPlace, sealed: str) -> None:
    place.holder().path.unlink()
    with pytest.raises(KeyUnusable, match="restore"):
        unlock(tmp_path, place)
    assert not list(place.folder.iterdir())


def test_a_key_that_does_not_fit_changes_nothing(tmp_path: Path, place: KeyPlace, sealed: str) -> None:
    place.holder().path.unlink()
    place.holder().keep(bytes(32))
    with pytest.raises(WrongKey, match="nothing was changed"):
        rekey(tmp_path, place, place)
    assert place.holder().read() == bytes(32)
    _assert_one_key(tmp_path)


def test_settings_of_another_kind_say_what_to_do(tmp_path: Path, place: KeyPlace, sealed: str) -> None:
    with pytest.raises(KeyUnusable, match=r"store_key.*rekey --to tpm"):
        unlock(tmp_path, place.of_kind("tpm"))


@needs_tpm
def test_a_file_key_moves_into_the_tpm_and_back(tmp_path: Path, tcti: str) -> None:
    place = KeyPlace(tmp_path / "keys", "file", tcti)
    envelope_id = _seal_one(tmp_path, place)
    ways: tuple[tuple[KeyKind, KeyKind, str], ...] = (("file", "tpm", "store.tpm"), ("tpm", "file", "store.key"))
    for old, new, name in ways:
        rekey(tmp_path, place.of_kind(old), place.of_kind(new))
        assert [file.name for file in place.folder.iterdir()] == [name]
        _assert_whole(tmp_path, place.of_kind(new), envelope_id)


@needs_tpm
def test_a_move_into_the_tpm_stopped_after_any_step_is_finished(tmp_path: Path, tcti: str) -> None:
    for number in range(7):
        data = tmp_path / str(number)
        place = KeyPlace(data / "keys", "file", tcti)
        envelope_id = _seal_one(data, place)
        left = iter(range(number, -1, -1))

        def stop(step: str, left: Iterator[int] = left) -> None:
            if next(left) == 0:
                raise _Stopped

        with pytest.raises(_Stopped):
            rekey(data, place, place.of_kind("tpm"), stop)
        _assert_whole(data, place.of_kind("tpm"), envelope_id)
        assert [file.name for file in place.folder.iterdir()] == ["store.tpm"]


@needs_tpm
def test_a_tpm_that_is_gone_leaves_a_file_key_in_force(tmp_path: Path, place: KeyPlace, sealed: str) -> None:
    with pytest.raises((KeyUnusable, StoreError), match="no TPM"):
        rekey(tmp_path, place, KeyPlace(place.folder, "tpm", f"swtpm:path={tmp_path / 'nobody'}"))
    _assert_whole(tmp_path, place, sealed)
    _assert_one_key(tmp_path)
