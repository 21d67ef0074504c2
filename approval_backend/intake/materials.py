"""Captured pages, kept under the name of their content."""

from __future__ import annotations

import re

from sqlalchemy import select

from approval_backend.intake.refusal import Refusal
from approval_backend.store.engine import Store, utc_now
from approval_backend.store.tables import Material
from wire.canonical import bytes_sha256
from wire.messages import SHA256_PATTERN

LARGEST_MATERIAL_BYTES = 4 * 1024 * 1024  # in one request; kiosks send what is above 1 MB in pieces (intake/tus.py)
MEDIA_TYPES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}


def keep_material(store: Store, sha256: str, media_type: str, content: bytes, device_id: str) -> None:
    """On the disk when this returns; sending it again changes nothing. Raises Refusal 422 or 415."""
    if not re.fullmatch(SHA256_PATTERN, sha256) or bytes_sha256(content) != sha256:
        raise Refusal(422, "hash-mismatch", "The content does not have the hash in its name", "Send it again.")
    opening = MEDIA_TYPES.get(media_type)
    if opening is None:
        raise Refusal(415, "media-type", "This type of material is not taken", f"Taken are {', '.join(MEDIA_TYPES)}.")
    if not content.startswith(opening):
        raise Refusal(422, "content-mismatch", f"The content is not {media_type}")
    with store.write() as session:
        if session.get(Material, sha256) is None:
            session.add(
                Material(
                    sha256=sha256, media_type=media_type, device_id=device_id, received_at=utc_now(), content=content
                )
            )


def material_of(store: Store, sha256: str, device_id: str) -> bool:
    """Whether this device's material is here. Of another device's, nothing is said."""
    with store.read() as session:
        owner = session.scalar(select(Material.device_id).where(Material.sha256 == sha256))
    return owner == device_id
