"""No bytes make a parser of the receipt printer fail otherwise than by its fault."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.drivers.thermal_printer.fuzz import TARGETS
from tests.thorough import figure, rounds

PIECES = [
    b"\x1b",
    b"\x1d",
    b"\x1d(k",
    b"\x1d(H\x06\x0000",
    b"\x1dv0",
    b"\x10\x04",
    b"\x37\x22",
    b"\x10\x00",
    b"\x12",
    b"\n",
]


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_make_a_parser_fail_otherwise_than_by_its_fault(name: str) -> None:
    examples = rounds(60, 5_000)

    @settings(max_examples=examples, deadline=None)
    @given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(PIECES)), max_size=20).map(b"".join))
    @example(b"")
    @example(b"\xff" * 300)
    def throw(data: bytes) -> None:
        TARGETS[name](data)

    throw()
    figure(f"{name}: {examples} inputs, only named faults")
