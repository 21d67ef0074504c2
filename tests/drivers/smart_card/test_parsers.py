"""APDUs, TLV and certificates: what is right comes back, what is not is a named fault."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drivers.device import Fault
from drivers.smart_card import apdu, piv, tlv
from tests.drivers.smart_card.certificates import Issuer
from tests.drivers.smart_card.fuzz import TARGETS
from tests.thorough import figure, rounds


@pytest.mark.parametrize("name", TARGETS)
def test_no_bytes_make_a_parser_fail_otherwise_than_by_its_fault(name: str) -> None:
    examples = rounds(150, 20_000)

    @settings(max_examples=examples, deadline=None)
    @given(st.binary(max_size=600))
    @example(b"")
    @example(b"\x02\x61\x00" * 300)
    @example(b"\x02\x6c\x10\x02\x6c\x10")
    @example(b"\x53\x82\xff\xff")
    @example(b"\x1f\xff\xff\xff")
    def throw(data: bytes) -> None:
        TARGETS[name](data)

    throw()
    figure(f"{name}: {examples} inputs, only named faults")


@given(st.lists(st.tuples(st.sampled_from([0x53, 0x5C, 0x70, 0x7C, 0x5FC105, 0x7F49]), st.binary(max_size=400))))
def test_objects_that_are_written_are_read(objects: list[tuple[int, bytes]]) -> None:
    assert tlv.parse(b"".join(tlv.encode(tag, value) for tag, value in objects)) == objects


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535])
def test_lengths_at_their_borders(size: int) -> None:
    written = tlv.encode(0x53, bytes(size))
    assert tlv.find(written, 0x53) == bytes(size)
    for cut in range(min(6, len(written) - 1)):
        with pytest.raises(Fault, match=r"smart_card\.garbled"):
            tlv.find(written[: len(written) - 1 - cut], 0x53)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (apdu.command(0xA4, 4, 0, b"\xa0\x00", 256), "00A4040002A00000"),
        (apdu.command(0xB0, 1, 2, le=240), "00B00102F0"),
        (apdu.command(0x20, 0, 0x80), "00200080"),
        (apdu.command(0x87, 7, 0x9A, b"\x01", cla=0x10), "1087079A0101"),
    ],
)
def test_commands_are_built_byte_for_byte(written: bytes, wanted: str) -> None:
    assert written == bytes.fromhex(wanted)


def test_a_command_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="256 bytes"):
        apdu.command(0xD6, 0, 0, bytes(256))


def scripted(*answers: str) -> tuple[Callable[[bytes], bytes], list[str]]:
    asked: list[str] = []
    left = list(answers)

    def transmit(command: bytes) -> bytes:
        asked.append(command.hex().upper())
        return bytes.fromhex(left.pop(0))

    return transmit, asked


def test_an_answer_in_pieces_is_put_together() -> None:
    transmit, asked = scripted("AAAA6102", "BBBB6101", "CC9000")
    assert apdu.exchange(transmit, apdu.command(0xCB, 0, 0, le=256)) == apdu.Response(b"\xaa\xaa\xbb\xbb\xcc", 0x9000)
    assert asked[1:] == ["00C0000002", "00C0000001"]


def test_a_wrong_length_is_asked_for_again_with_the_right_one() -> None:
    transmit, asked = scripted("6C05", "01020304059000")
    assert apdu.exchange(transmit, apdu.command(0xB0, 0, 0, le=256)).data == bytes([1, 2, 3, 4, 5])
    assert asked == ["00B0000000", "00B0000005"]


def test_a_card_that_promises_and_gives_nothing_is_stopped() -> None:
    transmit, _ = scripted("6110", "6110", "6110")
    with pytest.raises(Fault, match=r"smart_card\.garbled"):
        apdu.exchange(transmit, apdu.command(0xB0, 0, 0, le=256))


def test_a_long_command_is_chained_and_a_refused_link_ends_it() -> None:
    transmit, asked = scripted("9000", "9000")
    apdu.exchange_long(transmit, 0x87, 7, 0x9A, bytes(266), le=256)
    assert (asked[0][:10], asked[1][:10], asked[1][-2:]) == ("1087079AFF", "0087079A0B", "00")
    transmit, asked = scripted("6884")
    assert apdu.exchange_long(transmit, 0x87, 7, 0x9A, bytes(266)).sw == 0x6884
    assert len(asked) == 1


def test_a_certificate_comes_back_plain_and_compressed(issuer: Issuer) -> None:
    made = issuer.issue(ec.generate_private_key(ec.SECP256R1()))
    for compressed in (False, True):
        assert piv.certificate(piv.data_object(made.public_bytes(Encoding.DER), compressed)) == made


def test_every_cut_of_a_certificate_is_a_named_fault(issuer: Issuer) -> None:
    whole = piv.data_object(issuer.certificate.public_bytes(Encoding.DER))
    for cut in range(len(whole)):
        with pytest.raises(Fault, match=r"smart_card\."):
            piv.certificate(whole[:cut])


def test_a_certificate_that_unpacks_without_end_is_refused() -> None:
    bomb = gzip.compress(bytes(50_000_000), mtime=0)
    parts = tlv.encode(0x70, bomb) + tlv.encode(0x71, b"\x01")
    with pytest.raises(Fault, match="without an end"):
        piv.certificate(tlv.encode(0x53, parts))
