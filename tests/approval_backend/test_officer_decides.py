"""What officers decide is handed to a person with what the machine found, never granted or refused by it."""

from __future__ import annotations

from typing import Any

import pytest

from approval_backend.catalogue.example import read_example
from approval_backend.catalogue.load import SHIPPED, load_catalogue
from approval_backend.review.decide import NOT_ISSUED_HERE, outcome_for
from approval_backend.review.standards import ReviewStandards
from tests.approval_backend.office_process import Kiosk
from wire.messages import Application, Decision, DecisionOutcome, StandardOutcome

CATALOGUE = load_catalogue()


def decided(kiosk: Kiosk, version: str, code: str, **form: Any) -> Decision:
    example = read_example(SHIPPED, CATALOGUE, CATALOGUE.services[code]).application
    case = Application.model_validate(
        example.model_dump(mode="json") | {"catalogue_version": version, "form": example.form | form}
    )
    envelope = kiosk.seal(case)
    answer = kiosk.send(envelope)
    assert answer.status_code == 200, answer.text
    return kiosk.decision(envelope.sealed.id)


def test_an_inspected_service_goes_to_a_person_who_is_told_what_the_machine_found(kiosk: Kiosk, version: str) -> None:
    decision = decided(kiosk, version, "AA-07")
    assert decision.outcome is DecisionOutcome.HUMAN
    assert decision.reasons[0].zh == "由审批人员办理，承诺10个工作日内办结"
    outcomes = {result.code: result.outcome for result in decision.standards}
    assert outcomes["AA-07-01"] is StandardOutcome.MET
    assert outcomes["AA-07-13"] is StandardOutcome.UNDECIDED  # nobody was on site yet


def test_a_standard_not_met_does_not_refuse_where_an_officer_decides(kiosk: Kiosk, version: str) -> None:
    decision = decided(kiosk, version, "AA-13", registered_capital_wan=50)
    assert decision.outcome is DecisionOutcome.HUMAN
    assert StandardOutcome.NOT_MET in {result.outcome for result in decision.standards}
    assert decision.remedies is None and decision.orders == ()


@pytest.mark.parametrize("code", ["GS-13", "PS-18"])
def test_what_is_only_taken_in_goes_to_a_person(kiosk: Kiosk, version: str, code: str) -> None:
    assert decided(kiosk, version, code).outcome is DecisionOutcome.HUMAN


@pytest.mark.parametrize("code", ["AA-02", "AA-12", "PS-01"])
def test_a_machine_decided_service_without_its_registers_goes_to_a_person(
    kiosk: Kiosk, version: str, code: str
) -> None:
    decision = decided(kiosk, version, code)
    assert decision.outcome is DecisionOutcome.HUMAN
    assert StandardOutcome.UNDECIDED in {result.outcome for result in decision.standards}


def test_all_standards_met_grants_nothing_that_the_office_cannot_issue() -> None:
    unissued = (DecisionOutcome.HUMAN, (NOT_ISSUED_HERE,))
    for code, expected in (("AA-01", (DecisionOutcome.GRANTED, ())), ("AA-18", unissued)):
        offered = CATALOGUE.services[code]
        results = ReviewStandards(offered.standards).apply(read_example(SHIPPED, CATALOGUE, offered).context)
        assert {result.outcome for result in results} == {StandardOutcome.MET}
        assert outcome_for(offered.service, results) == expected


def test_a_service_without_a_form_is_not_taken_in(kiosk: Kiosk, version: str) -> None:
    example = read_example(SHIPPED, CATALOGUE, CATALOGUE.services["GS-13"]).application
    case = example.model_copy(update={"service": "GS-02", "catalogue_version": version, "form": {}})
    answer = kiosk.send(kiosk.seal(case))
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("service-not-offered")
