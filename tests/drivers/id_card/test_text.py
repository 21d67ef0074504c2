"""The 256 bytes of text, field by field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Fault
from drivers.id_card import text
from drivers.id_card.cards import SimulatedCard


def words(**changed: str) -> dict[str, str]:
    return {
        "name": "林知夏",
        "sex": "2",
        "nation": "01",
        "birth_date": "18870417",
        "address": "云州市",
        "id_number": "510107188704170022",
        "authority": "公安局",
        "valid_from": "20200101",
        "valid_until": "长期",
    } | changed


def test_the_layout_adds_up_to_256_bytes_with_36_reserved() -> None:
    assert sum(size for _, _, size in text.LAYOUT) == text.TEXT_BYTES - 36
    assert [at for _, at, _ in text.LAYOUT] == [sum(s for _, _, s in text.LAYOUT[:i]) for i in range(len(text.LAYOUT))]


def test_the_fields_stand_where_the_chip_has_them(card: SimulatedCard) -> None:
    assert card.text[0:6].decode("utf-16-le") == "林知夏"
    assert card.text[122:158].decode("utf-16-le") == "510107188704170022"
    assert card.text[248:250] == b" \0"


def test_what_is_written_is_read_in_words() -> None:
    read = text.parse(text.encode(words(sex="1", nation="56")))
    assert (read.name, read.sex, read.nation, read.valid_until) == ("林知夏", "男", "基诺", "长期")
    assert "林知夏" not in repr(read)


@pytest.mark.parametrize(("code", "word"), [("0", "未知"), ("1", "男"), ("2", "女"), ("9", "未说明")])
def test_sex_codes(code: str, word: str) -> None:
    assert text.parse(text.encode(words(sex=code))).sex == word


def test_nations_are_01_to_56_and_97_and_98() -> None:
    assert len(text.NATIONS) == 58
    assert (text.NATIONS["01"], text.NATIONS["10"], text.NATIONS["29"], text.NATIONS["98"]) == (
        "汉", "朝鲜", "柯尔克孜", "外国血统中国籍人士",
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"sex": "3"},
        {"nation": "57"},
        {"birth_date": "18870231"},
        {"valid_from": "2020 1 1"},
        {"valid_until": "永远"},
        {"name": ""},
        {"name": "林\n夏"},
    ],
)
def test_a_wrong_field_is_a_fault_that_names_only_the_field(wrong: dict[str, str]) -> None:
    with pytest.raises(Fault) as refusal:
        text.parse(text.encode(words(**wrong)))
    assert refusal.value.code == "id_card.text_invalid"
    assert refusal.value.detail.split()[0] == next(iter(wrong))
    assert not any(value and value in str(refusal.value) for value in wrong.values() if len(value) > 1)


@pytest.mark.parametrize("marker", ["J", "I", "Y", "?"])
def test_other_cards_are_not_read_as_resident_cards(marker: str) -> None:
    block = bytearray(text.encode(words()))
    block[248:250] = marker.encode("utf-16-le")
    with pytest.raises(Fault, match=r"id_card\.not_a_resident_card"):
        text.parse(bytes(block))


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail_otherwise_than_by_a_fault(block: bytes) -> None:
    for parse in (text.parse, text.newest_address):
        try:
            parse(block)
        except Fault as fault:
            assert fault.code.startswith("id_card.")


def test_the_newest_address_is_the_last_written() -> None:
    assert text.newest_address(text.encode_addresses(("旧址", "新址"))) == "新址"
    assert text.newest_address(text.encode_addresses(())) == ""
    assert len(text.encode_addresses(())) == 280
