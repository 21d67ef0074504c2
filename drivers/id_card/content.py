"""The content of a read answer, whatever reader carried it: text, photo and fingerprint part, by their lengths."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from drivers.device import Fault
from drivers.id_card.fingerprint import FINGER_BYTES, FINGERS_MOST
from drivers.id_card.layouts import TEXT_BYTES
from drivers.id_card.photo import PHOTO_BYTES

FINGERPRINT_LENGTHS = tuple(count * FINGER_BYTES for count in range(FINGERS_MOST + 1))
SAM_ID = struct.Struct("<HHIII")


@dataclass(frozen=True)
class Content:
    """The three parts as bytes; ``fingerprint`` is empty when it was not asked for or the card has none."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprint: bytes = field(default=b"", repr=False)


def split(data: bytes, with_fingerprint: bool) -> Content:
    """By the two (or three) big-endian lengths at the start, never by the total.

    Fault ``id_card.content_invalid`` when a length is none that a card can have, or they do not add up.
    """
    head = 6 if with_fingerprint else 4
    if len(data) < head:
        raise Fault("id_card.content_invalid", f"{len(data)} bytes of content")
    lengths = [int.from_bytes(data[at : at + 2], "big") for at in range(0, head, 2)]
    known = lengths[:2] == [TEXT_BYTES, PHOTO_BYTES] and (not with_fingerprint or lengths[2] in FINGERPRINT_LENGTHS)
    if not known or len(data) != head + sum(lengths):
        raise Fault("id_card.content_invalid", f"lengths {lengths}, in all {len(data)} bytes")
    photo_at = head + lengths[0]
    fingerprint_at = photo_at + lengths[1]
    return Content(data[head:photo_at], data[photo_at:fingerprint_at], data[fingerprint_at:])


def join(content: Content, with_fingerprint: bool) -> bytes:
    """The other way round, for simulators."""
    parts = [content.text, content.photo] + ([content.fingerprint] if with_fingerprint else [])
    return b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)


def sam_id(data: bytes) -> str:
    """The 16 bytes of a security module's number as people write it. Fault ``id_card.content_invalid``."""
    if len(data) != SAM_ID.size:
        raise Fault("id_card.content_invalid", f"module number of {len(data)} bytes")
    return "{:02d}.{:02d}-{:08d}-{:010d}-{:010d}".format(*SAM_ID.unpack(data))


def encode_sam_id(*numbers: int) -> bytes:
    """For simulators: the five numbers of a module."""
    return SAM_ID.pack(*numbers)
