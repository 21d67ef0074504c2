"""Every frame that is documented: parsed and produced byte for byte, whole, split, glued, in noise, and lying."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drivers.device import Fault
from drivers.id_card import content, text
from drivers.id_card.acceptance import accepted
from drivers.id_card.card import CardKind, Enrolment
from drivers.id_card.cards import SimulatedCard, specimens, with_fingers
from drivers.id_card.fingerprint import crc_agrees
from drivers.id_card.frames import MIN_COMMAND, MIN_REPLY, Frame, FrameParser, Rejected, encode
from drivers.id_card.sam_serial import BAUDS, DONE, FAULT_OF, FOUND
from drivers.id_card.simulator import IdCardSimulator
from tests.drivers.id_card.conftest import PEOPLE

VECTORS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "vectors" / "frames.toml").read_text("utf-8"))
READS: list[dict[str, Any]] = VECTORS["read"]
REPLIES = [*VECTORS["reply"], VECTORS["sam_id"], VECTORS["newest_address"], *READS]
TODAY = date(2026, 1, 1)
RESIDENT_CODES = {"sex": "2", "nation": "01"}


def raw(vector: dict[str, Any]) -> bytes:
    return bytes.fromhex(vector["frame"])


def body(vector: dict[str, Any]) -> bytes:
    (frame,) = FrameParser(MIN_REPLY).feed(raw(vector))
    assert isinstance(frame, Frame)
    return frame.body


def chip(vector: dict[str, Any]) -> SimulatedCard:
    """The card of that holder, put together by our own encoder; the photo is the vector's."""
    person = {**PEOPLE["holder"], **RESIDENT_CODES} if vector["holder"] == "resident" else specimens()[vector["holder"]]
    kind = CardKind(vector["says"]["kind"])
    photo_at = 3 + (6 if vector["with_fingerprint"] else 4) + 256
    photo = body(vector)[photo_at : photo_at + 1024]
    return with_fingers(SimulatedCard(vector["holder"], text.encode(person, kind), photo), vector["fingers"])


def named(name: str) -> dict[str, Any]:
    return next(vector for vector in VECTORS["reply"] if vector["name"] == name)


def name_of(vector: dict[str, Any]) -> str:
    return str(vector.get("name", "other"))


@pytest.mark.parametrize("vector", VECTORS["command"], ids=name_of)
def test_commands(vector: dict[str, Any]) -> None:
    assert encode(bytes.fromhex(vector["body"])) == raw(vector)
    assert FrameParser(MIN_COMMAND).feed(raw(vector)) == [Frame(bytes.fromhex(vector["body"]))]


@pytest.mark.parametrize("vector", VECTORS["reply"], ids=name_of)
def test_replies(vector: dict[str, Any]) -> None:
    found = body(vector)
    assert found[:3] == bytes([0, 0, vector["sw3"]])
    assert encode(found) == raw(vector)
    assert vector["sw3"] in (DONE, FOUND) or vector["sw3"] in FAULT_OF


def test_the_vectors_hold_every_status_byte_that_has_a_name() -> None:
    assert {vector["sw3"] for vector in VECTORS["reply"]} == {DONE, FOUND, *FAULT_OF}


def test_the_module_number() -> None:
    data = body(VECTORS["sam_id"])[3:]
    assert content.sam_id(data) == VECTORS["sam_id"]["text"]
    assert data == content.encode_sam_id(5, 3, 20180101, 1, 1)


def test_the_newest_address() -> None:
    vector = VECTORS["newest_address"]
    data = body(vector)[3:]
    assert len(data) == 280
    assert text.newest_address(data) == vector["text"]
    assert encode(bytes([0, 0, 0x90]) + text.encode_addresses((vector["old"], vector["text"]))) == raw(vector)


@pytest.mark.parametrize("vector", READS, ids=name_of)
def test_cards_are_read_field_by_field(vector: dict[str, Any]) -> None:
    assert len(raw(vector)) == vector["total"]
    card = accepted(content.split(body(vector)[3:], vector["with_fingerprint"]), b"", TODAY)
    assert {key: str(getattr(card, key)) for key in vector["says"]} == vector["says"]
    thumbs = [(Enrolment.OK, 11), (Enrolment.OK, 16)]
    assert [(one.enrolment, one.finger) for one in card.fingerprints] == thumbs[: vector["fingers"]]
    assert all(crc_agrees(one) for one in card.fingerprints)
    assert vector["says"]["name"] not in repr(card)


@pytest.mark.parametrize("vector", READS, ids=name_of)
def test_the_simulator_answers_with_them_byte_for_byte(vector: dict[str, Any]) -> None:
    simulator = IdCardSimulator()
    simulator.put(chip(vector))
    try:
        assert encode(simulator._reply(bytes.fromhex("2001"), None)) == raw(named("find ok"))
        assert encode(simulator._reply(bytes.fromhex("2002"), None)) == raw(named("select ok"))
        command = "3010" if vector["with_fingerprint"] else "3001"
        assert encode(simulator._reply(bytes.fromhex(command), None)) == raw(vector)
        simulator.take()
        assert encode(simulator._reply(bytes.fromhex("2001"), None)) == raw(named("find failed"))
        assert encode(simulator._reply(bytes.fromhex("2002"), None)) == raw(named("select failed"))
        assert encode(simulator._reply(bytes.fromhex(command), None)) == raw(named("read failed"))
        assert encode(simulator._reply(bytes.fromhex("12ff"), None)) == raw(VECTORS["sam_id"])
        for index in range(len(BAUDS)):
            assert encode(simulator._reply(bytes([0x60, index]), None)) == raw(named("status 90"))
    finally:
        simulator.close()


@pytest.mark.parametrize("vector", REPLIES, ids=name_of)
def test_a_reply_is_found_split_at_every_byte(vector: dict[str, Any]) -> None:
    whole, wanted = raw(vector), [Frame(body(vector))]
    for at in range(len(whole) + 1):
        parser = FrameParser(MIN_REPLY)
        assert parser.feed(whole[:at]) + parser.feed(whole[at:]) == wanted
        assert not parser.holds_bytes


@pytest.mark.parametrize("vector", REPLIES, ids=name_of)
def test_a_reply_is_found_glued_to_others_and_in_noise(vector: dict[str, Any]) -> None:
    whole, wanted = raw(vector), Frame(body(vector))
    assert FrameParser(MIN_REPLY).feed(whole * 3) == [wanted] * 3
    for noise in (b"\x00", b"\xaa", b"\xaa\xaa\xaa\x96", b"\xaa\xaa\xaa\x96\x69\xff\xff", bytes(range(256))):
        parser = FrameParser(MIN_REPLY)
        items = parser.feed(noise + whole + noise) + parser.give_up()
        assert [item for item in items if isinstance(item, Frame)] == [wanted]


@pytest.mark.parametrize("vector", REPLIES, ids=name_of)
def test_a_damaged_reply_is_rejected_and_the_next_is_found(vector: dict[str, Any]) -> None:
    whole, good = raw(vector), Frame(body(vector))
    for at in range(5, len(whole), max(1, len(whole) // 40)):
        for bit in (0x01, 0x80):
            damaged = whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :]
            parser = FrameParser(MIN_REPLY)
            items = parser.feed(damaged + whole) + parser.give_up()
            assert isinstance(items[0], Rejected), f"byte {at}"
            assert items.count(good) == 1, f"byte {at}"


@pytest.mark.parametrize("vector", READS, ids=name_of)
def test_an_outer_length_that_lies_costs_only_its_own_frame(vector: dict[str, Any]) -> None:
    whole, good = raw(vector), Frame(body(vector))
    true = int.from_bytes(whole[5:7], "big")
    for lie in (0, 1, 3, 4, true - 1, true + 1, 0x0FFF, 0xFFFF):
        parser = FrameParser(MIN_REPLY)
        items = parser.feed(whole[:5] + lie.to_bytes(2, "big") + whole[7:] + whole) + parser.give_up()
        assert isinstance(items[0], Rejected)
        assert items.count(good) == 1


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("vector", READS, ids=name_of)
def test_inner_lengths_that_lie_are_refused(vector: dict[str, Any], which: int) -> None:
    data = body(vector)[3:]
    if which == 2 and not vector["with_fingerprint"]:
        which = 1
    true = int.from_bytes(data[2 * which : 2 * which + 2], "big")
    for lie in {0, 1, 255, 256, 257, 512, 1023, 1024, 1025, 1536, 0xFFFF} - {true}:
        forged = data[: 2 * which] + lie.to_bytes(2, "big") + data[2 * which + 2 :]
        with pytest.raises(Fault, match=r"id_card\.content_invalid"):
            content.split(forged, vector["with_fingerprint"])


@pytest.mark.parametrize("vector", READS, ids=name_of)
def test_content_that_is_cut_or_has_too_much_is_refused(vector: dict[str, Any]) -> None:
    data = body(vector)[3:]
    for cut in (data[:-1], data + b"\0", data[:5], b""):
        with pytest.raises(Fault, match=r"id_card\.content_invalid"):
            content.split(cut, vector["with_fingerprint"])


@pytest.mark.parametrize("length", [0, 15, 17, 20])
def test_a_module_number_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(Fault, match=r"id_card\.content_invalid"):
        content.sam_id(bytes(length))


def test_a_wrong_crc_of_a_finger_refuses_nobody() -> None:
    data = body(next(one for one in READS if one["fingers"] == 1))[3:]
    card = accepted(content.split(data[:-1] + bytes([data[-1] ^ 1]), True), b"", TODAY)
    assert not crc_agrees(card.fingerprints[0])
