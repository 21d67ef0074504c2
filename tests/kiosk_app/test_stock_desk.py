"""Refills: every sheet of the filling before is in exactly one count, told to the office and written in the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.audit.segments import entries_backwards, segments
from kiosk_app.printing.stock_desk import StockDesk
from kiosk_app.reports import Reports
from kiosk_app.settings import Stock as Tray
from offline_cache.documents import Documents
from offline_cache.fillings import Fillings
from offline_cache.stock import Stock, StockError
from tests.kiosk_app.evening import Evening
from tests.offline_cache.samples import order
from wire.messages import EnvelopeKind, PrintOutcome
from wire.reports import StockReconciliation

A3 = "business_licence_a3"


class Paper(Evening):
    """A tray, and orders that use its sheets."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.desk = StockDesk(self.store, Reports(self.outbox, self.kiosk_id, self.device_key), self.audit)
        self.stock, self.documents = Stock(self.store), Documents(self.store)

    def use(self, outcome: PrintOutcome, *, sheet_gone: bool = True) -> None:
        signed = order(stock=A3)
        self.documents.add(signed)
        serial = self.documents.begin_printing(signed.order.order_id)
        self.documents.settle(signed.order.order_id, outcome, "x", serial if sheet_gone else None)

    def reconciliations(self) -> list[StockReconciliation]:
        found = []
        while (lease := self.outbox.lease_next(1e9)) is not None:
            assert lease.envelope.sealed.kind is EnvelopeKind.STOCK_RECONCILIATION
            found.append(StockReconciliation.model_validate(lease.envelope.sealed.body, strict=False))
        return found

    def events(self) -> list[str]:
        return [entry.event for entry in entries_backwards(segments(self.log))][::-1]


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    made = Paper(tmp_path)
    yield made
    made.close()


def test_the_first_filling_has_nothing_to_account_for(paper: Paper) -> None:
    paper.desk.refill(A3, "LA0001", 10)
    assert paper.reconciliations() == [] and paper.events() == ["log-begin", "stock-loaded"]


def test_a_refill_accounts_for_every_sheet_of_the_filling_before(paper: Paper) -> None:
    paper.desk.refill(A3, "LA0001", 10)
    for outcome in (PrintOutcome.PRINTED, PrintOutcome.PRINTED, PrintOutcome.NOT_PRINTED, PrintOutcome.UNKNOWN):
        paper.use(outcome)
    paper.use(PrintOutcome.NOT_PRINTED, sheet_gone=False)  # back in the tray
    paper.desk.refill(A3, "LA0101", 10, counted=5)
    (told,) = paper.reconciliations()
    assert (told.first_serial, told.last_serial) == ("LA0001", "LA0010")
    assert (told.used, told.spoiled, told.unknown, told.remaining, told.counted) == (2, 1, 1, 6, 5)
    assert paper.events()[-2:] == ["stock-reconciled", "stock-loaded"]
    paper.use(PrintOutcome.PRINTED)
    current = Fillings(paper.store).current(A3)
    assert current is not None and (current.used, current.remaining) == (1, 9)  # nothing of the one before


def test_a_refill_that_cannot_be_changes_nothing(paper: Paper) -> None:
    paper.desk.refill(A3, "LA0001", 10)
    paper.use(PrintOutcome.PRINTED)
    with pytest.raises(StockError):
        paper.desk.refill(A3, "LA0001", 10)
    assert paper.reconciliations() == [] and paper.stock.remaining(A3) == 9


def test_settings_that_changed_are_a_refill_and_the_same_ones_are_none(paper: Paper) -> None:
    first = (Tray(stock_type=A3, first_serial="LA0001", sheets=10),)
    paper.desk.as_loaded(first)
    paper.use(PrintOutcome.PRINTED)
    paper.desk.as_loaded(first)  # a restart
    assert paper.stock.remaining(A3) == 9
    paper.desk.as_loaded((Tray(stock_type=A3, first_serial="LA0201", sheets=20),))
    assert paper.stock.remaining(A3) == 20 and len(paper.reconciliations()) == 1


def test_a_wrong_number_in_the_settings_does_not_keep_the_kiosk_from_starting(paper: Paper) -> None:
    paper.desk.as_loaded((Tray(stock_type=A3, first_serial="no digits", sheets=10),))
    assert paper.stock.remaining(A3) == 0
