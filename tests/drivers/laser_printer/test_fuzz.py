"""IPP answers: round trips, every byte of a real one changed or cut, and bytes that are none."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.device import Fault
from drivers.laser_printer import ipp
from drivers.laser_printer.ipp_message import (
    BOOLEAN,
    INTEGER,
    JOB,
    KEYWORD,
    PRINTER,
    Group,
    Message,
    UnreadableMessage,
    decode,
    encode,
)
from drivers.laser_printer.simulated_ipp import TAGS
from tests.drivers.laser_printer.fuzz import TARGETS
from tests.thorough import figure, rounds

STATE = encode(
    Message(
        0,
        [
            Group(
                PRINTER,
                {
                    "printer-state": [3],
                    "printer-state-reasons": ["media-low-warning", "toner-low-report"],
                    "media-ready": ["iso_a3_297x420mm", "iso_a4_210x297mm"],
                    "marker-names": ["Black"],
                    "marker-levels": [-2],
                    "media-col-ready": [
                        {"media-source": ["tray-1"], "media-size": [{"x-dimension": [21000], "y-dimension": [29700]}]}
                    ],
                },
            )
        ],
    ),
    TAGS,
)  # fmt: skip
PIECES = [
    b"\x04", b"\x02", b"\x03", b"\x44\x00\x15printer-state-reasons\x00\x04none", b"\x23\x00\x0dprinter-state\x00\x04",
    b"\x00\x00\x00\x03", b"\x34\x00\x0fmedia-col-ready\x00\x00", b"\x4a\x00\x00\x00\x0cmedia-source",
    b"\x37\x00\x00\x00\x00",
    b"\x21\x00\x0dmarker-levels\x00\x04", b"\x21\x00\x06job-id\x00\x04", b"\x23\x00\x09job-state\x00\x04",
]  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_make_a_parser_fail_otherwise_than_by_its_fault(name: str) -> None:
    examples = rounds(100, 5_000)

    @settings(max_examples=examples, deadline=None)
    @given(st.lists(st.one_of(st.binary(max_size=20), st.sampled_from(PIECES)), max_size=25).map(b"".join))
    @example(STATE)
    @example(b"\x04" + b"\x34\x00\x01a\x00\x00" + b"\x4a\x00\x00\x00\x01b\x34\x00\x00\x00\x00" * 400)
    def throw(data: bytes) -> None:
        TARGETS[name](data)

    throw()
    figure(f"{name}: {examples} inputs, only named faults")


def test_a_state_cut_anywhere_is_unreadable() -> None:
    said = ipp.read_state(STATE)
    assert said.reasons == ("media-low-warning", "toner-low-report")
    assert (said.trays[0].name, said.trays[0].media) == ("tray-1", "iso_a4_210x297mm")
    for size in range(len(STATE)):
        with pytest.raises(Fault, match="unreadable_answer"):
            ipp.read_state(STATE[:size])


def test_a_state_with_changed_bytes_is_a_state_or_a_named_fault() -> None:
    chance, count = random.Random(20261124), rounds(2_000, 200_000)
    for _ in range(count):
        data = bytearray(STATE)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            ipp.read_state(bytes(data))
        except Fault as fault:
            assert fault.code == "laser_printer.unreadable_answer"
    figure(f"IPP states with 1 to 4 changed bytes: {count}, seed 20261124")


names = st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1, max_size=20)
values: st.SearchStrategy[Any] = st.one_of(
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=3).map(lambda v: (INTEGER, v)),
    st.lists(st.booleans(), min_size=1, max_size=3).map(lambda v: (BOOLEAN, v)),
    st.lists(st.text(max_size=30), min_size=1, max_size=3).map(lambda v: (KEYWORD, v)),
)


@settings(max_examples=rounds(100, 5_000), deadline=None)
@given(st.dictionaries(names, values, max_size=5), st.integers(0, 0x7FFF), st.binary(max_size=40))
def test_what_is_written_is_read_again(fields: dict[str, Any], code: int, document: bytes) -> None:
    attributes = {name: told for name, (_, told) in fields.items()}
    nested = {**attributes, "deep": [attributes]} if attributes else {}
    message = Message(code, [Group(JOB, nested), Group(PRINTER, {})], document)
    tags = [(name, tag) for name, (tag, _) in fields.items()]
    if "deep" not in attributes:
        assert decode(encode(message, tags)) == message


@pytest.mark.parametrize("data", [b"", b"\x07" * 12, STATE[:8] + b"\x44\x00\x01a\x00\x00\x03"])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        decode(data)
