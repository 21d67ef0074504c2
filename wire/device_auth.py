"""Which device asks? Signed request headers for calls that carry no envelope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from wire.canonical import bytes_sha256
from wire.signing import BadSignature, SigningKey, VerifyKey

DEVICE_HEADER = "X-Kiosk-Device"
TIME_HEADER = "X-Kiosk-Time"
SIGNATURE_HEADER = "X-Kiosk-Signature"


def _signed_text(method: str, path: str, body: bytes, device_id: str, at: str) -> bytes:
    return "\n".join([method.upper(), path, bytes_sha256(body), device_id, at]).encode()


def sign_request(method: str, path: str, body: bytes, device_id: str, key: SigningKey) -> dict[str, str]:
    """Headers that prove the device. ``path`` is what stands after the host, with the query."""
    at = datetime.now(UTC).isoformat()
    signature = key.sign(_signed_text(method, path, body, device_id, at))
    return {DEVICE_HEADER: device_id, TIME_HEADER: at, SIGNATURE_HEADER: signature}


def verify_request(method: str, path: str, body: bytes, headers: Mapping[str, str], key: VerifyKey) -> None:
    """Raises BadSignature. The time is signed but not judged here: a kiosk's clock may be wrong for weeks."""
    try:
        device_id, at, signature = (headers[name] for name in (DEVICE_HEADER, TIME_HEADER, SIGNATURE_HEADER))
    except KeyError as missing:
        raise BadSignature(f"the header {missing.args[0]} is missing") from missing
    key.verify(_signed_text(method, path, body, device_id, at), signature)
