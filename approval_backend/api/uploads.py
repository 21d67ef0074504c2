"""Materials above 1 MB, in pieces, resumed after any break: tus 1.0 below /v1/uploads (tuspyserver).

Around tuspyserver stands what it leaves out: every piece is signed by the device and checked before a byte is kept,
an upload belongs to one device, nothing is larger than promised, and in the end the hash decides.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.requests import ClientDisconnect
from tuspyserver import create_tus_router

from approval_backend.api.signed import signing_device
from approval_backend.intake.materials import MEDIA_TYPES, keep_material
from approval_backend.intake.refusal import Refusal
from approval_backend.intake.tus import KEPT_DAYS, Parts
from approval_backend.store.engine import Store
from wire.uploads import (
    LARGEST_MATERIAL_BYTES,
    LARGEST_PIECE_BYTES,
    TUS_VERSION,
    UPLOADS_PATH,
    content_of,
    device_part,
    upload_id,
)

MOST_UPLOADS_OF_A_DEVICE = 32  # times 24 MB: what one kiosk gone wrong can fill is under 1 GB
SHA256_METADATA, TYPE_METADATA = "filename", "filetype"  # the keys that tuspyserver insists on

_Metadata = dict[str, str]


def upload_routes(store: Store, parts: Parts) -> APIRouter:
    """The tus routes, behind the device's signature."""

    async def signed(request: Request) -> None:
        """Runs before anything of tuspyserver does. Raises Refusal."""
        # Read in whole through Request.body, which keeps it for tuspyserver: nothing of a cut or forged piece is kept.
        length = request.headers.get("content-length", "0" if request.method in ("HEAD", "OPTIONS", "DELETE") else "")
        if not length.isdigit():
            raise Refusal(411, "length-required", "A piece says how long it is")
        if int(length) > LARGEST_PIECE_BYTES:
            raise Refusal(413, "too-large", f"A piece is at most {LARGEST_PIECE_BYTES} bytes")
        try:
            body = await request.body()
        except ClientDisconnect as error:
            raise Refusal(408, "cut-off", "The connection ended before the piece did", "Ask for the offset.") from error
        device_id = await run_in_threadpool(signing_device, store, request, body)
        request.state.device_id = device_id
        if request.method == "POST":
            _creation_only(request, body)
        elif (upload := request.path_params.get("uuid")) is not None:
            request.state.sha256 = content_of(str(upload), device_id)
            if request.state.sha256 is None:  # also another device's: what exists elsewhere is nobody's business
                raise Refusal(404, "upload-unknown", "No such upload of this device")
            if request.method == "PATCH" and request.query_params.get("offset") != request.headers.get("upload-offset"):
                raise Refusal(400, "offset-unsigned", "The offset stands in the signed address, and the same in both")

    # The hooks are Any: tuspyserver annotates them as synchronous and awaits what they return.
    def before_creation(request: Request) -> Any:
        async def check(metadata: _Metadata, upload: dict[str, Any]) -> None:
            size = upload["size"]
            if size is None or not 0 < size <= LARGEST_MATERIAL_BYTES:
                raise Refusal(413, "too-large", f"Taken are 1 to {LARGEST_MATERIAL_BYTES} bytes, told beforehand")
            if metadata.get(TYPE_METADATA) not in MEDIA_TYPES:
                raise Refusal(415, "media-type", "This type of material is not taken")
            name = _name(request, metadata)
            await parts.delete(name)  # who begins anew means it: the pieces that are here turned out wrong
            await run_in_threadpool(parts.make_room, device_part(request.state.device_id), MOST_UPLOADS_OF_A_DEVICE)

        return check

    def place(request: Request) -> Any:
        return lambda metadata: {"uid": _name(request, metadata)} if metadata else {}

    def when_whole(request: Request) -> Any:
        async def keep(name: str, metadata: _Metadata) -> None:
            content = await parts.read(name)
            if content is None:
                raise Refusal(404, "upload-unknown", "No such upload of this device")
            try:
                await run_in_threadpool(
                    keep_material,
                    store,
                    request.state.sha256,
                    metadata.get(TYPE_METADATA, ""),
                    content,
                    request.state.device_id,
                )
            except Refusal:
                await parts.delete(name)
                raise
            await parts.delete(name)  # after the commit: a kill in between leaves a whole upload, completed again

        return keep

    router = APIRouter(dependencies=[Depends(signed)])

    @router.options(UPLOADS_PATH, status_code=204)
    def abilities() -> Response:
        """What is taken here: tuspyserver would also promise what ``_creation_only`` refuses."""
        return Response(
            status_code=204,
            headers={
                "Tus-Resumable": TUS_VERSION,
                "Tus-Version": TUS_VERSION,
                "Tus-Extension": "creation,expiration,termination",
                "Tus-Max-Size": str(LARGEST_MATERIAL_BYTES),
            },
        )

    router.include_router(
        create_tus_router(
            prefix=UPLOADS_PATH,
            max_size=LARGEST_MATERIAL_BYTES,
            days_to_keep=KEPT_DAYS,
            upload_complete_dep=when_whole,
            pre_create_dep=before_creation,
            file_dep=place,
            storage=parts,
        )
    )
    return router


def _name(request: Request, metadata: _Metadata) -> str:
    try:
        return upload_id(request.state.device_id, metadata.get(SHA256_METADATA, ""))
    except ValueError as error:
        raise Refusal(422, "hash-missing", f"The metadata {SHA256_METADATA!r} is the SHA-256 of the whole") from error


def _creation_only(request: Request, body: bytes) -> None:
    """tuspyserver takes pieces with the creation past every limit and joins uploads past their owners; we do not."""
    if body:
        raise Refusal(400, "creation-with-upload", "A creation carries no piece")
    if "upload-concat" in request.headers or "upload-defer-length" in request.headers:
        raise Refusal(400, "extension", "Neither concatenation nor deferred length is taken")
