"""Every documented packet: produced and parsed byte for byte, split at every byte, glued, in noise, and lying."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from drivers.fingerprint.image import HEIGHT, WIDTH, FingerprintImage, pack, unpack
from drivers.fingerprint.zfm_frames import Kind, Packet, PacketParser, Rejected, encode, encode_data

VECTORS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "vectors" / "commands.toml").read_text("utf-8"))[
    "command"
]
WHOLE = [bytes.fromhex(vector["packet"]) for vector in VECTORS] + [encode(Kind.LAST_DATA, bytes(range(256)))]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_commands(vector: dict[str, Any]) -> None:
    payload, packet = bytes.fromhex(vector["payload"]), bytes.fromhex(vector["packet"])
    assert encode(Kind.COMMAND, payload) == packet
    assert PacketParser().feed(packet) == [Packet(Kind.COMMAND, payload)]


@pytest.mark.parametrize("whole", WHOLE, ids=lambda whole: whole.hex()[12:24])
def test_a_packet_is_found_split_at_every_byte_glued_and_in_noise(whole: bytes) -> None:
    (wanted,) = PacketParser().feed(whole)
    assert isinstance(wanted, Packet)
    for at in range(len(whole) + 1):
        parser = PacketParser()
        assert parser.feed(whole[:at]) + parser.feed(whole[at:]) == [wanted]
    assert PacketParser().feed(whole * 3) == [wanted] * 3
    for noise in (b"\0", b"\xef", b"\xef\x01\xff", b"\xef\x01\xff\xff\xff\xff\x07\xff\xff", bytes(range(256))):
        parser = PacketParser()
        items = parser.feed(noise + whole + noise) + parser.give_up()
        assert [item for item in items if isinstance(item, Packet)] == [wanted]


@pytest.mark.parametrize("whole", WHOLE, ids=lambda whole: whole.hex()[12:24])
def test_damage_anywhere_but_in_the_address_is_rejected_and_the_next_is_found(whole: bytes) -> None:
    (good,) = PacketParser().feed(whole)
    for at in (0, 1, *range(6, len(whole))):
        damaged = whole[:at] + bytes([whole[at] ^ 0x80]) + whole[at + 1 :]
        parser = PacketParser()
        items = parser.feed(damaged + whole) + parser.give_up()
        assert isinstance(items[0], Rejected), f"byte {at}"
        assert items.count(good) == 1, f"byte {at}"


@pytest.mark.parametrize("packet_bytes", [32, 64, 128, 256])
def test_data_in_packets_of_every_size_come_together_again(packet_bytes: int) -> None:
    data = bytes(range(256)) * 3 + b"rest"
    packets = PacketParser().feed(b"".join(encode_data(data, packet_bytes)))
    assert [item.kind for item in packets if isinstance(item, Packet)][-1] is Kind.LAST_DATA
    assert b"".join(item.payload for item in packets if isinstance(item, Packet)) == data


def test_a_picture_is_packed_high_nibble_first() -> None:
    image = unpack(b"\x0f\xa5" + bytes(WIDTH * HEIGHT // 2 - 2))
    assert image.pixels[:4] == bytes([0x00, 0xFF, 0xAA, 0x55])
    assert pack(image)[:2] == b"\x0f\xa5"
    assert "pixels" not in repr(FingerprintImage(1, 1, b"\0"))
