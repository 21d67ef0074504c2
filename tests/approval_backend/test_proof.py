"""What is found on a proof of premises, by its labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_backend.review.comparable import comparable, distance
from approval_backend.review.proof import read_proof
from approval_backend.review.reading import Line


def lines(*texts: str, confidence: float = 0.95) -> tuple[Line, ...]:
    return tuple(Line(text, confidence, 100, 60.0 * row, 30) for row, text in enumerate(texts))


CONTRACT = (
    "房屋租赁合同",
    "出租方(甲方):云州市锦江新区文澜物业",
    "承租方(乙方):林知夏 身份证号:510107188704170022",
    "房屋坐落:云州市锦江新区书院街道文澜路88号附12号,建筑面积46.5平方米",
    "租赁期限:自2026年01月01日至2029年12月31日",
)


def test_a_tenancy_contract_is_read() -> None:
    proof = read_proof(lines(*CONTRACT))
    assert (proof.kind, proof.user) == ("tenancy_contract", "林知夏")
    assert comparable(proof.address) == comparable("云州市锦江新区书院街道文澜路88号附12号")
    assert (proof.starts, proof.ends) == ("2026-01-01", "2029-12-31")
    assert proof.readable


def test_a_certificate_of_use_is_read() -> None:
    proof = read_proof(
        lines(
            "场地使用证明",
            "使用人：周远山",
            "经营场所地址：云州市锦江新区书院街道清溪巷9号",
            "使用期限",
            "2026.1.1至2027.12.31",
        )
    )
    assert (proof.kind, proof.user, proof.address) == ("use_certificate", "周远山", "云州市锦江新区书院街道清溪巷9号")
    assert proof.ends == "2027-12-31"


def test_a_value_in_a_box_beside_its_label_is_found() -> None:
    cells = (Line("承租方（乙方）：", 0.99, 100, 100, 30), Line("林知夏", 0.91, 400, 103, 28))
    proof = read_proof(cells)
    assert (proof.user, proof.user_confidence) == ("林知夏", 0.91)


def test_an_address_that_goes_on_in_the_next_line_is_joined() -> None:
    proof = read_proof(lines("房屋坐落：云州市锦江新区书院街道文澜路", "88号附12号", "租金：每月3000元"))
    assert proof.address == "云州市锦江新区书院街道文澜路88号附12号"


def test_a_term_with_an_impossible_date_is_not_read() -> None:
    assert read_proof(lines("租赁期限：自2026年02月30日至2027年02月30日")).ends == ""


def test_a_page_of_low_confidence_is_not_readable() -> None:
    assert not read_proof(lines(*CONTRACT, confidence=0.6)).readable


def test_nothing_on_the_page_is_present_and_not_readable() -> None:
    proof = read_proof(())
    assert (proof.present, proof.readable, proof.user) == (True, False, "")


def test_the_repr_of_what_was_read_holds_no_resident() -> None:
    proof = read_proof(lines(*CONTRACT))
    assert "林知夏" not in repr(proof) and "文澜" not in repr(proof) and "文澜" not in repr(lines(*CONTRACT))


@given(st.lists(st.tuples(st.text(max_size=40), st.floats(0, 1), st.floats(0, 2000), st.floats(0, 2000)), max_size=20))
def test_garbage_from_the_reader_never_raises(cells: list[tuple[str, float, float, float]]) -> None:
    read_proof(tuple(Line(text, confidence, left, top, 30) for text, confidence, left, top in cells))


@pytest.mark.parametrize(
    ("left", "right", "changes"), [("", "", 0), ("甲", "", 1), ("林知夏", "林知复", 1), ("88号附12号", "88号12号", 1)]
)
def test_distance_counts_changed_characters(left: str, right: str, changes: int) -> None:
    assert distance(left, right) == distance(right, left) == changes


def test_a_sentence_that_begins_like_a_label_is_no_label() -> None:
    proof = read_proof(
        lines("乙方不得擅自改变房屋结构", "经营场所应当符合消防要求", "承租方身份证号：510107188704170022")
    )
    assert (proof.user, proof.address) == ("", "")


def test_a_label_whose_colon_was_lost_is_still_a_label() -> None:
    assert read_proof(lines("承租方（乙方）林知夏")).user == "林知夏"
