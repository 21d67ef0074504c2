"""Sealed things for the tests: invented people, real signatures."""

from __future__ import annotations

from datetime import UTC, datetime

from wire.canonical import bytes_sha256, canonical_bytes
from wire.envelopes import seal
from wire.ids import new_id
from wire.messages import (
    Acknowledgement,
    Applicant,
    Application,
    CatalogueBundle,
    Decision,
    DecisionOutcome,
    DocumentOrder,
    Envelope,
    IdentityEvidence,
    MaterialRef,
    PrintOutcome,
    PrintReport,
    SignedCatalogue,
    SignedOrder,
)
from wire.signing import SigningKey
from wire.text import Bilingual

DEVICE_ID = "kiosk-test"
DEVICE_KEY = SigningKey.generate()
OFFICE_KEY = SigningKey.generate()
STORE_KEY = bytes(range(32))
CANARY = "金丝雀测试名"
HOLDER = "510107199001010010"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def application(*pages: bytes, name: str = CANARY) -> tuple[Envelope, dict[str, bytes]]:
    """An application that names these pages, and the pages by SHA-256."""
    refs = tuple(
        MaterialRef(kind="premises_proof", sha256=bytes_sha256(page), media_type="image/jpeg", size_bytes=len(page))
        for page in pages
    )
    body = Application(
        service="AA-01",
        catalogue_version="1",
        applicant=Applicant(
            name=name,
            id_number=HOLDER,
            sex="女",
            nation="汉",
            birth_date="19900101",
            address="x",
            card_valid_until="长期",
        ),
        identity=IdentityEvidence(
            method="card+face",
            result="match",
            score_band="high",
            model="m",
            challenges=("blink",),
            attempts=1,
            consented_at=NOW,
            verified_at=NOW,
        ),
        form={"trade_name": "x"},
        materials=refs,
    )
    return seal(body, DEVICE_ID, DEVICE_KEY), {bytes_sha256(page): page for page in pages}


def print_report() -> Envelope:
    body = PrintReport(
        order_id=new_id(),
        application_id=new_id(),
        stock_type="business_licence_a3",
        stock_serial=None,
        outcome=PrintOutcome.PRINTED,
        at=NOW,
    )
    return seal(body, DEVICE_ID, DEVICE_KEY)


def acknowledgement(envelope: Envelope) -> Acknowledgement:
    return Acknowledgement(
        id=envelope.sealed.id, content_sha256=envelope.content_sha256, reference="AA01-0001", received_at=NOW
    )


def order(application_id: str | None = None, key: SigningKey = OFFICE_KEY, stock: str = "a3") -> SignedOrder:
    content = DocumentOrder(
        order_id=new_id(),
        application_id=application_id or new_id(),
        template="business_licence_original",
        template_version="1",
        title=Bilingual(zh="营业执照", en="Business licence"),
        data={},
        identifier="x",
        verification_url="x",
        stock_type=stock,
        media="iso_a3_297x420mm",
        holder_id_number=HOLDER,
        issued_at=NOW,
    )
    return SignedOrder(order=content, signature=key.sign(canonical_bytes(content)))


def decision(
    application_id: str, outcome: DecisionOutcome = DecisionOutcome.GRANTED, orders: tuple[SignedOrder, ...] = ()
) -> Decision:
    return Decision(
        application_id=application_id,
        outcome=outcome,
        decided_by="machine",
        decided_at=NOW,
        standards=(),
        orders=orders,
    )


def catalogue(version: str = "1", key: SigningKey = OFFICE_KEY) -> SignedCatalogue:
    bundle = CatalogueBundle(version=version, files={"services/AA-01/service.toml": "code = 'AA-01'"})
    return SignedCatalogue(bundle=bundle, signature=key.sign(canonical_bytes(bundle)))
