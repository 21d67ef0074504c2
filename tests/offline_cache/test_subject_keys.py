from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offline_cache.sqlcipher import StoreInUse, WrongKey
from offline_cache.subject_keys import Erased, KeyMissing, Keyring, Quiet, Unsealable
from tests.offline_cache.samples import HOLDER, STORE_KEY
from tests.offline_cache.traces import pages

OTHER = "510107199001010029"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def ring_path(tmp_path: Path) -> Path:
    return tmp_path / "subjects.db"


@pytest.fixture
def keyring(ring_path: Path) -> Iterator[Keyring]:
    keyring = Keyring.open(ring_path, STORE_KEY)
    yield keyring
    keyring.close()


def test_a_person_has_one_key_for_ever_and_nobody_else_has_it(keyring: Keyring, ring_path: Path) -> None:
    first = keyring.key_for(HOLDER)
    assert keyring.find(OTHER) is None
    other = keyring.key_for(OTHER)
    assert first.handle != other.handle and first.key != other.key
    keyring.close()
    again = Keyring.open(ring_path, STORE_KEY)
    assert (again.key_for(HOLDER).handle, again.key_for(HOLDER).key) == (first.handle, first.key)
    again.close()


def test_threads_that_meet_a_person_at_once_get_one_key(keyring: Keyring) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(keyring.key_for(HOLDER).handle)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8 and len(set(found)) == 1


def test_what_is_sealed_opens_for_its_person_and_place_only(keyring: Keyring) -> None:
    mine, other = keyring.key_for(HOLDER).handle, keyring.key_for(OTHER).handle
    box = keyring.seal(mine, b"words", "outbox 1")
    assert b"words" not in box
    assert keyring.unseal(mine, box, "outbox 1") == b"words"
    assert keyring.seal(mine, b"words", "outbox 1") != box
    for handle, place in ((other, "outbox 1"), (mine, "outbox 2"), (mine, "decision 1")):
        with pytest.raises(Unsealable):
            keyring.unseal(handle, box, place)


def test_every_changed_byte_and_every_cut_is_seen(keyring: Keyring) -> None:
    mine = keyring.key_for(HOLDER).handle
    box = keyring.seal(mine, b"words", "place")
    for place in range(len(box)):
        with pytest.raises(Unsealable):
            keyring.unseal(mine, box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :], "place")
        with pytest.raises(Unsealable):
            keyring.unseal(mine, box[:place], "place")


def test_an_erased_key_is_gone_and_the_person_is_a_new_one(keyring: Keyring) -> None:
    told: list[int] = []
    keyring.on_erased.append(lambda: told.append(len(keyring.erased())))
    mine, other = keyring.key_for(HOLDER).handle, keyring.key_for(OTHER).handle
    box, kept = keyring.seal(mine, b"words", "place"), keyring.seal(other, b"others", "place")
    assert keyring.erase(mine) == 1
    assert keyring.erase(mine) == 0
    for attempt in (lambda: keyring.unseal(mine, box, "place"), lambda: keyring.seal(mine, b"x", "place")):
        with pytest.raises(Erased):
            attempt()
    assert keyring.find(HOLDER) is None
    assert keyring.key_for(HOLDER).handle != mine
    assert keyring.unseal(other, kept, "place") == b"others"
    assert keyring.erased() == {mine}
    assert told == [1]  # once, and after it was done


def test_erased_and_never_known_are_told_apart(keyring: Keyring) -> None:
    with pytest.raises(KeyMissing):
        keyring.unseal("0" * 32, b"\x01" + bytes(40), "place")


def test_an_erased_key_stands_in_no_page_of_file_or_log_not_even_for_the_store_key(
    keyring: Keyring, ring_path: Path
) -> None:
    people = [keyring.key_for(f"{HOLDER}{number}") for number in range(200)]  # several pages, that split and merge
    gone, stay = people[::2], people[1::2]

    def standing() -> set[str]:
        clear = [page for _, page in pages(ring_path, STORE_KEY)]
        return {person.handle for person in people if any(person.key in page for page in clear)}

    assert standing() == {person.handle for person in people}, "the control: before, they are found"
    keyring.erase(*(person.handle for person in gone))
    assert standing() == {person.handle for person in stay}


def test_a_kill_between_erasure_and_its_log_is_made_good_at_the_next_start(ring_path: Path, tmp_path: Path) -> None:
    keyring = Keyring.open(ring_path, STORE_KEY)
    person = keyring.key_for(HOLDER)
    keyring._erase([person.handle])  # committed, and then the process is gone
    killed = tmp_path / "killed"
    killed.mkdir()
    for name in ("subjects.db", "subjects.db-wal"):
        shutil.copy(tmp_path / name, killed / name)
    keyring.close()
    assert any(person.key in page for _, page in pages(killed / "subjects.db", STORE_KEY)), "the control"
    again = Keyring.open(killed / "subjects.db", STORE_KEY)
    assert not any(person.key in page for _, page in pages(killed / "subjects.db", STORE_KEY))
    again.close()


def test_the_number_itself_is_not_kept(keyring: Keyring, ring_path: Path) -> None:
    keyring.key_for(HOLDER)
    assert not any(HOLDER.encode() in page for _, page in pages(ring_path, STORE_KEY))


def test_nothing_secret_shows_in_a_repr(keyring: Keyring) -> None:
    person = keyring.key_for(HOLDER)
    assert person.key.hex() not in repr(person) and repr(person.key) not in repr(person)
    assert HOLDER not in repr(person)


def test_a_wrong_key_and_a_second_opening_are_refused(keyring: Keyring, ring_path: Path) -> None:
    with pytest.raises(StoreInUse):
        Keyring.open(ring_path, STORE_KEY)
    keyring.close()
    with pytest.raises(WrongKey):
        Keyring.open(ring_path, os.urandom(32))


def test_what_a_look_found_is_kept(keyring: Keyring) -> None:
    mine, other = keyring.key_for(HOLDER).handle, keyring.key_for(OTHER).handle
    keyring.note_quiet({mine: Quiet(NOW, 3)})
    assert keyring.people() == {mine: Quiet(NOW, 3), other: None}
    keyring.note_quiet({mine: None})
    assert keyring.people() == {mine: None, other: None}
