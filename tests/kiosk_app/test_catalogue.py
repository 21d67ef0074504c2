"""The catalogue as the kiosk reads it: the shipped AA-01, forms, search."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.id_card.card import IdCard
from kiosk_app.catalogue.forms import Form
from kiosk_app.catalogue.services import Catalogue, CatalogueError, pinyin_initials, read_catalogue, search
from wire.messages import CatalogueBundle

SHIPPED = Path(__file__).parents[2] / "approval_backend" / "catalogue_data"
CARD = IdCard("林知夏", "女", "汉", "18870417", "云州市", "510107188704170022", "局", "20200101", "长期", b"")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    files = {
        path.relative_to(SHIPPED).as_posix(): path.read_text(encoding="utf-8")
        for path in SHIPPED.rglob("*")
        if path.suffix in (".toml", ".json", ".tsv")
    }
    return read_catalogue(CatalogueBundle(version="test", files=files))


@pytest.fixture
def form(catalogue: Catalogue) -> Form:
    form = catalogue.services["AA-01"].form
    assert form is not None
    return form


def test_all_81_services_are_listed_and_aa_01_is_offered(catalogue: Catalogue) -> None:
    assert len(catalogue.services) == 80 + 1
    assert [code for code, service in catalogue.services.items() if service.offered] == ["AA-01"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("个体", "AA-01"),
        ("gtgsh", "AA-01"),
        ("GTGSH", "AA-01"),
        ("sole prop", "AA-01"),
        ("AA-07", "AA-07"),
        ("aa7", ""),
    ],
)
def test_search_by_characters_initials_english_and_code(catalogue: Catalogue, query: str, first: str) -> None:
    found = search(catalogue, query)
    assert (found[0] if found else "") == first


def test_an_empty_search_shows_what_is_offered(catalogue: Catalogue) -> None:
    assert search(catalogue, "  ") == ["AA-01"]


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
