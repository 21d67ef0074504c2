"""Codes, amounts and dates on a licence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_backend.licences.allotment import organisation_code, sole_proprietor_code
from approval_backend.licences.wording import chinese_amount, chinese_date
from wire.identifiers import is_social_credit_code


@given(st.integers(1, 31**6 - 1))
def test_every_allotted_code_has_right_check_characters(number: int) -> None:
    code = sole_proprietor_code("510107", number)
    assert is_social_credit_code(code) and code.startswith("92510107MA")


def test_numbers_one_after_another_give_different_codes() -> None:
    assert len({organisation_code(number) for number in range(1, 2000)}) == 1999


def test_used_up_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="used up"):
        organisation_code(31**6)


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (0, "零元整"),
        (30_000, "叁万元整"),
        (35_000, "叁万伍仟元整"),
        (100, "壹佰元整"),
        (10_010, "壹万零壹拾元整"),
        (1_000_100, "壹佰万零壹佰元整"),
        (100_000_001, "壹亿零壹元整"),
        (20_300_000, "贰仟零叁拾万元整"),
        (Decimal("1234.50"), "壹仟贰佰叁拾肆元伍角整"),
        (Decimal("7.08"), "柒元零捌分"),
    ],
)
def test_amounts_are_written_as_on_a_licence(yuan: Decimal | int, text: str) -> None:
    assert chinese_amount(yuan) == text


def test_a_date_is_written_in_chinese() -> None:
    assert chinese_date(date(2026, 1, 3)) == "2026年01月03日"
