from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.catalogue_cache import CatalogueCache, UntrustedCatalogue
from offline_cache.decisions import Decisions
from offline_cache.documents import Documents, DocumentState, NotCollectable, NotPrinting, OrderConflict, UnknownOrder
from offline_cache.outbox import Outbox
from offline_cache.stock import OutOfStock, Stock, StockError
from offline_cache.store import Store
from tests.offline_cache.samples import (
    HOLDER,
    OFFICE_KEY,
    STORE_KEY,
    acknowledgement,
    application,
    catalogue,
    decision,
    order,
    print_report,
)
from wire.messages import DecisionOutcome, PrintOutcome, SignedOrder
from wire.signing import SigningKey


@pytest.fixture
def documents(store: Store) -> Documents:
    Stock(store).load("a3", "LA 0000098", 3)
    return Documents(store)


@pytest.fixture
def signed(documents: Documents) -> SignedOrder:
    signed = order()
    documents.add(signed)
    return signed


def test_an_order_waits_for_its_holder_and_nobody_else(documents: Documents, signed: SignedOrder) -> None:
    documents.add(signed)
    assert documents.collectable(HOLDER) == (signed,)
    assert documents.collectable("510107199001010029") == ()


def test_an_order_id_with_other_content_is_refused(documents: Documents, signed: SignedOrder) -> None:
    other = SignedOrder(order=signed.order.model_copy(update={"identifier": "y"}), signature="x")
    with pytest.raises(OrderConflict):
        documents.add(other)


def test_a_printed_order_is_never_printed_again(documents: Documents, signed: SignedOrder) -> None:
    order_id = signed.order.order_id
    serial = documents.begin_printing(order_id)
    documents.settle(order_id, PrintOutcome.PRINTED, stock_serial=serial)
    documents.settle(order_id, PrintOutcome.PRINTED, stock_serial=serial)
    documents.add(signed)  # the office sends it again
    assert documents.collectable(HOLDER) == ()
    with pytest.raises(NotCollectable):
        documents.begin_printing(order_id)


def test_two_presses_print_once(documents: Documents, signed: SignedOrder) -> None:
    documents.begin_printing(signed.order.order_id)
    with pytest.raises(NotCollectable):
        documents.begin_printing(signed.order.order_id)


def test_a_known_failure_stays_collectable_and_the_sheet_is_back(
    documents: Documents, signed: SignedOrder, store: Store
) -> None:
    first = documents.begin_printing(signed.order.order_id)
    assert Stock(store).remaining("a3") == 2
    documents.settle(signed.order.order_id, PrintOutcome.NOT_PRINTED, "media_empty")
    assert Stock(store).remaining("a3") == 3
    assert documents.collectable(HOLDER) == (signed,)
    assert documents.begin_printing(signed.order.order_id) == first


def test_a_spoiled_sheet_does_not_come_back(documents: Documents, signed: SignedOrder, store: Store) -> None:
    first = documents.begin_printing(signed.order.order_id)
    documents.settle(signed.order.order_id, PrintOutcome.NOT_PRINTED, "jam", stock_serial=first)
    assert documents.begin_printing(signed.order.order_id) == "LA 0000099"


def test_an_unknown_outcome_is_for_staff_only(documents: Documents, signed: SignedOrder) -> None:
    order_id = signed.order.order_id
    serial = documents.begin_printing(order_id)
    documents.settle(order_id, PrintOutcome.UNKNOWN, "jam", stock_serial=serial)
    assert documents.collectable(HOLDER) == ()
    with pytest.raises(NotCollectable):
        documents.begin_printing(order_id)
    with pytest.raises(NotPrinting):
        documents.settle(order_id, PrintOutcome.NOT_PRINTED)
    assert [found.signed for found in documents.with_staff()] == [signed]
    documents.settle_by_staff(order_id, PrintOutcome.NOT_PRINTED, "found blank in the tray")
    assert documents.collectable(HOLDER) == (signed,)


def test_an_interrupted_print_is_found_at_the_next_start(
    documents: Documents, signed: SignedOrder, store: Store, path: Path
) -> None:
    serial = documents.begin_printing(signed.order.order_id)
    documents.job_submitted(signed.order.order_id, "job-17")
    store.close()
    again = Store.open(path, STORE_KEY)
    (found,) = Documents(again).interrupted()
    assert (found.signed, found.job, found.stock_serial) == (signed, "job-17", serial)
    assert found.state is DocumentState.PRINTING
    assert Documents(again).collectable(HOLDER) == ()
    again.close()


def test_without_a_sheet_nothing_begins(documents: Documents, store: Store) -> None:
    for _ in range(3):
        signed = order()
        documents.add(signed)
        documents.begin_printing(signed.order.order_id)
    last = order()
    documents.add(last)
    with pytest.raises(OutOfStock):
        documents.begin_printing(last.order.order_id)
    assert documents.document(last.order.order_id).state is DocumentState.COLLECTABLE
    assert documents.begin_printing(last.order.order_id, numbered=False) is None


def test_serials_count_up_and_keep_their_width(documents: Documents, store: Store) -> None:
    serials = []
    for _ in range(3):
        signed = order()
        documents.add(signed)
        serials.append(documents.begin_printing(signed.order.order_id))
    assert serials == ["LA 0000098", "LA 0000099", "LA 0000100"]


def test_taking_twice_for_one_order_gives_one_sheet(documents: Documents, signed: SignedOrder, store: Store) -> None:
    serial = documents.begin_printing(signed.order.order_id)
    assert Stock(store).take(signed.order.order_id) == serial
    assert Stock(store).remaining("a3") == 2


def test_a_used_sheet_cannot_be_loaded_again(documents: Documents, signed: SignedOrder, store: Store) -> None:
    serial = documents.begin_printing(signed.order.order_id)
    documents.settle(signed.order.order_id, PrintOutcome.PRINTED, stock_serial=serial)
    with pytest.raises(StockError, match="LA 0000098"):
        Stock(store).load("a3", "LA 0000090", 20)
    Stock(store).load("a3", "LA 0000099", 20)
    assert Stock(store).remaining("a3") == 20


@pytest.mark.parametrize(("first", "count"), [("no digits", 5), ("", 5), ("A1", 0), ("A98", 5)])
def test_an_impossible_filling_is_refused(store: Store, first: str, count: int) -> None:
    with pytest.raises(StockError):
        Stock(store).load("a3", first, count)


def test_the_outcome_and_its_report_are_one_transaction(
    documents: Documents, signed: SignedOrder, store: Store
) -> None:
    documents.begin_printing(signed.order.order_id)
    with pytest.raises(RuntimeError), store.transaction():
        documents.settle(signed.order.order_id, PrintOutcome.PRINTED)
        Outbox(store).seal(print_report())
        raise RuntimeError("killed here")
    assert documents.document(signed.order.order_id).state is DocumentState.PRINTING
    assert sum(Outbox(store).counts().values()) == 0


def test_an_unknown_order_is_a_named_error(documents: Documents) -> None:
    with pytest.raises(UnknownOrder):
        documents.begin_printing("nobody")


def test_an_accepted_application_awaits_until_a_final_decision(store: Store) -> None:
    outbox, decisions = Outbox(store), Decisions(store)
    envelope, _ = application()
    application_id = envelope.sealed.id
    outbox.seal(envelope)
    outbox.seal(print_report())
    assert decisions.awaiting() == ()
    outbox.accept(application_id, acknowledgement(envelope))
    assert decisions.awaiting() == (application_id,)
    assert decisions.put(decision(application_id, DecisionOutcome.HUMAN))
    assert decisions.awaiting() == (application_id,)
    assert decisions.put(decision(application_id))
    assert not decisions.put(decision(application_id))
    assert decisions.awaiting() == ()
    assert not decisions.put(decision(application_id, DecisionOutcome.HUMAN))
    found = decisions.get(application_id)
    assert found
    assert found.outcome is DecisionOutcome.GRANTED


def test_a_catalogue_is_swapped_only_for_a_signed_one(store: Store) -> None:
    cache = CatalogueCache(store, OFFICE_KEY.public())
    assert cache.current() is None
    assert cache.put(catalogue("1"))
    assert not cache.put(catalogue("1"))
    with pytest.raises(UntrustedCatalogue):
        cache.put(catalogue("2", SigningKey.generate()))
    assert cache.current() == catalogue("1").bundle
    assert cache.put(catalogue("2"))
    assert cache.current() == catalogue("2").bundle
