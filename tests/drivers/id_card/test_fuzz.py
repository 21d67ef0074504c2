"""No bytes make an id-card parser fail otherwise than by its fault; every byte of real cards is changed, too."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.device import Fault
from drivers.id_card import content
from drivers.id_card.acceptance import accepted
from tests.drivers.id_card.fuzz import TARGETS, TODAY
from tests.drivers.id_card.test_vectors import READS, body
from tests.thorough import figure, rounds

ALLOWED = {
    "text_invalid", "not_a_resident_card", "number_invalid", "expired", "not_yet_valid", "content_invalid",
    "fingerprint_invalid",
}  # fmt: skip


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_make_a_parser_fail_otherwise_than_by_its_fault(name: str) -> None:
    examples = rounds(150, 20_000)

    @settings(max_examples=examples, deadline=None)
    @given(st.binary(max_size=1400))
    @example(b"")
    @example(b"\xaa\xaa\xaa\x96\x69" * 20)
    @example(b"\xff" * 1400)
    @example(b" \0" * 128)
    def throw(data: bytes) -> None:
        TARGETS[name](data)

    throw()
    figure(f"{name}: {examples} inputs, only named faults")


def test_a_card_with_changed_bytes_is_a_card_or_a_named_fault() -> None:
    chance = random.Random(20261123)
    count = rounds(500, 50_000)
    for _ in range(count):
        vector = chance.choice(READS)
        data = bytearray(body(vector)[3:])
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            accepted(content.split(bytes(data), vector["with_fingerprint"]), b"", TODAY)
        except Fault as fault:
            device, code = fault.code.split(".")
            assert device == "id_card"
            assert code in ALLOWED
    figure(f"id cards with 1 to 4 changed bytes: {count}, seed 20261123")
