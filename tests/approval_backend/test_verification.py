"""The page behind the QR: valid for what was issued, invalid for one character changed anywhere."""

from __future__ import annotations

import random
import re
from urllib.parse import urlsplit

import pytest

from approval_backend.office import open_store
from approval_backend.store.tables import Licence
from tests.approval_backend.office_process import Kiosk
from tests.approval_backend.pages import application, proof_page
from wire.messages import DocumentOrder

CHANCE = random.Random(20261123)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ."
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture(scope="module")
def order(kiosk: Kiosk, version: str) -> DocumentOrder:
    page = proof_page()
    kiosk.put_material(page)
    envelope = kiosk.seal(application(version, page, trade_name="锦江新区青衿书屋"))
    assert kiosk.send(envelope).status_code == 200
    return kiosk.decision(envelope.sealed.id).orders[0].order


def other(char: str, alphabet: str) -> str:
    return CHANCE.choice([c for c in alphabet if c != char])


def test_an_issued_licence_is_valid_and_shows_what_is_on_the_paper(kiosk: Kiosk, order: DocumentOrder) -> None:
    parts = urlsplit(order.verification_url)
    answer = kiosk.get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 200
    for shown in ("有效", "Valid", "锦江新区青衿书屋", order.data["unified_social_credit_code"], order.identifier):
        assert shown in answer.text
    assert "无效" not in answer.text and order.holder_id_number not in answer.text


def test_the_page_loads_nothing_from_elsewhere(kiosk: Kiosk, order: DocumentOrder) -> None:
    parts = urlsplit(order.verification_url)
    answer = kiosk.get(f"{parts.path}?{parts.query}")
    assert not re.search(r"<script|<link|src=|@import|url\(|https?://", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_one_character_changed_at_any_place_of_the_identifier_is_invalid(kiosk: Kiosk, order: DocumentOrder) -> None:
    query = urlsplit(order.verification_url).query
    for place, char in enumerate(order.identifier):
        changed = order.identifier[:place] + other(char, ALPHABET) + order.identifier[place + 1 :]
        answer = kiosk.get(f"/v/{changed}?{query}")
        assert answer.status_code == 404 and "无效" in answer.text and "青衿" not in answer.text, place


def test_one_character_changed_at_any_place_of_the_signature_is_invalid(kiosk: Kiosk, order: DocumentOrder) -> None:
    parts = urlsplit(order.verification_url)
    signature = parts.query.removeprefix("s=")
    for place, char in enumerate(signature):
        changed = signature[:place] + other(char, BASE64URL) + signature[place + 1 :]
        answer = kiosk.get(f"{parts.path}?s={changed}")
        assert answer.status_code == 404 and "签名" in answer.text, place


@pytest.mark.parametrize(
    "path",
    [
        "/v/",
        "/v/x",
        "/v/%E8%90%A5%E4%B8%9A?s=%FF",
        "/v/<script>alert(1)</script>",
        "/v/a/b/../c?s=1&s=2",
        "/v/" + "1" * 3000,
        "/v/1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
        "/v/1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F?s=%E7%AD%BE",
    ],
)
def test_whatever_a_stranger_types_gets_a_page_that_says_invalid(kiosk: Kiosk, path: str) -> None:
    answer = kiosk.get(path)
    assert answer.status_code == 404
    assert "无效" in answer.text and "Invalid" in answer.text
    assert "<script" not in answer.text and "Traceback" not in answer.text and len(answer.text) < 10_000


def test_a_revoked_licence_is_invalid_and_says_so(kiosk: Kiosk, order: DocumentOrder) -> None:
    def set_status(status: str) -> None:
        store = open_store(kiosk.office.data)
        with store.write() as session:
            licence = session.get(Licence, order.identifier)
            assert licence is not None
            licence.status = status
        store.close()

    parts = urlsplit(order.verification_url)
    set_status("revoked")
    try:
        answer = kiosk.get(f"{parts.path}?{parts.query}")
    finally:
        set_status("valid")
    assert answer.status_code == 200
    assert "无效" in answer.text and "吊销" in answer.text and "锦江新区青衿书屋" in answer.text
