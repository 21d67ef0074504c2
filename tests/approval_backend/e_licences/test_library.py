"""From a granted application to its sealed document, over HTTP and in the library."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from cryptography import x509

from approval_backend.e_licences.sealing import SealState, check_seal
from approval_backend.office import open_store
from approval_backend.store.tables import Licence, LicenceDocument
from tests.approval_backend.office_process import Kiosk
from tests.approval_backend.pages import application, proof_page
from wire.canonical import bytes_sha256
from wire.messages import Decision

PAGE = proof_page()


def granted(kiosk: Kiosk, version: str, name: str) -> Decision:
    assert kiosk.put_material(PAGE).status_code == 201
    envelope = kiosk.seal(application(version, PAGE, trade_name=name))
    assert kiosk.send(envelope).status_code == 200
    return kiosk.decision(envelope.sealed.id)


def test_a_granted_licence_is_there_as_a_sealed_document(kiosk: Kiosk, version: str) -> None:
    order = granted(kiosk, version, "锦江新区印章书屋").orders[0].order
    address = urlsplit(order.verification_url)
    shown = kiosk.get(f"{address.path}?{address.query}")
    assert f"/e/{order.identifier}.pdf?" in shown.text
    answer = kiosk.get(f"/e/{order.identifier}.pdf?{address.query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    roots = tuple(x509.load_pem_x509_certificates(kiosk.get("/seal").content))[-1:]
    assert check_seal(answer.content, roots).state is SealState.GENUINE
    assert kiosk.get(f"/e/{order.identifier}.pdf?{address.query}").content == answer.content  # made once
    store = open_store(kiosk.office.data)
    with store.read() as session:
        kept = session.get(LicenceDocument, (order.identifier, "001"))
        assert kept is not None and kept.sha256 == bytes_sha256(answer.content)
        details = json.loads(kept.details)
    store.close()
    assert (details["ZZMC"], details["ZZBS"], details["CZZT"]) == ("营业执照", order.identifier, "锦江新区印章书屋")
    assert details["CZZTDM"] == details["ZZBH"] == order.data["unified_social_credit_code"]
    assert details["ZZLXDM"] == "11100000MB0143028R001"


def test_without_its_code_or_in_force_no_document_is_shown(kiosk: Kiosk, version: str) -> None:
    order = granted(kiosk, version, "锦江新区注销书屋").orders[0].order
    query = urlsplit(order.verification_url).query
    assert kiosk.get(f"/e/{order.identifier}.pdf").status_code == 404
    assert kiosk.get(f"/e/{order.identifier}.pdf?s=AAAA").status_code == 404
    store = open_store(kiosk.office.data)
    with store.write() as session:
        licence = session.get(Licence, order.identifier)
        assert licence is not None
        licence.status = "cancelled"
    store.close()
    assert kiosk.get(f"/e/{order.identifier}.pdf?{query}").status_code == 404
