"""Large materials reach a real office whole, whatever breaks on the way."""

from __future__ import annotations

import io
import multiprocessing
import os
import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

import pytest

from offline_cache.delivery import deliver, settle
from offline_cache.office_client import ItemFault, OfficeClient, ServerFault
from offline_cache.outbox import Lease, Outbox
from offline_cache.store import Store
from offline_cache.uploads import UploadPaused, upload_material
from tests.approval_backend.conftest import enrolled_office
from tests.approval_backend.office_process import DEVICE, OfficeProcess
from tests.approval_backend.pages import application
from tests.offline_cache.cutting_relay import CuttingRelay
from wire.canonical import bytes_sha256
from wire.envelopes import seal
from wire.messages import Acknowledgement, Problem
from wire.signing import SigningKey
from wire.uploads import upload_id

MB = 1024 * 1024
LATER_CATALOGUE = "later"  # not the office's own: a person decides, and no page is read for it
WAIT_S = 30.0  # for another process, on a machine with other things to do


@dataclass
class Page:
    """A material as the outbox hands it out."""

    data: bytes = field(repr=False)
    sha256: str
    media_type: str = "image/jpeg"

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def open(self) -> AbstractContextManager[BinaryIO]:
        return io.BytesIO(self.data)


def page(size: int, seed: int | None = None) -> Page:
    data = b"\xff\xd8\xff" + random.Random(seed if seed is not None else time.time_ns()).randbytes(size - 3)
    return Page(data, bytes_sha256(data))


@dataclass
class Bench:
    office: OfficeProcess
    key: SigningKey

    def client(self, address: str | None = None, read_s: float = 10.0) -> OfficeClient:
        return OfficeClient(address or self.office.address, DEVICE, self.key, read_s=read_s)

    @property
    def folder(self) -> Path:
        return self.office.data / "uploads"

    def part(self, material: Page) -> Path:
        return self.folder / f"{upload_id(DEVICE, material.sha256)}.part"

    def kept(self, material: Page) -> bytes | None:
        with closing(sqlite3.connect(f"file:{self.office.data / 'office.db'}?mode=ro", uri=True)) as database:
            row = database.execute("SELECT content FROM materials WHERE sha256 = ?", (material.sha256,)).fetchone()
        return row[0] if row else None

    def arrived_whole(self, material: Page) -> bool:
        return self.kept(material) == material.data and not self.part(material).exists()

    def size(self, material: Page) -> int:
        try:
            return self.part(material).stat().st_size
        except FileNotFoundError:
            return 0


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    office, key = enrolled_office(tmp_path_factory.mktemp("office"))
    office.start()
    yield Bench(office, key)
    office.stop()


def until(fact: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not fact():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.002)  # a look at another process's file, which tells nobody that it grew


def pause_after(pieces: int) -> Callable[[], bool]:
    """A ``keep_on`` that lets so many pieces pass."""
    left = iter(range(pieces))
    return lambda: next(left, None) is not None


@pytest.mark.parametrize("size", [MB + 1, 5 * MB, 18 * MB])
def test_a_large_material_arrives_whole_and_no_part_stays(bench: Bench, size: int) -> None:
    material = page(size)
    upload_material(bench.client(), material)
    assert bench.arrived_whole(material)
    assert list(bench.folder.iterdir()) == []


def test_uploading_again_sends_no_byte_of_it(bench: Bench) -> None:
    material = page(2 * MB)
    upload_material(bench.client(), material)
    with CuttingRelay(bench.office.port) as relay:
        upload_material(bench.client(relay.address), material)
        assert relay.bytes_up < 2000


def test_a_connection_cut_at_every_64_kb_is_resumed_each_time(bench: Bench) -> None:
    material = page(3 * MB)
    with CuttingRelay(bench.office.port, cut_after=64 * 1024) as relay:
        upload_material(bench.client(relay.address), material)
        assert relay.connections > 3 * MB // (64 * 1024)
        assert relay.bytes_up < 3 * material.size_bytes  # what is lost is the piece under way, not what arrived
    assert bench.arrived_whole(material)


def test_a_line_that_never_lets_a_piece_through_is_given_up(bench: Bench) -> None:
    with CuttingRelay(bench.office.port, cut_after=4096) as relay, pytest.raises(ServerFault):
        upload_material(bench.client(relay.address), page(2 * MB))


def test_a_paused_upload_goes_on_where_it_stood(bench: Bench) -> None:
    material = page(4 * MB)
    with pytest.raises(UploadPaused):
        upload_material(bench.client(), material, pause_after(6))
    there = bench.size(material)
    assert 0 < there < material.size_bytes
    with CuttingRelay(bench.office.port) as relay:
        upload_material(bench.client(relay.address), material)
        assert relay.bytes_up < material.size_bytes - there + 100_000
    assert bench.arrived_whole(material)


def _upload_in_child(address: str, key: SigningKey, material: Page) -> None:
    upload_material(OfficeClient(address, DEVICE, key), material)


def test_a_kiosk_killed_in_mid_upload_resumes_after_its_start(bench: Bench) -> None:
    material = page(18 * MB)
    child = multiprocessing.get_context("fork").Process(
        target=_upload_in_child, args=(bench.office.address, bench.key, material)
    )
    child.start()
    until(lambda: bench.size(material) > 2 * MB, "2 MB at the office")
    assert child.pid is not None
    os.kill(child.pid, 9)
    child.join()
    there = bench.size(material)
    assert there < material.size_bytes, "the kill came too late to mean anything"
    with CuttingRelay(bench.office.port) as relay:
        upload_material(bench.client(relay.address), material)
        assert relay.bytes_up < material.size_bytes - MB
    assert bench.arrived_whole(material)


def test_an_office_killed_in_mid_upload_keeps_what_it_counted(bench: Bench) -> None:
    material = page(18 * MB)
    ended: list[BaseException | None] = []

    def upload() -> None:
        try:
            upload_material(bench.client(), material)
        except ServerFault as fault:
            ended.append(fault)
        else:
            ended.append(None)

    uploading = threading.Thread(target=upload)
    uploading.start()
    until(lambda: bench.size(material) > 2 * MB, "2 MB at the office")
    bench.office.kill()
    there = bench.size(material)
    uploading.join(WAIT_S)
    assert isinstance(ended[0], ServerFault)
    assert 2 * MB < there < material.size_bytes
    bench.office.start()
    with CuttingRelay(bench.office.port) as relay:
        upload_material(bench.client(relay.address), material)
        assert relay.bytes_up < material.size_bytes - there + 200_000
    assert bench.arrived_whole(material)


def test_a_piece_torn_by_a_kill_is_counted_as_far_as_it_is_there(bench: Bench) -> None:
    material = page(3 * MB)
    with pytest.raises(UploadPaused):
        upload_material(bench.client(), material, pause_after(2))
    there = bench.size(material)
    with bench.part(material).open("ab") as part:  # as a kill leaves it: written, and nobody was told
        part.write(material.data[there : there + 12_345])
    upload_material(bench.client(), material)
    assert bench.arrived_whole(material)


def test_an_office_killed_before_its_last_step_takes_it_when_asked_again(bench: Bench) -> None:
    material = page(2 * MB)
    with pytest.raises(UploadPaused):
        upload_material(bench.client(), material, pause_after(1))
    bench.part(material).write_bytes(material.data)
    upload_material(bench.client(), material)
    assert bench.arrived_whole(material)


@pytest.mark.parametrize("expired", [True, False])
def test_an_upload_that_expired_or_is_gone_begins_anew(bench: Bench, expired: bool) -> None:
    material = page(2 * MB)
    with pytest.raises(UploadPaused):
        upload_material(bench.client(), material, pause_after(2))
    described = bench.part(material).with_suffix(".json")
    if expired:
        said = described.read_text()
        past = "Thu, 01 Jan 2026 00:00:00 GMT"
        described.write_text(said.replace(said.split('"expires": "')[1].split('"')[0], past))
    else:
        bench.part(material).unlink()
        described.unlink()
    upload_material(bench.client(), material)
    assert bench.arrived_whole(material)


def test_an_office_that_stands_elsewhere_is_asked_for_its_place(bench: Bench) -> None:
    material = page(2 * MB)
    calls = iter(range(100))

    def truncate_once() -> bool:
        if next(calls) == 2:
            os.truncate(bench.part(material), bench.size(material) - 1000)
        return True

    upload_material(bench.client(), material, truncate_once)
    assert bench.arrived_whole(material)


def test_what_arrived_changed_is_sent_once_more(bench: Bench) -> None:
    material = page(2 * MB)
    calls = iter(range(100))

    def damage_once() -> bool:
        if next(calls) == 3:
            with bench.part(material).open("r+b") as part:
                part.seek(1000)
                part.write(b"\x00\x00\x00\x00")
        return True

    upload_material(bench.client(), material, damage_once)
    assert bench.arrived_whole(material)


def test_content_that_is_not_its_hash_is_refused_by_name_after_two_uploads(bench: Bench) -> None:
    real, other = page(2 * MB), page(2 * MB)
    wrong = Page(other.data, real.sha256)
    with CuttingRelay(bench.office.port) as relay:
        with pytest.raises(ItemFault, match="hash-mismatch"):
            upload_material(bench.client(relay.address), wrong)
        assert 2 * wrong.size_bytes < relay.bytes_up < 3 * wrong.size_bytes
    assert bench.kept(wrong) is None
    assert not bench.part(wrong).exists()


def test_a_type_that_the_office_does_not_take_is_an_items_fault(bench: Bench) -> None:
    material = page(2 * MB)
    material.media_type = "video/mp4"
    with pytest.raises(ItemFault, match="media-type"):
        upload_material(bench.client(), material)


class _Portal(BaseHTTPRequestHandler):
    def _welcome(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_POST = do_PATCH = _welcome

    def log_message(self, *arguments: object) -> None:
        """Silence."""


def test_a_portal_that_answers_200_to_everything_is_no_upload() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Portal) as portal:
        threading.Thread(target=portal.serve_forever, args=(0.02,), daemon=True).start()
        client = OfficeClient(f"http://127.0.0.1:{portal.server_address[1]}", DEVICE, SigningKey.generate())
        with pytest.raises(ServerFault):
            upload_material(client, page(2 * MB))
        portal.shutdown()


def test_a_large_page_goes_from_the_encrypted_store_to_the_office_and_is_nowhere_in_clear(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    material = page(5 * MB)
    store, outbox, lease = sealed(bench, tmp_path, material)
    answer = deliver(lease, outbox, bench.client())
    assert isinstance(answer, Acknowledgement)
    assert bench.arrived_whole(material)
    canary = material.data[MB : MB + 32]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".blob" for path in written)
    assert [path for path in written if canary in path.read_bytes()] == []
    assert list(scratch.iterdir()) == []
    store.close()


def test_a_page_that_arrives_changed_twice_makes_a_dead_letter(bench: Bench, tmp_path: Path) -> None:
    material = page(2 * MB)
    store, outbox, lease = sealed(bench, tmp_path, material)

    def damage() -> bool:
        if bench.size(material):
            with bench.part(material).open("r+b") as part:
                part.seek(100)
                part.write(b"damage")
        return False

    answer = deliver(lease, outbox, bench.client(), give_way=damage)
    assert isinstance(answer, Problem)
    settle(lease, outbox, answer)
    (letter,) = outbox.dead_letters()
    assert letter.problem.type.endswith("hash-mismatch")
    assert [each.sha256 for each in outbox.unsent_materials(lease.id)] == [material.sha256]
    store.close()


def sealed(bench: Bench, folder: Path, material: Page) -> tuple[Store, Outbox, Lease]:
    """A store with one application that names this page, leased."""
    envelope = seal(application(LATER_CATALOGUE, material.data), DEVICE, bench.key)
    store = Store.open(folder / "kiosk" / "kiosk.db", bytes(range(32)))
    outbox = Outbox(store)
    outbox.seal(envelope, {material.sha256: material.data})
    lease = outbox.lease_next(0.0)
    assert lease is not None
    return store, outbox, lease
