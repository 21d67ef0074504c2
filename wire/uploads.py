"""Large materials on their way: the address of an upload, and the limits that both ends keep to."""

from __future__ import annotations

import hashlib
import re

from wire.messages import SHA256_PATTERN

UPLOADS_PATH = "/v1/uploads"
TUS_VERSION = "1.0.0"
LARGE_MATERIAL_BYTES = 1024 * 1024  # above this a material goes in pieces (tus); up to it, in one PUT
LARGEST_MATERIAL_BYTES = 24 * 1024 * 1024  # a scanned contract of 20 pages is about 18 MB
LARGEST_PIECE_BYTES = 1024 * 1024  # a piece is in memory at both ends while its signature is made and checked
CHUNK_CONTENT_TYPE = "application/offset+octet-stream"

_DEVICE_DIGITS = 16  # 64 bits: devices are enrolled by people, nobody searches for collisions among them


def upload_id(device_id: str, sha256: str) -> str:
    """The name of the upload of this content by this device.

    Both ends derive it, so a kiosk that was killed resumes without having remembered anything, one device cannot touch
    another's upload, and the office knows which hash the whole must have. Raises ValueError for what is no SHA-256.
    """
    if not re.fullmatch(SHA256_PATTERN, sha256):
        raise ValueError("a SHA-256 is 64 lower-case hexadecimal digits")
    return f"{device_part(device_id)}-{sha256}"


def device_part(device_id: str) -> str:
    """What the names of all uploads of this device begin with."""
    return hashlib.sha256(device_id.encode()).hexdigest()[:_DEVICE_DIGITS]


def content_of(upload: str, device_id: str) -> str | None:
    """The SHA-256 that this upload must have in the end, or None if it is no upload of this device."""
    owner, _, sha256 = upload.partition("-")
    return sha256 if owner == device_part(device_id) and re.fullmatch(SHA256_PATTERN, sha256) else None
