"""The print desk on a real store: an order becomes paper once, and its outcome is never better than what is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from drivers.device import Fault
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from kiosk_app.audit.log import AuditLog
from kiosk_app.printing.desk import PrintDesk
from kiosk_app.session.model import PaperState
from offline_cache.documents import Documents, DocumentState
from offline_cache.outbox import Outbox
from offline_cache.stock import Stock
from offline_cache.store import Store
from print_templates.render import installed_version
from print_templates.samples import licence
from wire.canonical import canonical_bytes
from wire.ids import new_id
from wire.messages import DocumentOrder, PrintReport, SignedOrder
from wire.signing import SigningKey
from wire.text import Bilingual

TEMPLATE = "business_licence_original"
STOCK = "business_licence_a3"


class ScriptedPrinter:
    """Does what the test says, and remembers what it was given."""

    def __init__(self, outcome: Outcome | Fault) -> None:
        self.outcome = outcome
        self.given: list[bytes] = []
        self.known_jobs: dict[str, int] = {}

    def print_document(self, pdf: bytes, media: str, title: str, on_job: Callable[[int], None]) -> Outcome:
        if isinstance(self.outcome, Fault):
            raise self.outcome
        self.known_jobs[title] = 7
        on_job(7)
        self.given.append(pdf)
        return self.outcome

    def settle(self, job: int | None, title: str) -> Outcome | None:
        assert job in (None, 7)
        assert not isinstance(self.outcome, Fault)
        return self.outcome if title in self.known_jobs else None

    def submit(self, session_id: str, command: Callable[[Any], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(command(self))
        except Fault as fault:
            future.set_exception(fault)
        return future


class Bureau:
    """Store, keys and one order that waits for paper."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder / "kiosk.db", bytes(32))
        self.documents = Documents(self.store)
        self.stock = Stock(self.store)
        self.stock.load(STOCK, "LA0001", 3)
        self.office = SigningKey.generate()
        self.device = SigningKey.generate()
        self.audit = AuditLog.open(folder / "audit", "kiosk-1")
        self.order_id = self.add_order(self.office)
        self.told: list[tuple[PaperState, str]] = []

    def add_order(self, key: SigningKey) -> str:
        data = licence(TEMPLATE)
        order = DocumentOrder(
            order_id=new_id(),
            application_id=new_id(),
            template=TEMPLATE,
            template_version=installed_version(TEMPLATE),
            title=Bilingual(zh="正本", en="Original"),
            data=data,
            identifier=data["identifier"],
            verification_url=data["verification_url"],
            stock_type=STOCK,
            media="iso_a3_297x420mm",
            holder_id_number="510107188704170022",
            issued_at=datetime.now(UTC),
        )
        self.documents.add(SignedOrder(order=order, signature=key.sign(canonical_bytes(order))))
        return order.order_id

    def desk(self, printer: ScriptedPrinter) -> PrintDesk:
        return PrintDesk(
            self.store, printer, self.office.public(), "kiosk-1", self.device, self.audit, background=False
        )

    def print_with(self, outcome: Outcome | Fault, order_id: str = "") -> ScriptedPrinter:
        printer = ScriptedPrinter(outcome)
        self.desk(printer).print_order("session", order_id or self.order_id, self.tell)
        return printer

    def tell(self, order_id: str, state: PaperState, code: str) -> None:
        self.told.append((state, code))

    def reports(self) -> list[PrintReport]:
        found = []
        outbox = Outbox(self.store)
        while (lease := outbox.lease_next(1e9)) is not None:
            found.append(PrintReport.model_validate(lease.envelope.sealed.body, strict=False))
        return found


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    bureau = Bureau(tmp_path)
    yield bureau
    bureau.store.close()


def test_printed_is_settled_reported_with_its_serial_and_never_printed_again(bureau: Bureau) -> None:
    bureau.print_with(Printed())
    assert bureau.told[-1] == (PaperState.PRINTED, "")
    assert bureau.documents.document(bureau.order_id).state is DocumentState.PRINTED
    assert bureau.stock.remaining(STOCK) == 2
    (report,) = bureau.reports()
    assert (report.outcome.value, report.stock_serial) == ("printed", "LA0001")
    again = bureau.print_with(Printed())
    assert not again.given
    assert bureau.told[-1][0] is PaperState.PRINTED


def test_not_printed_stays_collectable_and_keeps_its_sheet(bureau: Bureau) -> None:
    bureau.print_with(NotPrinted("laser_printer.paper_out"))
    assert bureau.told[-1] == (PaperState.NOT_PRINTED, "laser_printer.paper_out")
    assert bureau.documents.document(bureau.order_id).state is DocumentState.COLLECTABLE
    assert bureau.stock.remaining(STOCK) == 3
    assert bureau.print_with(Printed()).given


def test_a_jam_after_hand_over_leaves_the_licence_unknown_and_nobody_retries(bureau: Bureau) -> None:
    bureau.print_with(Unsettled("laser_printer.jam"))
    assert bureau.documents.document(bureau.order_id).state is DocumentState.UNKNOWN
    assert not bureau.print_with(Printed()).given
    assert bureau.told[-1][0] is PaperState.UNKNOWN


def test_a_fault_before_any_job_is_known_to_be_no_paper(bureau: Bureau) -> None:
    bureau.print_with(Fault("laser_printer.missing"))
    assert bureau.told[-1] == (PaperState.NOT_PRINTED, "laser_printer.missing")


def test_an_order_that_the_office_did_not_sign_gets_no_paper(bureau: Bureau) -> None:
    forged = bureau.add_order(SigningKey.generate())
    assert not bureau.print_with(Printed(), forged).given
    assert bureau.told[-1] == (PaperState.NOT_PRINTED, "print_desk.order_untrusted")


def test_without_a_sheet_left_nothing_is_handed_over(bureau: Bureau) -> None:
    for _ in range(3):
        bureau.print_with(Printed(), bureau.add_order(bureau.office))
    assert not bureau.print_with(Printed()).given
    assert bureau.told[-1] == (PaperState.NOT_PRINTED, "print_desk.out_of_stock")


@pytest.mark.parametrize(
    ("job_known", "outcome", "state"),
    [
        (True, Printed(), DocumentState.PRINTED),
        (True, Unsettled("laser_printer.jam"), DocumentState.UNKNOWN),
        (False, Printed(), DocumentState.COLLECTABLE),
    ],
)
def test_after_a_kill_the_spooler_says_what_became_of_an_open_order(
    bureau: Bureau, job_known: bool, outcome: Outcome, state: DocumentState
) -> None:
    bureau.documents.begin_printing(bureau.order_id)
    printer = ScriptedPrinter(outcome)
    if job_known:
        printer.known_jobs[bureau.order_id] = 7
    assert bureau.desk(printer).recover(bureau.tell) == 1
    assert bureau.documents.document(bureau.order_id).state is state
