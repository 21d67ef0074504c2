"""Numbers of the four kinds of card, and what is refused."""

from __future__ import annotations

import pytest

from drivers.id_card.card import CardKind
from drivers.id_card.numbers import is_number_of

GOOD = {
    CardKind.RESIDENT: "510107188704170022",
    CardKind.RESIDENCE_PERMIT: "810000189108080026",
    CardKind.FOREIGNER_2017: "XAA330018850214",
    CardKind.FOREIGNER_2023: "911999188206300011",
}


@pytest.mark.parametrize("kind", CardKind)
def test_a_number_is_one_of_its_own_kind(kind: CardKind) -> None:
    assert is_number_of(kind, GOOD[kind])


@pytest.mark.parametrize("kind", [CardKind.RESIDENT, CardKind.RESIDENCE_PERMIT, CardKind.FOREIGNER_2023])
def test_every_digit_is_checked(kind: CardKind) -> None:
    number = GOOD[kind]
    for at, digit in enumerate(number):
        for other in set("0123456789") - {digit}:
            assert not is_number_of(kind, number[:at] + other + number[at + 1 :])


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (CardKind.RESIDENT, ""),
        (CardKind.RESIDENT, "51010718870417002"),
        (CardKind.RESIDENT, "510107188713170020"),  # month 13
        (CardKind.RESIDENCE_PERMIT, GOOD[CardKind.RESIDENT]),  # not 81, 82 or 83 0000
        (CardKind.FOREIGNER_2017, "XA1330018850214"),
        (CardKind.FOREIGNER_2017, "XAA33001885021"),
        (CardKind.FOREIGNER_2023, GOOD[CardKind.RESIDENT]),  # does not begin with 9
        (CardKind.FOREIGNER_2023, "９11999188206300011"),  # a full-width digit
    ],
)
def test_other_numbers_are_refused(kind: CardKind, number: str) -> None:
    assert not is_number_of(kind, number)
