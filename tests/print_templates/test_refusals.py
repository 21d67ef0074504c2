"""What is not printed: each refusal names template, field and reason, and keeps the holder's data to itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from print_templates import fonts, samples
from print_templates.errors import (
    CharacterNotInFont,
    FieldDoesNotFit,
    FieldInvalid,
    FieldRefused,
    FontsMissing,
    TemplateUnknown,
)
from print_templates.render import render
from tests.print_templates.conftest import Paper, Reader

ORIGINAL, DUPLICATE = "business_licence_original", "business_licence_duplicate"
# (left, top, right, bottom) of each field's box in A3 millimetres, as shared/licence_sheet.typ sets them
BOXES = {
    "name": (74, 124, 224, 137),
    "operator": (74, 154, 224, 167),
    "scope": (74, 169, 224, 250),
    "premises": (276, 154, 384, 190),
    "authority": (285, 211, 375, 227),
}
# what may stand in a name or an address: common Hanzi, Latin words, digits, and the signs of business scopes
CHARACTERS = st.one_of(
    st.sampled_from("锦江新区知夏书屋文具用品零售图书出租咖啡器具一二三号楼单元附，；（）、。·"),
    st.sampled_from("abcMWXYZ0189&-.() "),
)


def refused(changed: dict[str, object], template: str = ORIGINAL, without: str = "") -> FieldRefused:
    data = {**samples.licence(template), **changed}
    data.pop(without, None)
    with pytest.raises(FieldRefused) as caught:
        render(template, data, background=False)
    return caught.value


@pytest.mark.parametrize("field", [key for key in samples.licence(ORIGINAL) if key != "capital"])
def test_a_missing_field_is_named(field: str) -> None:
    error = refused({}, without=field)
    assert isinstance(error, FieldInvalid)
    assert (error.template, error.field, error.reason) == (ORIGINAL, field, "missing")


def test_a_duplicate_needs_its_number() -> None:
    assert refused({}, DUPLICATE, without="serial").field == "serial"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unified_social_credit_code", "92510107MA7KLX2P0G"),
        ("identifier", "1.2.156.3005.2.x"),
        ("issued_on", "2026年2月30日"),
        ("registered_on", "2026-11-23"),
        ("name", ""),
        ("name", "知夏\n书屋"),
        ("name", " 知夏书屋"),
        ("operator", 7),
        ("scope", "书" * 601),
        ("verification_url", "https://fuwu.example/elsewhere"),
        ("verification_url", "https://fuwu.example/v/1.2.156.3005.2.other?s=abc"),
        ("nickname", "知夏"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_without_repeating_it(field: str, value: object) -> None:
    error = refused({field: value})
    assert isinstance(error, FieldInvalid)
    assert error.field == field
    assert not value or str(value).strip() not in str(error).replace(field, "")


def test_a_character_that_the_fonts_lack_is_refused_and_not_printed_as_a_box() -> None:
    error = refused({"operator": "林😀夏"})
    assert isinstance(error, CharacterNotInFont)
    assert (error.field, "U+1F600" in error.reason, "林" in str(error)) == ("operator", True, False)


def test_a_rare_character_that_the_fonts_have_is_printed() -> None:
    assert render(ORIGINAL, samples.licence(ORIGINAL) | {"operator": "𠮷野㛃"}, background=False)


def test_a_word_that_cannot_be_broken_is_refused_rather_than_run_out_of_its_box() -> None:
    error = refused({"scope": "W" * 200})
    assert isinstance(error, FieldDoesNotFit)
    assert error.field == "scope"


def test_an_address_too_long_for_a_readable_qr_is_refused() -> None:
    error = refused({"verification_url": samples.licence(DUPLICATE)["verification_url"] + "A" * 300}, DUPLICATE)
    assert isinstance(error, FieldDoesNotFit)
    assert error.field == "verification_url"


@pytest.mark.parametrize("template", [ORIGINAL, DUPLICATE])
@pytest.mark.parametrize(("field", "longest"), [("name", 60), ("operator", 60), ("scope", 600), ("premises", 120)])
def test_the_longest_chinese_value_is_printed_whole_inside_its_box(
    template: str, field: str, longest: int, paper: Reader
) -> None:
    value = ("锦江新区知夏书屋图书文具零售出租" * 40)[:longest]
    check_inside(field, value, template, paper)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_value_is_printed_whole_inside_its_box_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(list(BOXES)))
    value = data.draw(st.text(CHARACTERS, min_size=1, max_size=300 if field == "scope" else 60))
    try:
        check_inside(field, value, ORIGINAL, lambda pdf: Paper(pdf, tmp_path))
    except FieldRefused as error:
        assert error.field == field


HANGING_MM = 3.2  # an opening mark's empty half hangs over the left edge: half of the largest size, 18 pt


def check_inside(field: str, value: str, template: str, paper: Reader) -> None:
    sheet = paper(render(template, samples.licence(template) | {field: value}, background=False))
    scale = 1.0 if template == ORIGINAL else 297 / 420
    left, top, right, bottom = (edge * scale for edge in BOXES[field])
    # words whose middle lies in the box's columns and rows; a run-out would reach over an edge, or lose characters
    inside = [
        word
        for word in sheet.words()
        if left - HANGING_MM < word.left < right and top - 2 < (word.top + word.bottom) / 2 < bottom + 1
    ]
    # 1 mm: a closing mark's empty half may hang over the right edge
    assert all(word.right <= right + 1 for word in inside)
    assert "".join(word.text for word in inside) == "".join(value.split())


def test_an_unknown_template_and_an_unknown_version_are_named() -> None:
    with pytest.raises(TemplateUnknown, match="business_licence_gold"):
        render("business_licence_gold", {}, background=True)
    with pytest.raises(TemplateUnknown, match="version 99"):
        render(ORIGINAL, samples.licence(ORIGINAL), background=True, version="99")


def test_missing_fonts_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match=r"Noto Serif CJK SC 400.*apt-get install fonts-noto-cjk"):
        fonts.licence_fonts((tmp_path,))
