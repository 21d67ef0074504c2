"""Once a person's key is erased nothing of theirs can be read again, not even with the store's key and backups."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offline_cache.blobs import Blobs
from offline_cache.retention import Retention
from offline_cache.sqlcipher import connect_to_read
from offline_cache.store import Store
from offline_cache.subject_keys import Erased, Keyring
from tests.offline_cache.office import Office
from tests.offline_cache.samples import STORE_KEY
from tests.offline_cache.traces import files, pages, traces
from tests.offline_cache.visit import CANARIES, ID_NUMBER, MONTH, PHOTO, STOCK, Visit, visit
from wire.canonical import bytes_sha256

DATABASES = ("kiosk.db", "subjects.db")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def guest(data: Path, office: Office) -> Iterator[Visit]:
    with visit(data, office) as guest:
        guest.hand_in()
        yield guest


def _copy(data: Path, to: Path) -> Path:
    """What a backup, a file system snapshot or a thief took away at this moment, the keyring apart."""
    shutil.copytree(data, to, ignore=shutil.ignore_patterns("subjects.db*", "*.lock"))
    return to


def _in_clear(data: Path) -> list[tuple[str, bytes]]:
    """Everything that the store's key shows: each page and each frame of both files and their logs, freed ones too."""
    return [page for name in DATABASES if (data / name).exists() for page in pages(data / name, STORE_KEY)]


def _end(guest: Visit) -> None:
    """All is done: sent, decided, collected; the report is with the office too."""
    guest.send()
    guest.print_paper()
    guest.settle()


def test_even_with_the_store_key_nothing_is_left_after_erasure(guest: Visit, data: Path) -> None:
    key = guest.store.subjects.key_for(ID_NUMBER).key
    clear = _in_clear(data)
    assert any(key in page for _, page in clear), "the control: before, the key is found"
    assert any(STOCK.encode() in page for _, page in clear), "the control: what is not closed is read"
    _end(guest)
    guest.erase()
    for _ in range(2):  # while it runs, and after it stopped
        clear = _in_clear(data)
        assert len(clear) > 10
        assert not any(key in page for _, page in clear)
        assert not any(key in content for _, content in files(data))
        assert traces(clear, CANARIES) == []
        assert traces(files(data), CANARIES) == []
        guest.store.close()


def test_the_export_with_the_store_key_shows_nobody(guest: Visit, data: Path, tmp_path: Path) -> None:
    _end(guest)
    guest.erase()
    plain = tmp_path / "plain.db"
    connection = connect_to_read(data / "kiosk.db", STORE_KEY)
    connection.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('plain')").fetchall()
    connection.close()
    exported = plain.read_bytes()
    assert exported.startswith(b"SQLite format 3") and guest.application_id.encode() in exported, "the control"
    assert traces([("export", exported)], CANARIES) == []


def test_backups_from_before_cannot_be_read_either(guest: Visit, data: Path, tmp_path: Path) -> None:
    """A copy of database, WAL, pages and audit log from each stage, opened with the store key and today's keyring."""
    handle = guest.store.subjects.key_for(ID_NUMBER).handle
    stages = [_copy(data, tmp_path / "sealed")]
    guest.send()
    stages.append(_copy(data, tmp_path / "decided"))
    taken = [box for stage in stages for box in _boxes(stage)]
    photos = list((stages[0] / "materials").glob("*/*.blob"))
    opened = [guest.store.subjects.unseal(handle, box, place) for place, box in taken]
    assert traces([("box", clear) for clear in opened], CANARIES), "the control: before, they are opened"
    assert _photo(stages[0], guest.store.subjects, handle, photos) == PHOTO, "the control: before, it is opened"
    guest.print_paper()
    guest.settle()
    guest.erase()
    for place, box in taken:
        with pytest.raises(Erased):
            guest.store.subjects.unseal(handle, box, place)
    with pytest.raises(Erased):
        _photo(stages[0], guest.store.subjects, handle, photos)
    for stage in stages:
        assert traces(_in_clear(stage), CANARIES) == []
        assert traces(files(stage), CANARIES) == []


def test_others_keep_what_is_theirs(guest: Visit, data: Path) -> None:
    other = guest.store.subjects.key_for("510107199001010029").handle
    box = guest.store.subjects.seal(other, b"words", "place")
    _end(guest)
    now = datetime.now(UTC)
    retention = Retention(guest.store)
    retention.apply(now)
    guest.store.subjects.note_quiet({other: None})  # theirs was under way until now
    retention.apply(now + MONTH)
    assert guest.store.subjects.unseal(other, box, "place") == b"words"


def test_ids_hashes_and_states_stay(guest: Visit) -> None:
    _end(guest)
    before = guest.store.rows("SELECT id, kind, content_sha256, state FROM outbox")
    guest.erase()
    assert guest.store.rows("SELECT id, kind, content_sha256, state FROM outbox") == before
    assert guest.store.rows("SELECT outcome FROM decisions") == [{"outcome": "granted"}]
    assert guest.store.rows("SELECT order_id, state FROM documents") == [
        {"order_id": guest.order_id, "state": "printed"}
    ]


def test_an_erasure_is_told_to_whoever_keeps_a_copy_of_the_keyring(guest: Visit) -> None:
    told: list[frozenset[str]] = []
    tell: Callable[[], None] = lambda: told.append(guest.store.subjects.erased())  # noqa: E731
    guest.store.subjects.on_erased.append(tell)
    _end(guest)
    handle = guest.store.subjects.key_for(ID_NUMBER).handle
    guest.erase()
    assert told == [frozenset({handle})]


def _boxes(stage: Path) -> list[tuple[str, bytes]]:
    """Place and box of everything that is closed in a copied database."""
    connection = connect_to_read(stage / "kiosk.db", STORE_KEY)
    found: list[tuple[str, bytes]] = []
    for query in (
        "SELECT 'outbox ' || id, payload FROM outbox WHERE subject IS NOT NULL AND payload IS NOT NULL",
        "SELECT 'decision ' || application_id, decision FROM decisions",
        "SELECT 'document ' || order_id, signed FROM documents",
    ):
        found += connection.execute(query).fetchall()
    connection.close()
    assert found
    return found


def _photo(stage: Path, keyring: Keyring, handle: str, photos: list[Path]) -> bytes:
    largest = max(photos, key=lambda path: path.stat().st_size)
    with Blobs(stage / "materials", keyring).open(handle, bytes_sha256(PHOTO), largest.stem) as content:
        return content.read()


def test_the_visit_opens_again_after_erasure(guest: Visit, data: Path) -> None:
    _end(guest)
    guest.erase()
    guest.store.close()
    again = Store.open(data / "kiosk.db", STORE_KEY)
    assert again.subjects.find(ID_NUMBER) is None
    again.close()
