from __future__ import annotations

import errno
import io
import os
import random
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offline_cache.blobs import HEADER_BYTES, PIECE_BYTES, TAG_BYTES, Blobs, MaterialUnreadable, _read_at
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.sqlcipher import StoreFailed
from offline_cache.store import Store
from offline_cache.subject_keys import Erased, Keyring
from tests.offline_cache.samples import HOLDER, STORE_KEY, acknowledgement, application
from wire.canonical import bytes_sha256

OTHER = "510107199001010029"
PAGE = random.Random(3).randbytes(3 * PIECE_BYTES + 1000)
SIZES = [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, len(PAGE)]


@pytest.fixture
def keyring(tmp_path: Path) -> Iterator[Keyring]:
    keyring = Keyring.open(tmp_path / "subjects.db", STORE_KEY)
    yield keyring
    keyring.close()


@pytest.fixture
def blobs(tmp_path: Path, keyring: Keyring) -> Blobs:
    return Blobs(tmp_path / "materials", keyring)


@pytest.fixture
def person(keyring: Keyring) -> str:
    return keyring.key_for(HOLDER).handle


def _file(blobs: Blobs) -> Path:
    (path,) = blobs.folder.glob("*/*")
    return path


@pytest.mark.parametrize("size", SIZES)
def test_what_is_written_is_read(blobs: Blobs, person: str, size: int) -> None:
    data = PAGE[:size]
    name = blobs.write(person, bytes_sha256(data), data)
    with blobs.open(person, bytes_sha256(data), name) as content:
        assert content.read() == data
    assert stat.S_IMODE(_file(blobs).stat().st_mode) == 0o600
    assert stat.S_IMODE(_file(blobs).parent.stat().st_mode) == 0o700


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, len(PAGE) + 10), st.integers(0, 2 * PIECE_BYTES)), max_size=6))
def test_any_part_can_be_read_in_any_order(blobs: Blobs, person: str, moves: list[tuple[int, int]]) -> None:
    digest = bytes_sha256(PAGE)
    model = io.BytesIO(PAGE)
    with blobs.open(person, digest, blobs.write(person, digest, PAGE)) as content:
        for position, count in moves:
            assert content.seek(position) == model.seek(position)
            assert content.read(count) == model.read(count)
            assert content.tell() == model.tell()
        assert content.seek(0, io.SEEK_END) == len(PAGE)


def test_the_same_page_of_a_person_lies_there_once_and_another_persons_apart(
    blobs: Blobs, person: str, keyring: Keyring
) -> None:
    digest = bytes_sha256(PAGE)
    other = keyring.key_for(OTHER).handle
    names = {blobs.write(person, digest, PAGE), blobs.write(person, digest, PAGE), blobs.write(other, digest, PAGE)}
    assert len(names) == len(list(blobs.folder.glob("*/*"))) == 2
    assert not any(digest in name for name in names)


def test_the_same_page_is_never_encrypted_the_same_twice(blobs: Blobs, person: str) -> None:
    digest = bytes_sha256(PAGE)
    blobs.write(person, digest, PAGE)
    first = _file(blobs).read_bytes()
    blobs.write(person, digest, PAGE)
    second = _file(blobs).read_bytes()
    assert first != second
    assert not {first[i : i + 16] for i in range(0, len(first) - 16, 16)} & {
        second[i : i + 16] for i in range(4, len(second) - 16, 16)
    }


def _cut(data: bytes, size: int) -> bytes:
    return data[:size]


PIECE_ON_DISK = PIECE_BYTES + TAG_BYTES
DAMAGE = {
    "a byte of the magic": lambda d: b"X" + d[1:],
    "a byte of the salt": lambda d: d[:9] + bytes([d[9] ^ 1]) + d[10:],
    "a byte of the first piece": lambda d: d[:100] + bytes([d[100] ^ 1]) + d[101:],
    "the last byte": lambda d: d[:-1] + bytes([d[-1] ^ 1]),
    "the last piece cut off": lambda d: _cut(d, HEADER_BYTES + 3 * PIECE_ON_DISK),
    "cut in the middle": lambda d: _cut(d, len(d) // 2),
    "only the header": lambda d: _cut(d, HEADER_BYTES),
    "nothing": lambda d: b"",
    "something appended": lambda d: d + b"x",
    "two pieces swapped": lambda d: (
        d[:HEADER_BYTES]
        + d[HEADER_BYTES + PIECE_ON_DISK : HEADER_BYTES + 2 * PIECE_ON_DISK]
        + d[HEADER_BYTES : HEADER_BYTES + PIECE_ON_DISK]
        + d[HEADER_BYTES + 2 * PIECE_ON_DISK :]
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_seen_before_the_end_is_reached(blobs: Blobs, person: str, what: str) -> None:
    digest = bytes_sha256(PAGE)
    name = blobs.write(person, digest, PAGE)
    path = _file(blobs)
    path.write_bytes(DAMAGE[what](path.read_bytes()))
    with pytest.raises(MaterialUnreadable), blobs.open(person, digest, name) as content:
        content.read()


def test_a_lost_file_is_a_named_error(blobs: Blobs, person: str) -> None:
    name = blobs.write(person, bytes_sha256(PAGE), PAGE)
    _file(blobs).unlink()
    with pytest.raises(MaterialUnreadable):
        blobs.open(person, bytes_sha256(PAGE), name)


def test_another_persons_or_another_pages_file_does_not_open(blobs: Blobs, person: str, keyring: Keyring) -> None:
    digest = bytes_sha256(PAGE)
    name = blobs.write(person, digest, PAGE)
    for handle, claimed in ((keyring.key_for(OTHER).handle, digest), (person, "0" * 64)):
        with pytest.raises(MaterialUnreadable), blobs.open(handle, claimed, name) as content:
            content.read()


def test_after_erasure_a_page_is_unreadable(blobs: Blobs, person: str, keyring: Keyring) -> None:
    name = blobs.write(person, bytes_sha256(PAGE), PAGE)
    keyring.erase(person)
    with pytest.raises(Erased):
        blobs.open(person, bytes_sha256(PAGE), name)


@pytest.mark.parametrize("call", ["os.fsync", "os.replace", "os.open"])
def test_a_full_disk_is_a_named_error_and_leaves_nothing(
    blobs: Blobs, person: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch, pytest.raises(StoreFailed, match="No space"):
        patch.setattr(call, full)
        blobs.write(person, bytes_sha256(PAGE), PAGE)
    assert [path for path in blobs.folder.glob("*/*") if path.is_file()] == []
    blobs.write(person, bytes_sha256(PAGE), PAGE)


def test_a_large_page_is_read_in_little_memory(blobs: Blobs, person: str) -> None:
    data = random.Random(5).randbytes(8 * 1024 * 1024)
    digest = bytes_sha256(data)
    name = blobs.write(person, digest, data)
    tracemalloc.start()
    with blobs.open(person, digest, name) as content:
        size = sum(len(part) for part in iter(lambda: content.read(PIECE_BYTES), b""))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == len(data)
    assert peak < 8 * PIECE_BYTES


def test_orphans_of_a_killed_seal_are_swept_at_the_next_start(store: Store, path: Path) -> None:
    outbox = Outbox(store)
    envelope, page = application(b"page")
    outbox.seal(envelope, page)
    orphan = store.blobs.write(store.subjects.key_for(HOLDER).handle, bytes_sha256(PAGE), PAGE)
    half = next(store.blobs.folder.glob(f"*/{orphan}.blob")).with_name(f"{orphan}.blob.00112233.new")
    half.write_bytes(b"half")
    store.close()
    again = Store.open(path, STORE_KEY)
    assert len(list(again.blobs.folder.glob("*/*"))) == 1
    (kept,) = Outbox(again).unsent_materials(envelope.sealed.id)
    assert kept.data == b"page"
    again.close()


def test_a_seal_whose_page_cannot_be_written_seals_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise StoreFailed("materials: No space left on device")

    envelope, pages = application(b"page")
    with monkeypatch.context() as patch, pytest.raises(StoreFailed):
        patch.setattr(store.blobs, "write", full)
        Outbox(store).seal(envelope, pages)
    assert sum(Outbox(store).counts().values()) == 0
    Outbox(store).seal(envelope, pages)


def test_an_undone_acceptance_keeps_the_pages(store: Store) -> None:
    outbox = Outbox(store)
    envelope, pages = application(b"page")
    outbox.seal(envelope, pages)
    with pytest.raises(RuntimeError), store.transaction():
        outbox.accept(envelope.sealed.id, acknowledgement(envelope))
        raise RuntimeError("killed here")
    (kept,) = outbox.unsent_materials(envelope.sealed.id)
    assert kept.data == b"page"


def test_a_page_handed_in_twice_goes_with_the_last_envelope_that_names_it(store: Store) -> None:
    outbox = Outbox(store)
    first, pages = application(b"page")
    second, _ = application(b"page")
    outbox.seal(first, pages)
    outbox.seal(second, pages)
    outbox.accept(first.sealed.id, acknowledgement(first))
    assert outbox.unsent_materials(second.sealed.id)[0].data == b"page"
    outbox.accept(second.sealed.id, acknowledgement(second))
    assert list(store.blobs.folder.glob("*/*")) == []


def test_a_payload_that_cannot_be_opened_does_not_stand_in_the_way(store: Store) -> None:
    outbox = Outbox(store)
    (lost, _), (good, _) = application(), application()
    outbox.seal(lost)
    outbox.seal(good)
    with store.transaction() as database:  # a disk that turned a bit, below SQLCipher's own check
        database.execute("DROP TRIGGER outbox_payload_is_frozen")
        database.execute("UPDATE outbox SET payload = zeroblob(100) WHERE id = ?", (lost.sealed.id,))
    lease = outbox.lease_next(0.0)
    assert lease and lease.envelope == good
    (dead,) = outbox.dead_letters()
    assert (dead.id, dead.problem.type) == (lost.sealed.id, "urn:kiosk:payload-unreadable")
    assert outbox.counts()[OutboxState.REJECTED] == 1


class _Disk(io.BytesIO):
    """A file whose first reads fail."""

    def __init__(self, failures: int) -> None:
        super().__init__(b"content")
        self.failures = failures

    def read(self, size: int | None = -1, /) -> bytes:
        if self.failures:
            self.failures -= 1
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(size)


def test_a_hiccup_of_the_disk_is_no_loss_and_a_dead_place_is() -> None:
    assert _read_at(_Disk(failures=1), 3, 2) == b"te"  # type: ignore[arg-type]
    with pytest.raises(OSError, match="Input/output"):
        _read_at(_Disk(failures=2), 3, 2)  # type: ignore[arg-type]
