"""The 256 bytes of text, field by field."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Fault
from drivers.id_card import text
from drivers.id_card.card import CardKind
from drivers.id_card.cards import SimulatedCard, specimens
from drivers.id_card.layouts import LAYOUTS, MARKER_AT, TEXT_BYTES, Layout
from drivers.id_card.nations import NATIONS


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


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.kind)
def test_a_layout_lies_inside_256_bytes_and_leaves_the_marker_free(layout: Layout) -> None:
    spans = [(field.at, field.at + field.size) for field in layout.fields]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert spans[-1][1] <= TEXT_BYTES
    assert not any(start < MARKER_AT + 2 and end > MARKER_AT for start, end in spans)


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
    assert len(NATIONS) == 58
    assert (NATIONS["01"], NATIONS["10"], NATIONS["29"], NATIONS["98"]) == (
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


@pytest.mark.parametrize("marker", ["K", "j", "?", "汉"])
def test_a_card_of_unknown_kind_is_said_to_be_one(marker: str) -> None:
    block = bytearray(text.encode(words()))
    block[248:250] = marker.encode("utf-16-le")
    with pytest.raises(Fault, match=r"id_card\.not_a_resident_card"):
        text.parse(bytes(block))


@pytest.mark.parametrize("label", specimens())
def test_other_kinds_are_written_and_read(label: str) -> None:
    said = specimens()[label]
    read = text.parse(text.encode(said, CardKind(said["kind"])))
    assert read.kind == said["kind"]
    fields = set(said) - {"kind", "sex", "face", "name"}
    assert {key: getattr(read, key) for key in fields} == {key: said[key] for key in fields}
    assert read.name == said["name"] or read.english_name
    assert (read.nation, read.photo) == ("", b"")


def test_an_english_name_that_breaks_at_a_space_keeps_it() -> None:
    said = {**specimens()["foreigner_2023"], "english_name": "A" * 35 + " B"}
    assert text.parse(text.encode(said, CardKind.FOREIGNER_2023)).english_name == "A" * 35 + " B"


@pytest.mark.parametrize("name", ["\ue863某", "𠮷田"])
def test_rare_characters_of_names_are_taken(name: str) -> None:
    assert text.parse(text.encode(words(name=name))).name == name


@pytest.mark.parametrize("name", ["\uffff", "\u202e某", "\u2028某"])
def test_what_no_name_can_hold_is_refused(name: str) -> None:
    with pytest.raises(Fault, match=r"id_card\.text_invalid"):
        text.parse(text.encode(words(name=name)))


def test_a_card_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Fault, match="valid_until is before valid_from"):
        text.parse(text.encode(words(valid_from="20200101", valid_until="20191231")))


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
