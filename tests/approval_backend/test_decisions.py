"""From a captured page to a decision and its orders, through the real reader, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.approval_backend.office_process import Kiosk
from tests.approval_backend.pages import PROOF_LINES, application, proof_page
from wire.canonical import canonical_bytes
from wire.ids import new_id
from wire.messages import Decision, DecisionOutcome, HumanReviewRequest, PrintOutcome, PrintReport, StandardOutcome
from wire.qr import parse_verification_url
from wire.signing import VerifyKey


def decided(kiosk: Kiosk, version: str, page: bytes | None, **form: object) -> Decision:
    if page is not None:
        assert kiosk.put_material(page).status_code == 201
    envelope = kiosk.seal(application(version, page, **form))
    assert kiosk.send(envelope).status_code == 200
    return kiosk.decision(envelope.sealed.id)


@pytest.fixture(scope="module")
def granted(kiosk: Kiosk, version: str) -> Decision:
    return decided(kiosk, version, proof_page(), trade_name="锦江新区知夏书屋")


def outcomes(decision: Decision) -> dict[str, StandardOutcome]:
    return {result.code: result.outcome for result in decision.standards}


def test_a_sound_application_is_granted_with_two_signed_orders(kiosk: Kiosk, granted: Decision) -> None:
    assert granted.outcome is DecisionOutcome.GRANTED, [s for s in granted.standards if s.outcome != "met"]
    assert granted.decided_by == "machine" and len(granted.standards) == 14
    office_key = VerifyKey.from_pem(kiosk.get("/v1/office-key").text)
    for signed in granted.orders:
        office_key.verify(canonical_bytes(signed.order), signed.signature)
    original, duplicate = (signed.order for signed in granted.orders)
    assert (original.template, original.stock_type, original.media) == (
        "business_licence_original",
        "business_licence_a3",
        "iso_a3_297x420mm",
    )
    assert (duplicate.template, duplicate.stock_type, duplicate.media) == (
        "business_licence_duplicate",
        "business_licence_a4",
        "iso_a4_210x297mm",
    )
    assert duplicate.data["serial"] == "副本 1-1" and "serial" not in original.data
    assert original.data["operator"] == "林知夏" and original.data["capital"] == "叁万元整"
    assert "一般项目：文具用品零售；图书出租；咖啡器具销售。" in original.data["scope"]
    assert parse_verification_url(original.verification_url)[0] == original.identifier


def test_a_decision_tells_what_reading_took(granted: Decision) -> None:
    assert granted.ocr_ms and granted.review_ms
    assert granted.ocr_ms <= granted.review_ms


def test_a_decision_is_the_same_when_asked_again(kiosk: Kiosk, granted: Decision) -> None:
    assert kiosk.decision(granted.application_id) == granted


def test_a_name_can_be_taken_once(kiosk: Kiosk, version: str, granted: Decision) -> None:
    again = decided(kiosk, version, proof_page(), trade_name=granted.orders[0].order.data["name"])
    assert again.outcome is DecisionOutcome.REFUSED
    assert outcomes(again)["AA-01-07"] is StandardOutcome.NOT_MET
    assert again.remedies and "60日" in again.remedies.zh and again.orders == ()


def test_another_address_on_the_page_is_refused_with_the_address_read(kiosk: Kiosk, version: str) -> None:
    lines = [line.replace("文澜路88号附12号", "清溪巷9号") for line in PROOF_LINES]
    decision = decided(kiosk, version, proof_page(lines), trade_name="锦江新区听雨书屋")
    assert decision.outcome is DecisionOutcome.REFUSED
    (reason,) = decision.reasons
    assert "清溪巷9号" in reason.zh


def test_another_persons_contract_is_refused(kiosk: Kiosk, version: str) -> None:
    lines = [line.replace("林知夏", "周远山") for line in PROOF_LINES]
    decision = decided(kiosk, version, proof_page(lines), trade_name="锦江新区松月书屋")
    assert decision.outcome is DecisionOutcome.REFUSED
    assert outcomes(decision)["AA-01-10"] is StandardOutcome.NOT_MET


@pytest.mark.parametrize(
    "page",
    [proof_page(blur=9), proof_page(["今天天气很好"]), b"\xff\xd8\xff" + bytes(2000), None],
    ids=["blurred", "another page", "broken picture", "no page"],
)
def test_a_page_that_the_machine_cannot_use_goes_to_a_person(kiosk: Kiosk, version: str, page: bytes | None) -> None:
    decision = decided(kiosk, version, page, trade_name="锦江新区云栖书屋")
    assert decision.outcome is DecisionOutcome.HUMAN
    assert decision.reasons and decision.orders == ()


def test_asking_for_a_person_after_the_decision_is_noted_and_the_decision_stands(
    kiosk: Kiosk, granted: Decision
) -> None:
    asked = HumanReviewRequest(application_id=granted.application_id, said="请人工再看一次")
    assert kiosk.send(kiosk.seal(asked)).status_code == 200
    assert kiosk.decision(granted.application_id) == granted


def test_asking_for_a_person_before_the_decision_ends_the_machine_review(kiosk: Kiosk, version: str) -> None:
    page = proof_page()
    kiosk.put_material(page)
    busy = [kiosk.seal(application(version, page, trade_name=f"锦江新区{n}书屋")) for n in ("清溪", "长亭")]
    waiting = kiosk.seal(application(version, page, trade_name="锦江新区远方书屋"))
    for envelope in (*busy, waiting):
        assert kiosk.send(envelope).status_code == 200
    assert kiosk.send(kiosk.seal(HumanReviewRequest(application_id=waiting.sealed.id))).status_code == 200
    decision = kiosk.decision(waiting.sealed.id)
    assert decision.outcome is DecisionOutcome.HUMAN and "应您的要求" in decision.reasons[0].zh
    assert kiosk.decision(busy[1].sealed.id).outcome is DecisionOutcome.GRANTED


def test_a_print_report_is_taken_once(kiosk: Kiosk, granted: Decision) -> None:
    order = granted.orders[0].order
    report = PrintReport(
        order_id=order.order_id,
        application_id=order.application_id,
        stock_type=order.stock_type,
        stock_serial="A3-000001",
        outcome=PrintOutcome.PRINTED,
        at=datetime.now(UTC),
    )
    envelope = kiosk.seal(report)
    assert kiosk.send(envelope).text == kiosk.send(envelope).text
    misplaced = kiosk.seal(report.model_copy(update={"order_id": new_id()}))
    assert kiosk.send(misplaced).status_code == 422


def test_a_decision_is_for_the_device_that_sealed_the_application(kiosk: Kiosk, granted: Decision) -> None:
    from approval_backend.intake.devices import enrol
    from approval_backend.office import open_store
    from wire.signing import SigningKey

    key = SigningKey.generate()
    store = open_store(kiosk.office.data)  # enrolment beside a serving office
    enrol(store, "kiosk-0002", key.public().pem())
    store.close()
    other = Kiosk(kiosk.office, key, "kiosk-0002")
    answer = other.signed("GET", f"/v1/applications/{granted.application_id}/decision")
    assert answer.status_code == 404 and "林知夏" not in answer.text
    assert kiosk.get(f"/v1/applications/{granted.application_id}/decision").status_code == 401
    assert kiosk.signed("GET", f"/v1/applications/{new_id()}/decision?wait=5").status_code == 404


def test_the_log_holds_no_resident(kiosk: Kiosk, granted: Decision) -> None:
    log = kiosk.office.log.read_text()
    assert granted.application_id in log
    for personal in ("林知夏", "510107188704170022", "文澜路", "13800000001", "知夏书屋", "周远山"):
        assert personal not in log
