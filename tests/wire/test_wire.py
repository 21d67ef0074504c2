"""Identifiers, signatures and envelopes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.envelopes import open_envelope, seal
from wire.identifiers import (
    e_licence_identifier,
    is_e_licence_identifier,
    is_resident_id,
    is_social_credit_code,
    social_credit_code,
)
from wire.ids import new_id
from wire.messages import HumanReviewRequest
from wire.qr import parse_verification_url, verification_url
from wire.signing import BadSignature, SigningKey

KNOWN = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F"  # GB/T 36904, a published sample


def test_the_published_e_licence_identifier_is_valid() -> None:
    assert is_e_licence_identifier(KNOWN)


@pytest.mark.parametrize("place", range(len("1.2.156.3005.2."), len(KNOWN)))
def test_an_e_licence_identifier_with_one_character_changed_is_invalid(place: int) -> None:
    other = "1" if KNOWN[place] != "1" else "2"
    assert not is_e_licence_identifier(KNOWN[:place] + other + KNOWN[place + 1 :])


def test_a_made_e_licence_identifier_is_valid_and_a_bad_part_is_refused() -> None:
    assert is_e_licence_identifier(e_licence_identifier("11100000MB0143028R001", "11220000013544541J", "42"))
    with pytest.raises(ValueError, match="wrong shape"):
        e_licence_identifier("TOO-SHORT", "11220000013544541J", "42")


def test_a_social_credit_code_gets_its_check_character() -> None:
    code = social_credit_code("9", "2", "510107", "MA0000001")
    assert is_social_credit_code(code)
    assert not is_social_credit_code(code[:-1] + ("A" if code[-1] != "A" else "C"))


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("510107188704170022", True),
        ("510107188704170023", False),  # check character
        ("510107188702300025", False),  # 30 February
        ("51010718870417002", False),
        ("", False),
    ],
)
def test_resident_id_numbers(number: str, valid: bool) -> None:
    assert is_resident_id(number) is valid


def test_an_envelope_opens_with_the_right_key_only() -> None:
    key = SigningKey.generate()
    envelope = seal(HumanReviewRequest(application_id=new_id()), "kiosk-1", key)
    assert isinstance(open_envelope(envelope, key.public()), HumanReviewRequest)
    with pytest.raises(BadSignature):
        open_envelope(envelope, SigningKey.generate().public())


def test_an_envelope_whose_content_was_changed_does_not_open() -> None:
    key = SigningKey.generate()
    envelope = seal(HumanReviewRequest(application_id=new_id()), "kiosk-1", key)
    changed = envelope.model_copy(update={"sealed": envelope.sealed.model_copy(update={"device_id": "kiosk-2"})})
    with pytest.raises(BadSignature):
        open_envelope(changed, key.public())


@given(st.text(max_size=100))
def test_any_text_that_is_no_signature_is_a_bad_signature(text: str) -> None:
    with pytest.raises(BadSignature):
        SigningKey.generate().public().verify(b"data", text)


def test_a_verification_address_gives_back_identifier_and_signature() -> None:
    key = SigningKey.generate()
    identifier, signature = parse_verification_url(verification_url("http://127.0.0.1:1/", KNOWN, key))
    assert identifier == KNOWN
    assert len(signature) == 86
