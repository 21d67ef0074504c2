"""Requests signed by a device: who asks, and a body that is never larger than allowed."""

from __future__ import annotations

from fastapi import Request
from starlette.requests import ClientDisconnect

from approval_backend.intake.devices import key_of
from approval_backend.intake.refusal import Refusal
from approval_backend.store.engine import Store
from wire.device_auth import DEVICE_HEADER, verify_request
from wire.signing import BadSignature


async def body_within(request: Request, limit: int) -> bytes:
    """The body, never more than ``limit`` bytes of it in memory. Raises Refusal 413, or 408 for one cut off."""
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > limit:
                raise Refusal(413, "too-large", f"More than {limit} bytes are not taken")
    except ClientDisconnect as error:
        raise Refusal(408, "cut-off", "The connection ended before the body did", "Send it again.") from error
    return bytes(content)


def signing_device(store: Store, request: Request, body: bytes) -> str:
    """The device that signed the request. Raises Refusal 401."""
    device_id = request.headers.get(DEVICE_HEADER, "")
    with store.read() as session:
        key = key_of(session, device_id)
    raw_path = request.scope["raw_path"].decode("ascii")
    query = request.scope["query_string"].decode("ascii")
    try:
        verify_request(request.method, raw_path + (f"?{query}" if query else ""), body, request.headers, key)
    except BadSignature as error:
        raise Refusal(401, "request-signature", "The request's signature does not hold", str(error)) from error
    return device_id
