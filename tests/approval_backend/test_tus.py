"""The office's side of large uploads: whose they are, how large they may be, and what becomes of the abandoned."""

from __future__ import annotations

import base64
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from approval_backend.api.uploads import MOST_UPLOADS_OF_A_DEVICE
from approval_backend.intake.devices import enrol
from approval_backend.intake.tus import KEPT_DAYS, ORPHAN_S, Parts
from approval_backend.office import has_office, open_store
from tests.approval_backend.office_process import Kiosk
from wire.canonical import bytes_sha256
from wire.device_auth import sign_request
from wire.signing import SigningKey
from wire.uploads import CHUNK_CONTENT_TYPE, LARGEST_MATERIAL_BYTES, LARGEST_PIECE_BYTES, UPLOADS_PATH, upload_id

TUS = {"Tus-Resumable": "1.0.0"}


def jpeg(size: int = 3000) -> bytes:
    return b"\xff\xd8\xff" + random.randbytes(size - 3)


def created(kiosk: Kiosk, content: bytes, size: int | None = None, **headers: str) -> httpx.Response:
    said = {"filename": bytes_sha256(content), "filetype": "image/jpeg"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
    length = {"Upload-Length": str(len(content) if size is None else size), "Upload-Metadata": metadata}
    return kiosk.signed("POST", UPLOADS_PATH, **TUS, **length, **headers)


def address(kiosk: Kiosk, content: bytes) -> str:
    return f"{UPLOADS_PATH}/{upload_id(kiosk.device_id, bytes_sha256(content))}"


def patched(kiosk: Kiosk, content: bytes, piece: bytes, offset: int = 0) -> httpx.Response:
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": CHUNK_CONTENT_TYPE}
    return kiosk.signed("PATCH", f"{address(kiosk, content)}?offset={offset}", piece, **headers)


def offset(kiosk: Kiosk, content: bytes) -> int | None:
    answer = kiosk.signed("HEAD", address(kiosk, content), **TUS)
    return int(answer.headers["Upload-Offset"]) if answer.status_code == 200 else None


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rsplit(":", 1)[-1]


@pytest.fixture
def stranger(kiosk: Kiosk) -> Kiosk:
    """Another enrolled device."""
    key = SigningKey.generate()
    store = open_store(kiosk.office.data)
    enrol(store, "kiosk-0002", key.public().pem(), replace=True)
    store.close()
    return Kiosk(kiosk.office, key, "kiosk-0002")


def test_pieces_in_order_make_the_material_that_an_application_may_name(kiosk: Kiosk) -> None:
    content = jpeg()
    assert created(kiosk, content).status_code == 201
    assert patched(kiosk, content, content[:1000]).headers["Upload-Offset"] == "1000"
    assert patched(kiosk, content, content[1000:], 1000).status_code == 204
    held = kiosk.signed("HEAD", f"/v1/materials/{bytes_sha256(content)}")
    assert (held.status_code, held.headers["ETag"]) == (200, f'"{bytes_sha256(content)}"')
    assert offset(kiosk, content) is None


def test_an_unsigned_request_is_refused_before_a_byte_is_kept(kiosk: Kiosk) -> None:
    content = jpeg()
    created(kiosk, content)
    bare = {**TUS, "Upload-Offset": "0", "Content-Type": CHUNK_CONTENT_TYPE}
    for method, path in (
        ("POST", UPLOADS_PATH),
        ("PATCH", address(kiosk, content) + "?offset=0"),
        ("HEAD", address(kiosk, content)),
        ("DELETE", address(kiosk, content)),
    ):
        answer = httpx.request(method, kiosk.office.address + path, content=content[:100], headers=bare)
        assert answer.status_code == 401, method
    assert offset(kiosk, content) == 0


def test_a_piece_other_than_the_signed_one_is_not_kept(kiosk: Kiosk) -> None:
    content = jpeg()
    created(kiosk, content)
    path = address(kiosk, content) + "?offset=0"
    headers = sign_request("PATCH", path, content[:100], kiosk.device_id, kiosk.key)
    headers |= {**TUS, "Upload-Offset": "0", "Content-Type": CHUNK_CONTENT_TYPE}
    answer = httpx.patch(kiosk.office.address + path, content=b"x" * 100, headers=headers)
    assert answer.status_code == 401
    assert offset(kiosk, content) == 0


def test_a_signed_piece_is_not_taken_at_another_offset(kiosk: Kiosk) -> None:
    content = jpeg()
    created(kiosk, content)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": CHUNK_CONTENT_TYPE}
    answer = kiosk.signed("PATCH", address(kiosk, content) + "?offset=500", content[500:600], **headers)
    assert (answer.status_code, kind(answer)) == (400, "offset-unsigned")
    assert offset(kiosk, content) == 0


def test_another_device_neither_sees_nor_touches_an_upload(kiosk: Kiosk, stranger: Kiosk) -> None:
    content = jpeg()
    created(kiosk, content)
    path = address(kiosk, content)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": CHUNK_CONTENT_TYPE}
    assert stranger.signed("HEAD", path, **TUS).status_code == 404
    assert stranger.signed("PATCH", path + "?offset=0", content[:10], **headers).status_code == 404
    assert stranger.signed("DELETE", path, **TUS).status_code == 404
    assert offset(kiosk, content) == 0
    assert kiosk.put_material(content).status_code == 201
    assert stranger.signed("HEAD", f"/v1/materials/{bytes_sha256(content)}").status_code == 404


def test_an_offset_that_is_not_the_offices_is_a_conflict(kiosk: Kiosk) -> None:
    content = jpeg()
    created(kiosk, content)
    patched(kiosk, content, content[:1000])
    assert patched(kiosk, content, content[:1000]).status_code == 409
    assert patched(kiosk, content, content[2000:], 2000).status_code == 409
    assert offset(kiosk, content) == 1000


def test_more_than_was_announced_is_not_kept(kiosk: Kiosk) -> None:
    content = jpeg()
    created(kiosk, content)
    assert patched(kiosk, content, content + b"x").status_code == 400
    assert offset(kiosk, content) == 0


@pytest.mark.parametrize("size", [0, -1, LARGEST_MATERIAL_BYTES + 1])
def test_a_size_out_of_bounds_is_refused_at_the_creation(kiosk: Kiosk, size: int) -> None:
    answer = created(kiosk, jpeg(), size)
    assert (answer.status_code, kind(answer)) == (413, "too-large")


def test_a_piece_larger_than_one_megabyte_is_refused(kiosk: Kiosk) -> None:
    content = jpeg(LARGEST_PIECE_BYTES + 10)
    created(kiosk, content)
    answer = patched(kiosk, content, content[: LARGEST_PIECE_BYTES + 1])
    assert (answer.status_code, kind(answer)) == (413, "too-large")
    assert offset(kiosk, content) == 0


@pytest.mark.parametrize(
    ("headers", "body", "refused"),
    [
        ({"Upload-Concat": "partial"}, b"", "extension"),
        ({"Upload-Concat": "final;/v1/uploads/../../office_key.pem"}, b"", "extension"),
        ({"Upload-Defer-Length": "1"}, b"", "extension"),
        ({}, b"first piece", "creation-with-upload"),
        ({"Upload-Metadata": "filename " + base64.b64encode(b"../../office.db").decode()}, b"", "media-type"),
    ],
)
def test_a_creation_is_only_that(kiosk: Kiosk, headers: dict[str, str], body: bytes, refused: str) -> None:
    answer = kiosk.signed("POST", UPLOADS_PATH, body, **{**TUS, "Upload-Length": "100", **headers})
    assert kind(answer) == refused


@pytest.mark.parametrize("name", ["../../office.db", "x" * 32, "..%2F..%2Foffice_key.pem", "%00"])
def test_a_name_that_is_no_upload_of_the_device_is_unknown(kiosk: Kiosk, name: str) -> None:
    assert kiosk.signed("DELETE", f"{UPLOADS_PATH}/{name}", **TUS).status_code in (401, 404)
    assert has_office(kiosk.office.data)


def test_a_metadata_name_that_is_no_hash_is_refused(kiosk: Kiosk) -> None:
    said = {"filename": "../../office.db", "filetype": "image/jpeg"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
    answer = kiosk.signed("POST", UPLOADS_PATH, **{**TUS, "Upload-Length": "100", "Upload-Metadata": metadata})
    assert (answer.status_code, kind(answer)) == (422, "hash-missing")


def test_what_turned_out_wrong_is_dropped_and_named(kiosk: Kiosk) -> None:
    content, other = jpeg(), jpeg()
    created(kiosk, content)
    answer = patched(kiosk, content, other)
    assert (answer.status_code, kind(answer)) == (422, "hash-mismatch")
    assert offset(kiosk, content) is None


def test_one_device_cannot_fill_the_disk_with_beginnings(kiosk: Kiosk) -> None:
    contents = [jpeg(200) for _ in range(MOST_UPLOADS_OF_A_DEVICE + 3)]
    for content in contents:
        assert created(kiosk, content).status_code == 201
    parts = Parts(kiosk.office.data / "uploads")
    own = [name for name in parts.names() if name.startswith(upload_id(kiosk.device_id, "0" * 64)[:16])]
    assert len(own) == MOST_UPLOADS_OF_A_DEVICE
    assert offset(kiosk, contents[-1]) == 0
    assert offset(kiosk, contents[0]) is None


def test_the_office_promises_no_extension_that_it_refuses(kiosk: Kiosk) -> None:
    answer = kiosk.signed("OPTIONS", UPLOADS_PATH)
    assert answer.headers["Tus-Extension"] == "creation,expiration,termination"
    assert answer.headers["Tus-Max-Size"] == str(LARGEST_MATERIAL_BYTES)


def test_a_sweep_removes_the_expired_and_the_orphaned_and_nothing_else(kiosk: Kiosk, tmp_path: Path) -> None:
    content = jpeg()
    created(kiosk, content)
    patched(kiosk, content, content[:1000])
    name = upload_id(kiosk.device_id, bytes_sha256(content))
    source = Parts(kiosk.office.data / "uploads")
    parts = Parts(tmp_path / "uploads")
    for ending in (".part", ".json"):
        written = source.part(name).with_suffix(ending).read_bytes()
        parts.part(name).with_suffix(ending).write_bytes(written)
    orphan, young, torn = parts.part("orphan"), parts.part("young"), parts.part("torn").with_suffix(".new")
    for path in (orphan, young, torn):
        path.write_bytes(b"x")
    long_ago = datetime.now(UTC).timestamp() - 2 * ORPHAN_S
    os.utime(orphan, (long_ago, long_ago))
    os.utime(torn, (long_ago, long_ago))

    parts.sweep(datetime.now(UTC))
    assert {path.name for path in (tmp_path / "uploads").iterdir()} == {f"{name}.part", f"{name}.json", "young.part"}
    parts.sweep(datetime.now(UTC) + timedelta(days=KEPT_DAYS, minutes=30))
    assert not parts.part(name).exists()
    assert not parts.part(name).with_suffix(".json").exists()
