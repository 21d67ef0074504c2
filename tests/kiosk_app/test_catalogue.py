"""The catalogue as the kiosk reads it: the shipped AA-01, forms, search."""

from __future__ import annotations

import pytest

from approval_backend.catalogue.load import load_catalogue
from drivers.id_card.card import IdCard
from kiosk_app.catalogue.forms import Form
from kiosk_app.catalogue.services import Catalogue, CatalogueError, pinyin_initials, read_catalogue, search
from wire.messages import CatalogueBundle

CARD = IdCard("林知夏", "女", "汉", "18870417", "云州市", "510107188704170022", "局", "20200101", "长期", b"")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """As the office sends it."""
    return read_catalogue(CatalogueBundle(version="test", files=load_catalogue().files))


@pytest.fixture
def form(catalogue: Catalogue) -> Form:
    form = catalogue.services["AA-01"].form
    assert form is not None
    return form


def test_all_81_services_are_listed_and_those_with_a_form_can_be_asked_for(catalogue: Catalogue) -> None:
    assert len(catalogue.services) == 80 + 1
    offered = [code for code, service in catalogue.services.items() if service.offered]
    assert len(offered) == 69
    assert "AA-01" in offered and "GS-02" not in offered


def test_every_service_that_can_be_asked_for_has_a_guide_and_names_in_both_languages(catalogue: Catalogue) -> None:
    for service in catalogue.services.values():
        if not service.offered:
            continue
        assert service.form is not None and service.form.pages, service.code
        said = [service.name, service.summary, *(line for _, lines in service.guide for line in lines)]
        assert all(each.zh and each.en for each in said), service.code
        assert {"谁可以办", "依据"} <= {heading.zh for heading, _ in service.guide}, service.code


def test_only_what_is_photographed_is_asked_of_the_resident(catalogue: Catalogue) -> None:
    food = catalogue.services["AA-07"]
    assert [need.kind for need in food.materials] == ["premises_proof", "food_layout", "food_rules"]
    lines = [line.zh for heading, lines in food.guide if heading.zh == "不用您带" for line in lines]
    assert lines == ["营业执照（从电子证照库调取）", "从业人员健康证明（从电子材料库调取）"]


def test_an_officers_decision_says_so_and_how_long_it_takes(catalogue: Catalogue) -> None:
    food = catalogue.services["AA-07"]
    assert food.summary.zh == "由审批人员审核材料并到现场核查，承诺10个工作日内办结"
    assert "within 10 working days" in food.summary.en


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("个体", "AA-01"),
        ("gtgsh", "AA-01"),
        ("GTGSH", "AA-01"),
        ("register a sole", "AA-01"),
        ("AA-07", "AA-07"),
        ("aa7", ""),
    ],
)
def test_search_by_characters_initials_english_and_code(catalogue: Catalogue, query: str, first: str) -> None:
    found = search(catalogue, query)
    assert (found[0] if found else "") == first


def test_an_empty_search_shows_what_is_offered(catalogue: Catalogue) -> None:
    found = search(catalogue, "  ")
    assert found[0] == "AA-01"
    assert len(found) == 69


def test_initials_leave_out_punctuation() -> None:
    assert pinyin_initials("食品经营许可证延续（告知承诺）") == "spjyxkzyxgzcn"


def test_the_form_is_prefilled_from_the_card(form: Form) -> None:
    values = form.prefill(CARD)
    assert values["operator_name"] == CARD.name
    assert values["operator_id_number"] == CARD.id_number


def test_an_empty_page_names_every_required_field_in_order(form: Form) -> None:
    page = next(i for i, page in enumerate(form.pages) if page.key == "name")
    errors = form.errors({}, page)
    required = [field.name for field in form.pages[page].fields if field.required]
    assert [error.field for error in errors] == required
    assert all(error.message.zh and error.message.en for error in errors)


def test_typed_digits_become_numbers_and_words_where_digits_belong_are_refused(form: Form) -> None:
    assert form.answers({"capital_wan": "3", "employees": "2", "premises_area": "42.5"}) == {
        "capital_wan": 3,
        "employees": 2,
        "premises_area": 42.5,
    }
    assert [error.field for error in form.errors({"capital_wan": "三万"}) if error.field == "capital_wan"]


@pytest.mark.parametrize(
    "phone", ["1380000000", "138000000011", "23800000001", "1380000000a", "１３８０００００００１"]
)
def test_a_wrong_telephone_number_is_refused_with_a_sentence(form: Form, phone: str) -> None:
    errors = {error.field: error.message for error in form.errors({"phone": phone}, 0)}
    assert "phone" in errors


def test_a_bundle_that_lacks_a_form_is_refused_by_name() -> None:
    bundle = CatalogueBundle(version="x", files={"services/X/service.toml": 'code = "X"\n'})
    with pytest.raises(CatalogueError, match=r"services/X/service.toml: name"):
        read_catalogue(bundle)
