"""One resident's whole visit on a real store, with everything that the house writes to disk below one folder."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk_app.audit import events
from kiosk_app.audit.log import AuditLog
from offline_cache.decisions import Decisions
from offline_cache.documents import Documents
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.retention import Retention
from offline_cache.stock import Stock
from offline_cache.store import Store
from offline_cache.sync import Pace, SyncWorker
from print_templates.render import installed_version, render
from print_templates.samples import licence
from tests.offline_cache.office import Office
from tests.offline_cache.samples import DEVICE_ID, DEVICE_KEY, OFFICE_KEY, STORE_KEY
from wire.canonical import bytes_sha256, canonical_bytes
from wire.envelopes import seal
from wire.ids import new_id
from wire.messages import (
    Acknowledgement,
    Applicant,
    Application,
    Decision,
    DecisionOutcome,
    DocumentOrder,
    Envelope,
    HumanReviewRequest,
    IdentityEvidence,
    MaterialRef,
    PrintOutcome,
    PrintReport,
    SignedOrder,
    StandardOutcome,
    StandardResult,
)
from wire.text import Bilingual

LIMIT_S = 30.0
MONTH = timedelta(days=31)
NAME = "金丝雀测试甲"
ID_NUMBER = "510107199001010010"
ADDRESS = "川西市锦江新区金丝雀街一百一十七号"
TRADE_NAME = "金丝雀书屋"
SAID = "我想请一个人看看，金丝雀"
EXPLAINED = "金丝雀书屋的地址与证明不符"
PHOTO = b"\xff\xd8\xff\xe0" + random.Random(17).randbytes(180_000) + b"\xff\xd9"
SMALL_PHOTO = b"\xff\xd8\xff\xe0" + random.Random(18).randbytes(9_000) + b"\xff\xd9"
# Bytes from the beginning, the middle and the end of both pages: 20 random bytes are found by no chance.
SLICES = [photo[at : at + 20] for photo in (PHOTO, SMALL_PHOTO) for at in range(4, len(photo) - 24, 4099)]
CANARIES: list[str | bytes] = [NAME, ID_NUMBER, ADDRESS, TRADE_NAME, SAID, EXPLAINED, *SLICES]
TEMPLATE = "business_licence_original"
STOCK = "business_licence_a3"
QUICK = Pace(
    probe_s=0.1,
    health_s=0.3,
    second_look_s=0.02,
    first_failure_s=0.1,
    waited_for_s=0.05,
    recovery_s=0.5,
    decision_failure_s=0.2,
)


def application() -> tuple[Envelope, dict[str, bytes]]:
    """What the resident hands in: two pages, one of several pieces."""
    pages = {bytes_sha256(page): page for page in (PHOTO, SMALL_PHOTO)}
    now = datetime.now(UTC)
    body = Application(
        service="AA-01",
        catalogue_version="1",
        applicant=Applicant(
            name=NAME,
            id_number=ID_NUMBER,
            sex="女",
            nation="汉",
            birth_date="19900101",
            address=ADDRESS,
            card_valid_until="长期",
        ),
        identity=IdentityEvidence(
            method="card+face",
            result="match",
            score_band="high",
            model="m",
            challenges=("blink",),
            attempts=1,
            consented_at=now,
            verified_at=now,
        ),
        form={"trade_name": TRADE_NAME},
        materials=tuple(
            MaterialRef(kind="premises_proof", sha256=digest, media_type="image/jpeg", size_bytes=len(page))
            for digest, page in pages.items()
        ),
    )
    return seal(body, DEVICE_ID, DEVICE_KEY), pages


def granted(application_id: str) -> Decision:
    """The office grants it, with a licence to print."""
    data = licence(TEMPLATE) | {"name": TRADE_NAME, "operator": NAME}
    order = DocumentOrder(
        order_id=new_id(),
        application_id=application_id,
        template=TEMPLATE,
        template_version=installed_version(TEMPLATE),
        title=Bilingual(zh="正本", en="Original"),
        data=data,
        identifier=data["identifier"],
        verification_url=data["verification_url"],
        stock_type=STOCK,
        media="iso_a3_297x420mm",
        holder_id_number=ID_NUMBER,
        issued_at=datetime.now(UTC),
    )
    standard = StandardResult(
        code="S1",
        kind="validity",
        title=Bilingual(zh="x", en="x"),
        legal_basis="x",
        outcome=StandardOutcome.MET,
        explanation=Bilingual(zh=EXPLAINED, en="x"),
    )
    return Decision(
        application_id=application_id,
        outcome=DecisionOutcome.GRANTED,
        decided_by="machine",
        decided_at=datetime.now(UTC),
        standards=(standard,),
        orders=(SignedOrder(order=order, signature=OFFICE_KEY.sign(canonical_bytes(order))),),
    )


@dataclass
class Visit:
    """The kiosk's parts while somebody is there, and what came of it."""

    data: Path
    store: Store
    audit: AuditLog
    office: Office
    application_id: str = ""
    order_id: str = ""

    def hand_in(self) -> None:
        """Identified, sealed, and a person asked for."""
        self.audit.record(
            events.IdentityComplete(
                session="s", disposition="match", band="high", model="m", holder=events.Personal(ID_NUMBER, NAME)
            )
        )
        outbox = Outbox(self.store)
        envelope, pages = application()
        self.application_id = envelope.sealed.id
        outbox.expect(ID_NUMBER)
        outbox.seal(envelope, pages, priority=1)
        said = HumanReviewRequest(application_id=self.application_id, said=SAID)
        outbox.seal(seal(said, DEVICE_ID, DEVICE_KEY))

    def send(self) -> None:
        """To a real office, until the decision is here."""
        self.office.decisions[self.application_id] = granted(self.application_id)
        decided, heard = threading.Event(), threading.Event()

        def on_event(event: object) -> None:
            heard.set()
            if Decisions(self.store).get(self.application_id) is not None:
                decided.set()

        client = OfficeClient(self.office.url, DEVICE_ID, DEVICE_KEY, read_s=5.0)
        worker = SyncWorker(self.store, client, OFFICE_KEY.public(), on_event, QUICK)
        worker.start()
        try:
            assert decided.wait(LIMIT_S), "no decision came"
            self._wait_accepted(2, heard)
        finally:
            worker.stop()

    def print_paper(self) -> None:
        """The licence is typeset and its outcome written down with its report."""
        documents = Documents(self.store)
        (signed,) = documents.collectable(ID_NUMBER)
        self.order_id = signed.order.order_id
        assert render(TEMPLATE, signed.order.data, background=False).startswith(b"%PDF")
        serial = documents.begin_printing(self.order_id)
        report = PrintReport(
            order_id=self.order_id,
            application_id=self.application_id,
            stock_type=STOCK,
            stock_serial=serial,
            outcome=PrintOutcome.PRINTED,
            at=datetime.now(UTC),
        )
        with self.store.transaction():
            documents.settle(self.order_id, PrintOutcome.PRINTED, stock_serial=serial)
            Outbox(self.store).seal(seal(report, DEVICE_ID, DEVICE_KEY))

    def settle(self) -> None:
        """The office takes what is left."""
        for row in self.store.rows("SELECT id, content_sha256 FROM outbox WHERE state <> 'accepted'"):
            ack = Acknowledgement(
                id=row["id"], content_sha256=row["content_sha256"], reference="R", received_at=datetime.now(UTC)
            )
            Outbox(self.store).accept(row["id"], ack)

    def erase(self) -> None:
        """A month later."""
        retention = Retention(self.store)
        now = datetime.now(UTC)
        assert retention.apply(now) == 0
        assert retention.apply(now + MONTH) == 1

    def _wait_accepted(self, count: int, heard: threading.Event) -> None:
        while Outbox(self.store).counts()[OutboxState.ACCEPTED] < count:
            assert heard.wait(LIMIT_S), "the office takes nothing"
            heard.clear()


@contextmanager
def visit(data: Path, office: Office) -> Iterator[Visit]:
    """A kiosk whose folder is ``data``."""
    store = Store.open(data / "kiosk.db", STORE_KEY)
    Stock(store).load(STOCK, "LA 0001", 5)
    audit = AuditLog.open(data / "log" / "audit", "kiosk-test", store.subjects)
    try:
        yield Visit(data, store, audit, office)
    finally:
        audit.close()
        store.close()
