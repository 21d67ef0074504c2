"""Every written standard of AA-01: met on the example, failing or undecided on one change, with its own sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from approval_backend.catalogue.load import load_catalogue
from approval_backend.catalogue.model import Standard
from approval_backend.review.context import build_context, name_parts
from approval_backend.review.proof import Proof, read_proof
from approval_backend.review.reading import Line
from approval_backend.review.standards import UNSURE, ReviewStandards, outcome_of
from tests.approval_backend.pages import PROOF_LINES, TODAY, application
from wire.messages import Application, DecisionOutcome, StandardOutcome, StandardResult
from wire.text import Bilingual

CATALOGUE = load_catalogue()
OFFERED = CATALOGUE.services["AA-01"]
STANDARDS = ReviewStandards(OFFERED.standards)
PROOF = read_proof(tuple(Line(text, 0.98, top=40.0 * row, height=30) for row, text in enumerate(PROOF_LINES)))


def judged(
    case: Application | None = None, proof: Proof = PROOF, *, name_taken: bool = False
) -> dict[str, StandardResult]:
    context = build_context(
        case or application(CATALOGUE.version),
        district=CATALOGUE.district,
        form_schema=OFFERED.form_schema,
        proof=proof,
        name_taken=name_taken,
        today=TODAY,
    )
    return {result.code: result for result in STANDARDS.apply(context)}


def with_applicant(**changes: Any) -> Application:
    case = application(CATALOGUE.version)
    return case.model_copy(update={"applicant": case.applicant.model_copy(update=changes)})


def with_identity(**changes: Any) -> Application:
    case = application(CATALOGUE.version)
    return case.model_copy(update={"identity": case.identity.model_copy(update=changes)})


def with_form(**changes: Any) -> Application:
    return application(CATALOGUE.version, **changes)


def without(field: str) -> Application:
    case = application(CATALOGUE.version)
    return case.model_copy(update={"form": {k: v for k, v in case.form.items() if k != field}})


def sentence(code: str, which: str) -> Bilingual:
    standard: Standard = next(s for s in OFFERED.standards if s.code == code)
    text = getattr(standard, which)
    assert isinstance(text, Bilingual)
    return text


def test_the_example_meets_every_standard_and_is_granted() -> None:
    results = judged()
    assert {r.outcome for r in results.values()} == {StandardOutcome.MET}
    assert len(results) == 14
    assert outcome_of(tuple(results.values())) is DecisionOutcome.GRANTED


FAILING: list[tuple[str, Application, Proof, bool]] = [
    ("AA-01-01", with_applicant(birth_date="20081124"), PROOF, False),
    ("AA-01-02", with_applicant(id_number="510107188704170023"), PROOF, False),
    ("AA-01-02", with_applicant(card_valid_until="20261122"), PROOF, False),
    ("AA-01-03", with_identity(challenges=()), PROOF, False),
    ("AA-01-04", with_form(operator_name="周远山"), PROOF, False),
    ("AA-01-05", with_form(trade_name="知夏书屋"), PROOF, False),
    ("AA-01-05", with_form(trade_name="锦江新区夏书屋"), PROOF, False),
    ("AA-01-05", with_form(trade_name="锦江新区知夏"), PROOF, False),
    ("AA-01-06", with_form(trade_name="锦江新区中华知夏书屋"), PROOF, False),
    ("AA-01-07", with_form(), PROOF, True),
    ("AA-01-08", with_form(premises_address="云州市清溪县河坝街道12号"), PROOF, False),
    ("AA-01-09", with_form(), Proof(), False),
    ("AA-01-10", with_form(), replace(PROOF, user="周远山"), False),
    ("AA-01-11", with_form(), replace(PROOF, address="云州市锦江新区书院街道清溪巷9号"), False),
    ("AA-01-12", with_form(), replace(PROOF, ends="2026-11-22"), False),
    ("AA-01-13", with_form(scope=["stationery", "tobacco"]), PROOF, False),
    ("AA-01-14", with_form(premises_area=0.5), PROOF, False),
]


@pytest.mark.parametrize(
    ("code", "case", "proof", "taken"), FAILING, ids=[f"{f[0]}-{i}" for i, f in enumerate(FAILING)]
)
def test_a_standard_that_is_not_met_says_its_sentence_in_both_languages(
    code: str, case: Application, proof: Proof, taken: bool
) -> None:
    results = judged(case, proof, name_taken=taken)
    assert results[code].outcome is StandardOutcome.NOT_MET
    expected = sentence(code, "not_met")
    for said, written in ((results[code].explanation.zh, expected.zh), (results[code].explanation.en, expected.en)):
        assert said.startswith(written.split("{")[0])
        assert "{" not in said
    assert outcome_of(tuple(results.values())) is not DecisionOutcome.GRANTED


def test_every_standard_is_seen_failing() -> None:
    assert {failing[0] for failing in FAILING} == {standard.code for standard in OFFERED.standards}


def test_only_clear_failures_are_refused() -> None:
    assert outcome_of(tuple(judged(with_form(operator_name="周远山")).values())) is DecisionOutcome.REFUSED


UNDECIDED = [
    ("AA-01-09", with_form(), replace(PROOF, readable=False)),
    ("AA-01-09", with_form(), replace(PROOF, kind="")),
    ("AA-01-10", with_form(), replace(PROOF, user="林知复")),  # one character: perhaps misread
    ("AA-01-10", with_form(), replace(PROOF, user="周远山", user_confidence=0.6)),
    ("AA-01-11", with_form(), replace(PROOF, address="")),
    ("AA-01-11", with_form(), replace(PROOF, address="云州市锦江新区书院街道文澜路88号附13号")),
    ("AA-01-12", with_form(), replace(PROOF, ends="")),
    ("AA-01-13", with_form(scope_other="旧书回收"), PROOF),
    ("AA-01-14", with_form(capital_wan=900), PROOF),
]


@pytest.mark.parametrize(("code", "case", "proof"), UNDECIDED, ids=[f"{u[0]}-{i}" for i, u in enumerate(UNDECIDED)])
def test_what_the_machine_cannot_be_sure_of_goes_to_a_person(code: str, case: Application, proof: Proof) -> None:
    results = judged(case, proof)
    assert results[code].outcome is StandardOutcome.UNDECIDED
    assert results[code].explanation == sentence(code, "ask_person")
    assert outcome_of(tuple(results.values())) is DecisionOutcome.HUMAN


@pytest.mark.parametrize("field", ["operator_name", "trade_name", "premises_address", "scope", "capital_wan"])
def test_a_missing_input_is_undecided_and_never_granted(field: str) -> None:
    results = judged(without(field))
    assert UNSURE in {r.explanation for r in results.values() if r.outcome is StandardOutcome.UNDECIDED}
    assert outcome_of(tuple(results.values())) is DecisionOutcome.HUMAN


@pytest.mark.parametrize(
    "cel", ["form.no_such_field == 1", "form.employees + 'x' == 'y'", "form.trade_name", "1 / 0 == 1"]
)
def test_a_cel_error_or_a_value_that_is_no_truth_value_is_undecided(cel: str) -> None:
    rule = OFFERED.standards[0].model_copy(update={"cel": cel})
    (result,) = ReviewStandards((rule,)).apply({"form": application(CATALOGUE.version).form})
    assert result.outcome is StandardOutcome.UNDECIDED


def test_no_result_at_all_is_not_a_grant() -> None:
    assert outcome_of(()) is DecisionOutcome.HUMAN


def test_full_width_digits_spaces_and_a_missing_district_do_not_make_an_address_different() -> None:
    proof = replace(PROOF, address="书院街道 文澜路８８号 附１２号")
    assert judged(proof=proof)["AA-01-11"].outcome is StandardOutcome.MET


def test_a_name_is_taken_apart() -> None:
    parts = name_parts("锦江新区知夏书屋（个体工商户）", CATALOGUE.district.business_names)
    assert parts == {"district": "锦江新区", "own": "知夏", "trade": "书屋", "forbidden": []}
