"""Photo blocks: a test card's picture survives; everything else is a named fault."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.device import Fault
from drivers.id_card.photo import CardPhotos, decode_photo, encode_synthetic
from tests.drivers.id_card.conftest import some_face


def test_a_synthetic_photo_is_1024_bytes_and_comes_back() -> None:
    block = encode_synthetic(some_face())
    assert len(block) == 1024
    picture = decode_photo(block)
    assert picture.shape == (126, 102, 3)
    assert picture.dtype == np.dtype(np.uint8)
    assert abs(int(picture[63, 51].mean()) - int(some_face()[126, 102].mean())) < 12


def test_a_vendor_photo_says_that_its_library_is_missing() -> None:
    with pytest.raises(Fault, match=r"photo_decoder_missing.*no library"):
        decode_photo(b"WLf\0".ljust(1024, b"\1"))


def test_an_unknown_decoder_is_named() -> None:
    with pytest.raises(ValueError, match=r"crystal_ball.*vendor_wlt"):
        CardPhotos("crystal_ball")


def test_a_picture_of_another_size_is_refused_before_it_is_decoded() -> None:
    block = bytearray(encode_synthetic(some_face()))
    block[26:30] = b"\xff\x3f\xff\x3f"  # 16,383 × 16,383
    with pytest.raises(Fault, match="102 × 126"):
        decode_photo(bytes(block))


@settings(max_examples=60, deadline=None)
@given(st.integers(30, 1000), st.binary(min_size=1, max_size=40))
def test_a_damaged_photo_is_a_picture_or_a_fault(at: int, damage: bytes) -> None:
    block = bytearray(encode_synthetic(some_face()))
    block[at : at + len(damage)] = damage
    try:
        assert decode_photo(bytes(block[:1024]).ljust(1024, b"\0")).shape == (126, 102, 3)
    except Fault as fault:
        assert fault.code == "id_card.photo_undecodable"
