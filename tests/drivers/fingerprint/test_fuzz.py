"""No bytes make a fingerprint parser fail otherwise than by its fault."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.fingerprint.zfm_frames import Kind, encode
from tests.drivers.fingerprint.fuzz import TARGETS
from tests.thorough import figure, rounds

PACKETS = st.builds(encode, st.sampled_from(Kind), st.binary(min_size=1, max_size=60), st.sampled_from((0xFFFFFFFF, 1)))


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_make_a_parser_fail_otherwise_than_by_its_fault(name: str) -> None:
    examples = rounds(100, 20_000)

    @settings(max_examples=examples, deadline=None)
    @given(st.binary(max_size=600) | st.lists(PACKETS | st.binary(max_size=20), max_size=12).map(b"".join))
    @example(b"")
    @example(b"\xef\x01" * 40)
    def throw(data: bytes) -> None:
        TARGETS[name](data)

    throw()
    figure(f"{name}: {examples} inputs, only named faults")
