"""Frames are found in anything, byte for byte as the module's documents give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.id_card.frames import MAX_BODY, PREAMBLE, Frame, FrameParser, Rejected, encode

# bytes after the preamble (facts of the module)
COMMANDS = [
    ("10ff", "00 03 10 FF EC"),
    ("11ff", "00 03 11 FF ED"),
    ("12ff", "00 03 12 FF EE"),
    ("2001", "00 03 20 01 22"),
    ("2002", "00 03 20 02 21"),
    ("3001", "00 03 30 01 32"),
    ("3003", "00 03 30 03 30"),
    ("3010", "00 03 30 10 23"),
]
REPLIES = [
    ("00009f00000000", "00 08 00 00 9F 00 00 00 00 97"),
    ("000090" + "00" * 8, "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"),
    ("000080", "00 04 00 00 80 84"),
    ("000081", "00 04 00 00 81 85"),
    ("000041", "00 04 00 00 41 45"),
]


@pytest.mark.parametrize(("body", "frame"), [*COMMANDS, *REPLIES])
def test_frames_are_built_byte_for_byte(body: str, frame: str) -> None:
    assert encode(bytes.fromhex(body)) == PREAMBLE + bytes.fromhex(frame)


@pytest.mark.parametrize(("body", "frame"), REPLIES)
def test_a_reply_is_found_wherever_it_is_split(body: str, frame: str) -> None:
    whole = PREAMBLE + bytes.fromhex(frame)
    for at in range(len(whole) + 1):
        parser = FrameParser()
        assert parser.feed(whole[:at]) + parser.feed(whole[at:]) == [Frame(bytes.fromhex(body))]
        assert not parser.holds_bytes


def test_a_read_reply_has_the_documented_size() -> None:
    body = bytes.fromhex("00009001000400") + bytes(1280)
    frame = encode(body)
    assert len(frame) == 1295
    assert frame[5:7] == bytes.fromhex("0508")
    assert FrameParser().feed(frame) == [Frame(body)]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda frame: frame[:-1] + bytes([frame[-1] ^ 1]), Rejected.CHECKSUM),
        (lambda frame: PREAMBLE + b"\xff\xff" + frame[7:], Rejected.LENGTH),
        (lambda frame: PREAMBLE + b"\x00\x00" + frame[7:], Rejected.LENGTH),
    ],
)
def test_a_damaged_frame_is_rejected_and_the_next_is_found(damage, why: Rejected) -> None:  # type: ignore[no-untyped-def]
    good = encode(b"\x00\x00\x90")
    items = FrameParser().feed(damage(good) + good)
    assert items[0] is why
    assert items[-1] == Frame(b"\x00\x00\x90")


def test_a_frame_that_breaks_off_does_not_swallow_the_next() -> None:
    parser = FrameParser()
    items = parser.feed(encode(bytes(300))[:50] + encode(b"\x00\x00\x90")) + parser.give_up()
    assert items[0] is Rejected.TRUNCATED
    assert Frame(b"\x00\x00\x90") in items


@given(st.lists(st.binary(max_size=64), max_size=20))
def test_no_bytes_make_the_parser_fail_or_hoard(chunks: list[bytes]) -> None:
    parser = FrameParser()
    for chunk in chunks:
        parser.feed(chunk)
    parser.give_up()
    assert not parser.holds_bytes


@given(st.binary(max_size=40), st.binary(min_size=3, max_size=200), st.data())
def test_a_frame_is_found_behind_any_noise(noise: bytes, body: bytes, data: st.DataObject) -> None:
    stream = noise + encode(body)
    at = data.draw(st.integers(0, len(stream)))
    parser = FrameParser()
    assert Frame(body) in parser.feed(stream[:at]) + parser.feed(stream[at:]) + parser.give_up()


def test_a_body_that_no_frame_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="4096"):
        encode(bytes(MAX_BODY + 1))


def test_a_frame_shows_nothing_of_its_body() -> None:
    assert "secret" not in repr(Frame(b"secret"))
