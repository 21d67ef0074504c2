"""The page behind the QR on a receipt, and the number that is said on the telephone."""

from __future__ import annotations

import pytest

from approval_backend.__main__ import main
from approval_backend.intake.progress import note_earlier, references_of
from approval_backend.office import open_store
from approval_backend.store.tables import ProgressRow
from tests.approval_backend.office_process import Kiosk
from tests.approval_backend.pages import EXAMPLE, application, proof_page
from wire.follow_up import is_local_number, local_number, progress_token, progress_url
from wire.messages import Acknowledgement, Envelope

PAGE = proof_page()


def sent(kiosk: Kiosk, version: str, name: str) -> tuple[Envelope, Acknowledgement]:
    assert kiosk.put_material(PAGE).status_code == 201
    envelope = kiosk.seal(application(version, PAGE, trade_name=name))
    return envelope, Acknowledgement.model_validate_json(kiosk.send(envelope).content)


def test_before_it_arrives_the_page_says_not_yet_and_afterwards_how_far(kiosk: Kiosk, version: str) -> None:
    envelope = kiosk.seal(application(version, PAGE, trade_name="锦江新区望江书屋"))
    path = progress_url("", envelope)
    before = kiosk.get(path)
    assert (before.status_code, "还没有送达" in before.text) == (200, True)
    assert kiosk.put_material(PAGE).status_code == 201
    assert kiosk.send(envelope).status_code == 200
    assert any(word in kiosk.get(path).text for word in ("已收到", "工作人员审查中", "已有决定"))
    made = kiosk.decision(envelope.sealed.id)
    expected = "工作人员审查中" if made.outcome.value == "human" else "已有决定"
    assert f"<span>{expected}" in kiosk.get(path).text


def test_the_page_tells_nothing_about_the_person_or_the_outcome(kiosk: Kiosk, version: str) -> None:
    envelope, ack = sent(kiosk, version, "锦江新区隐名书屋")
    made = kiosk.decision(envelope.sealed.id)
    text = kiosk.get(progress_url("", envelope)).text
    personal = (*EXAMPLE["applicant"].values(), "锦江新区隐名书屋", ack.reference, envelope.sealed.id)
    assert [word for word in personal if len(word) > 1 and word in text] == []
    assert made.outcome.value not in text
    assert kiosk.get(progress_url("", envelope)).headers["cache-control"] == "no-store"


def test_a_token_that_nobody_was_given_cannot_be_told_from_one_on_its_way(kiosk: Kiosk, version: str) -> None:
    on_its_way = kiosk.seal(application(version, PAGE, trade_name="锦江新区在途书屋"))
    assert kiosk.get("/p/" + "A" * 22).text == kiosk.get(progress_url("", on_its_way)).text


@pytest.mark.parametrize("token", ["A" * 21, "A" * 23, "..%2F..%2Fetc", "'; DROP TABLE", "林" * 22])
def test_what_is_no_token_is_no_page(kiosk: Kiosk, token: str) -> None:
    assert kiosk.get(f"/p/{token}").status_code == 404


def test_tokens_differ_even_for_the_same_content(kiosk: Kiosk, version: str) -> None:
    one, two = (kiosk.seal(application(version, PAGE)) for _ in range(2))
    assert progress_token(one) != progress_token(two)


def test_the_number_on_the_receipt_leads_to_the_reference(
    kiosk: Kiosk, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    envelope, ack = sent(kiosk, version, "锦江新区电话书屋")
    number, data = local_number(envelope.sealed.id), str(kiosk.office.data)
    assert main(["find", number, "--data", data]) == 0
    assert capsys.readouterr().out.split() == [ack.reference]
    assert main(["find", number.replace("-", " "), "--data", data]) == 0
    said_wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert main(["find", said_wrong, "--data", data]) == 1
    assert "check digit" in capsys.readouterr().err


def test_every_single_wrong_digit_is_caught() -> None:
    number = local_number("0192f3a1-7c00-7000-8000-000000000001")
    assert is_local_number(number)
    for at, digit in enumerate(number):
        for other in "0123456789":
            if digit != "-" and other != digit:
                assert not is_local_number(number[:at] + other + number[at + 1 :])


def test_applications_from_before_get_their_page_at_the_next_start(kiosk: Kiosk, version: str) -> None:
    envelope, ack = sent(kiosk, version, "锦江新区旧日书屋")
    store = open_store(kiosk.office.data)
    with store.write() as session:
        session.delete(session.get(ProgressRow, progress_token(envelope)))
    assert references_of(store, local_number(envelope.sealed.id)) == []
    note_earlier(store)
    assert references_of(store, local_number(envelope.sealed.id)) == [ack.reference]
    store.close()
