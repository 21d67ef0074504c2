"""Intake over HTTP: everything once, and every refusal says what and where."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.approval_backend.office_process import Kiosk
from tests.approval_backend.pages import application, proof_page
from wire.canonical import content_sha256
from wire.envelopes import seal
from wire.ids import new_id
from wire.messages import Acknowledgement, HumanReviewRequest, PrintOutcome, PrintReport
from wire.signing import SigningKey

PAGE = proof_page()


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert str(body["type"]).endswith(f":{kind}") and body["status"] == status and body["title"]
    return body


def test_the_same_envelope_gives_the_first_acknowledgement_again(kiosk: Kiosk, version: str) -> None:
    assert kiosk.put_material(PAGE).status_code == 201
    envelope = kiosk.seal(application(version, PAGE, trade_name="锦江新区一诺书屋"))
    with ThreadPoolExecutor(4) as together:  # a lost answer and a retry may cross
        answers = list(together.map(lambda _: kiosk.send(envelope), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    first = Acknowledgement.model_validate_json(answers[0].content)
    assert (first.id, first.content_sha256) == (envelope.sealed.id, envelope.content_sha256)
    assert first.reference.startswith("AA01-")


def test_the_same_id_with_other_content_is_a_conflict(kiosk: Kiosk, version: str) -> None:
    one = kiosk.seal(application(version, trade_name="锦江新区二泉书屋"))
    other = seal(
        application(version, trade_name="锦江新区三泉书屋"), kiosk.device_id, kiosk.key, envelope_id=one.sealed.id
    )
    assert kiosk.send(one).status_code == 200
    problem(kiosk.send(other), 409, "id-in-use")
    assert kiosk.send(one).status_code == 200


def test_references_are_different_and_count_up(kiosk: Kiosk, version: str) -> None:
    envelopes = [kiosk.seal(application(version, trade_name=f"锦江新区{name}书屋")) for name in ("四海", "五湖")]
    references = [kiosk.send(envelope).json()["reference"] for envelope in envelopes]
    assert references[0] < references[1]


def test_a_form_that_is_not_as_asked_is_told_by_place_and_without_its_values(kiosk: Kiosk, version: str) -> None:
    answer = kiosk.send(kiosk.seal(application(version, phone="12345", capital_wan=-1)))
    errors = problem(answer, 422, "form")["errors"]
    assert isinstance(errors, list)
    assert {error["where"] for error in errors} == {"/sealed/body/form/phone", "/sealed/body/form/capital_wan"}
    assert {"请填写11位手机号码"} < {error["zh"] for error in errors}
    assert "12345" not in answer.text


def test_a_form_of_an_older_catalogue_is_taken_in_and_goes_to_a_person(kiosk: Kiosk) -> None:
    envelope = kiosk.seal(application("older", phone="12345"))
    assert kiosk.send(envelope).status_code == 200
    assert kiosk.decision(envelope.sealed.id).outcome.value == "human"


def test_materials_that_are_not_there_are_named(kiosk: Kiosk, version: str) -> None:
    page = proof_page(["别的一页"])
    envelope = kiosk.seal(application(version, page, trade_name="锦江新区六合书屋"))
    missing = problem(kiosk.send(envelope), 422, "materials-missing")["missing"]
    assert missing == [envelope.sealed.body["materials"][0]["sha256"]]
    assert kiosk.put_material(page).status_code == 201
    assert kiosk.send(envelope).status_code == 200


def test_an_unknown_device_is_refused(kiosk: Kiosk, version: str) -> None:
    stranger = Kiosk(kiosk.office, SigningKey.generate(), "kiosk-9999")
    problem(stranger.send(stranger.seal(application(version))), 401, "device-unknown")
    problem(stranger.put_material(PAGE), 401, "device-unknown")


def test_a_known_name_with_another_key_is_refused(kiosk: Kiosk, version: str) -> None:
    impostor = Kiosk(kiosk.office, SigningKey.generate())
    problem(impostor.send(impostor.seal(application(version))), 400, "signature")
    problem(impostor.put_material(PAGE), 401, "request-signature")


def test_a_changed_body_is_refused_even_with_a_new_hash(kiosk: Kiosk, version: str) -> None:
    envelope = kiosk.seal(application(version))
    body = envelope.sealed.body | {"locale": "en"}
    sealed = envelope.sealed.model_copy(update={"body": body})
    problem(kiosk.send(envelope.model_copy(update={"sealed": sealed})), 400, "signature")
    rehashed = envelope.model_copy(update={"sealed": sealed, "content_sha256": content_sha256(sealed)})
    problem(kiosk.send(rehashed), 400, "signature")


@pytest.mark.parametrize(
    "garbage", [b"", b"{", b"[]", b"\xff\xfe", b'{"sealed": {}}', b"null", b"[" * 5000, "。".encode() * 100]
)
def test_garbage_is_refused_with_what_and_where(kiosk: Kiosk, garbage: bytes) -> None:
    answer = kiosk._http.post(kiosk.office.address + "/v1/intake", content=garbage)
    assert problem(answer, 422, "envelope")["errors"]


def test_too_much_is_refused(kiosk: Kiosk) -> None:
    answer = kiosk._http.post(kiosk.office.address + "/v1/intake", content=b" " * 300_000)
    problem(answer, 413, "too-large")
    problem(kiosk.put_material(b"\xff\xd8\xff" + bytes(4 * 1024 * 1024)), 413, "too-large")


def test_a_material_must_have_the_hash_and_type_that_it_says(kiosk: Kiosk) -> None:
    path = f"/v1/materials/{'0' * 64}"
    problem(kiosk.signed("PUT", path, PAGE, **{"Content-Type": "image/jpeg"}), 422, "hash-mismatch")
    problem(kiosk.put_material(PAGE, "text/html"), 415, "media-type")
    problem(kiosk.put_material(b"GIF89a", "image/jpeg"), 422, "content-mismatch")


def test_a_report_on_an_unknown_order_or_application_is_refused(kiosk: Kiosk) -> None:
    report = PrintReport(
        order_id=new_id(),
        application_id=new_id(),
        stock_type="business_licence_a3",
        stock_serial=None,
        outcome=PrintOutcome.PRINTED,
        at="2026-11-23T02:00:00Z",  # type: ignore[arg-type]
    )
    problem(kiosk.send(kiosk.seal(report)), 422, "application-unknown")
    problem(kiosk.send(kiosk.seal(HumanReviewRequest(application_id=new_id()))), 422, "application-unknown")


def test_the_catalogue_is_signed_and_not_sent_twice(kiosk: Kiosk, version: str) -> None:
    from wire.canonical import canonical_bytes
    from wire.messages import SignedCatalogue
    from wire.signing import VerifyKey

    answer = kiosk.get("/v1/catalogue")
    catalogue = SignedCatalogue.model_validate_json(answer.content)
    office_key = VerifyKey.from_pem(kiosk.get("/v1/office-key").text)
    office_key.verify(canonical_bytes(catalogue.bundle), catalogue.signature)
    assert catalogue.bundle.version == version
    assert "services/AA-01/form.schema.json" in catalogue.bundle.files
    again = kiosk._http.get(kiosk.office.address + "/v1/catalogue", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
