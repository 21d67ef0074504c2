"""Themes: each question and material once, what an earlier licence answers is not asked, the saving counted."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from approval_backend.catalogue.check_form import form_errors
from approval_backend.catalogue.load import load_catalogue
from approval_backend.catalogue.model import Theme
from approval_backend.catalogue.themes import joined, total_saving
from kiosk_app.catalogue.forms import Form

CATALOGUE = load_catalogue()
BY_NAME = {theme.name.zh: theme for theme in CATALOGUE.themes}


def asked_apart(theme: Theme) -> list[str]:
    return [name for code in theme.services for name in CATALOGUE.services[code].form_schema["properties"]]


@pytest.mark.parametrize("theme", CATALOGUE.themes, ids=[theme.name.en for theme in CATALOGUE.themes])
def test_a_theme_asks_every_question_of_its_services_once_or_has_it_answered(theme: Theme) -> None:
    one = joined(theme, CATALOGUE)
    asked = [name for page in one.form_schema["x-pages"] for name in page["fields"]]
    assert len(asked) == len(set(asked))
    assert set(asked) | set(one.answered_by) == set(asked_apart(theme))
    assert not set(asked) & set(one.answered_by)
    assert set(one.form_schema["required"]) <= set(asked)
    kinds = [need.kind for need in one.materials]
    assert len(kinds) == len(set(kinds))
    assert one.saving.fields_joined <= one.saving.fields_apart
    assert one.saving.materials_joined <= one.saving.materials_apart


def test_a_joined_form_is_a_form_that_a_kiosk_can_show() -> None:
    for theme in CATALOGUE.themes:
        schema = joined(theme, CATALOGUE).form_schema
        assert form_errors(schema) == []
        assert Form(schema).pages


def test_a_licence_that_an_earlier_service_issues_answers_the_questions_of_a_later_one() -> None:
    one = joined(BY_NAME["我要开书店"], CATALOGUE)
    assert one.answered_by == {"entity_name": "business_licence", "credit_code": "business_licence"}
    other_order = Theme(name=one.theme.name, services=("AA-20", "AA-01"))
    assert "credit_code" in joined(other_order, CATALOGUE).form_schema["properties"]


def test_the_saving_of_a_bookshop() -> None:
    """AA-01 asks 10 that the card does not answer, AA-20 8: four are asked already, two the licence answers."""
    saving = joined(BY_NAME["我要开书店"], CATALOGUE).saving
    assert (saving.fields_apart, saving.fields_joined) == (18, 12)
    assert (saving.materials_apart, saving.materials_joined) == (3, 1)
    assert (saving.visits_apart, saving.visits_joined) == (2, 1)


def test_one_answer_serves_all_that_ask() -> None:
    one = joined(BY_NAME["我要开酒吧"], CATALOGUE)
    assert one.asked_by["premises_address"] == ("AA-01", "AA-07", "AA-11", "AA-21")
    assert one.asked_by["staff_certified"] == ("AA-07", "AA-11")
    answers = {name: spec["examples"][0] for name, spec in one.form_schema["properties"].items() if "examples" in spec}
    inline = {"trade_name", "organisation_form", "capital_wan", "employees"}  # AA-01 writes its own fields out
    wrong = [e.message for e in Draft202012Validator(one.form_schema).iter_errors(answers) if e.validator != "required"]
    assert wrong == []
    assert not inline & set(answers)


def test_a_theme_of_one_service_saves_only_what_libraries_hold() -> None:
    saving = joined(BY_NAME["我要开花店"], CATALOGUE).saving
    assert saving.fields_apart == saving.fields_joined
    assert saving.visits_apart == 1


def test_all_themes_together() -> None:
    total = total_saving(CATALOGUE)
    assert total.fields_joined < 0.75 * total.fields_apart
    assert total.materials_joined < 0.6 * total.materials_apart
    assert total.visits_joined == len(CATALOGUE.themes) == 86
