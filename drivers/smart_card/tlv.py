"""BER-TLV as cards use it: tags of one to three bytes, lengths of up to two."""

from __future__ import annotations

from drivers.device import Fault

TAG_BYTES_MOST = 3


def parse(data: bytes) -> list[tuple[int, bytes]]:
    """The objects in a row, not descended into. Fault ``smart_card.garbled`` for lengths that lie."""
    objects, at = [], 0
    while at < len(data):
        tag, at = _tag(data, at)
        length, at = _length(data, at)
        if at + length > len(data):
            raise Fault("smart_card.garbled", f"TLV: {length} bytes promised, {len(data) - at} there")
        objects.append((tag, data[at : at + length]))
        at += length
    return objects


def find(data: bytes, *path: int) -> bytes:
    """The value at a path of tags, the first of each. Fault ``smart_card.garbled`` naming the tag that is not there."""
    for tag in path:
        value = next((value for found, value in parse(data) if found == tag), None)
        if value is None:
            raise Fault("smart_card.garbled", f"TLV: no {tag:02X}")
        data = value
    return data


def encode(tag: int, value: bytes) -> bytes:
    """One object. ValueError when it is longer than 65,535 bytes."""
    size = len(value)
    if size > 0xFFFF:
        raise ValueError(f"TLV of {size} bytes")
    length = (
        bytes([size]) if size < 0x80 else bytes([0x81, size]) if size < 0x100 else b"\x82" + size.to_bytes(2, "big")
    )
    return tag.to_bytes((tag.bit_length() + 7) // 8 or 1, "big") + length + value


def _tag(data: bytes, at: int) -> tuple[int, int]:
    end = at + 1
    if data[at] & 0x1F == 0x1F:
        while end < len(data) and end - at < TAG_BYTES_MOST and data[end] & 0x80:
            end += 1
        end += 1
        if end > len(data) or end - at > TAG_BYTES_MOST:
            raise Fault("smart_card.garbled", "TLV: a tag without an end")
    return int.from_bytes(data[at:end], "big"), end


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise Fault("smart_card.garbled", "TLV: no length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    if size not in (1, 2) or at + 1 + size > len(data):
        raise Fault("smart_card.garbled", "TLV: a length of a size that no card uses")
    return int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size
