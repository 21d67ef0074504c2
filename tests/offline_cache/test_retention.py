from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from offline_cache.decisions import Decisions
from offline_cache.documents import Documents, NotCollectable
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.retention import Retention, RetentionPeriods, StillOpen
from offline_cache.stock import Stock
from offline_cache.store import Store
from offline_cache.subject_keys import Erased
from tests.offline_cache.samples import DEVICE_ID, DEVICE_KEY, HOLDER, acknowledgement, application, decision, order
from wire.envelopes import seal
from wire.messages import DecisionOutcome, Envelope, HumanReviewRequest, PrintOutcome, Problem, SignedOrder

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, tzinfo=UTC)
PERIODS = RetentionPeriods(unused_days=1, acknowledged_days=3, decided_days=10, collected_days=20, closed_days=5)


class House:
    """A store whose retention looks once a day."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.outbox = Outbox(store)
        self.decisions = Decisions(store)
        self.documents = Documents(store)
        self.retention = Retention(store, PERIODS)
        self.today = START

    def days(self, count: int) -> int:
        """How many people were erased in so many daily looks."""
        gone = 0
        for _ in range(count):
            self.today += DAY
            gone += self.retention.apply(self.today)
        return gone

    def hand_in(self) -> Envelope:
        envelope, pages = application(b"page")
        self.outbox.seal(envelope, pages)
        return envelope

    def accepted(self) -> Envelope:
        envelope = self.hand_in()
        self.outbox.accept(envelope.sealed.id, acknowledgement(envelope))
        return envelope

    def granted(self) -> tuple[Envelope, SignedOrder]:
        envelope = self.accepted()
        signed = order(envelope.sealed.id)
        with self.store.transaction():
            self.documents.add(signed)
            self.decisions.put(decision(envelope.sealed.id, orders=(signed,)))
        return envelope, signed

    def collect(self, signed: SignedOrder) -> None:
        Stock(self.store).load("a3", "LA 0001", 3)
        serial = self.documents.begin_printing(signed.order.order_id)
        self.documents.settle(signed.order.order_id, PrintOutcome.PRINTED, stock_serial=serial)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def test_what_waits_for_the_office_is_never_erased(house: House) -> None:
    envelope = house.hand_in()
    assert house.days(400) == 0
    assert house.outbox.get(envelope.sealed.id).envelope == envelope


def test_what_is_undecided_is_never_erased(house: House) -> None:
    envelope = house.accepted()
    house.decisions.put(decision(envelope.sealed.id, DecisionOutcome.HUMAN))
    assert house.days(400) == 0


def test_a_document_that_waits_for_its_holder_is_never_erased(house: House) -> None:
    _, signed = house.granted()
    assert house.days(400) == 0
    assert house.documents.collectable(HOLDER) == (signed,)


def test_paper_that_nobody_knows_of_stays_with_staff(house: House) -> None:
    _, signed = house.granted()
    Stock(house.store).load("a3", "LA 0001", 3)
    house.documents.begin_printing(signed.order.order_id)
    house.documents.settle(signed.order.order_id, PrintOutcome.UNKNOWN)
    assert house.days(400) == 0


def test_a_dead_letter_keeps_its_words_until_staff_settle_it(house: House) -> None:
    envelope = house.hand_in()
    house.outbox.reject(envelope.sealed.id, Problem(title="refused: 金丝雀", status=422))
    assert house.days(400) == 0
    assert house.outbox.get(envelope.sealed.id).envelope == envelope
    house.outbox.close_dead_letter(envelope.sealed.id)
    assert house.outbox.dead_letters() == ()
    assert list(house.store.blobs.folder.glob("*/*")) == []
    assert house.days(int(PERIODS.closed_days)) == 0
    assert house.days(2) == 1
    item = house.outbox.get(envelope.sealed.id)
    assert (item.state, item.envelope) == (OutboxState.CLOSED, None)
    assert item.problem is not None and item.problem.type == "urn:kiosk:erased"


def test_after_collection_the_longest_period_counts(house: House) -> None:
    envelope, signed = house.granted()
    house.collect(signed)
    assert house.days(20) == 0
    assert house.documents.order(signed.order.order_id) == signed
    assert house.days(1) == 1
    with pytest.raises(Erased):
        house.documents.order(signed.order.order_id)
    with pytest.raises(Erased):
        house.decisions.get(envelope.sealed.id)


def test_a_refusal_stays_as_long_as_a_decision(house: House) -> None:
    envelope = house.accepted()
    house.decisions.put(decision(envelope.sealed.id, DecisionOutcome.REFUSED))
    assert house.days(10) == 0
    assert house.days(1) == 1


def test_somebody_who_handed_nothing_in_is_forgotten_soon(house: House) -> None:
    house.store.subjects.key_for(HOLDER)
    assert house.days(1) == 0
    assert house.days(1) == 1
    assert house.store.subjects.find(HOLDER) is None


def test_something_new_begins_the_time_anew_even_between_two_looks(house: House) -> None:
    first = house.accepted()
    house.decisions.put(decision(first.sealed.id, DecisionOutcome.REFUSED))
    assert house.days(9) == 0
    second = house.accepted()  # handed in, taken, decided: all before the next look
    house.decisions.put(decision(second.sealed.id, DecisionOutcome.REFUSED))
    assert house.days(10) == 0
    assert house.days(1) == 1


def test_what_is_erased_is_never_done_twice(house: House) -> None:
    """Ids, hashes and states stay: the office may send everything again, the kiosk knows that it was done."""
    envelope, signed = house.granted()
    house.collect(signed)
    house.days(30)
    house.documents.add(signed)
    assert not house.decisions.put(decision(envelope.sealed.id, orders=(signed,)))
    assert house.documents.collectable(HOLDER) == ()
    with pytest.raises(NotCollectable):
        house.documents.begin_printing(signed.order.order_id)
    house.outbox.seal(envelope, {ref["sha256"]: b"page" for ref in envelope.sealed.body["materials"]})
    assert house.outbox.get(envelope.sealed.id).state is OutboxState.ACCEPTED
    assert house.decisions.awaiting() == ()
    assert list(house.store.blobs.folder.glob("*/*")) == []


def test_a_person_who_comes_back_is_a_new_one(house: House) -> None:
    _, signed = house.granted()
    house.collect(signed)
    house.days(30)
    again = house.hand_in()
    assert [item.id for item in house.outbox.waiting_of(HOLDER)] == [again.sealed.id]
    assert house.days(100) == 0


def test_a_request_for_a_person_belongs_to_its_application(house: House) -> None:
    envelope = house.accepted()
    house.decisions.put(decision(envelope.sealed.id, DecisionOutcome.REFUSED))
    review = seal(HumanReviewRequest(application_id=envelope.sealed.id, said="words"), DEVICE_ID, DEVICE_KEY)
    house.outbox.seal(review)
    assert [item.id for item in house.outbox.waiting_of(HOLDER)] == [review.sealed.id]
    assert house.days(50) == 0
    house.outbox.accept(review.sealed.id, acknowledgement(review))
    assert house.days(50) == 1


def test_a_request_that_hangs_on_nothing_here_is_erased_too(house: House) -> None:
    review = seal(HumanReviewRequest(application_id=order().order.order_id, said="words"), DEVICE_ID, DEVICE_KEY)
    house.outbox.seal(review)
    house.outbox.accept(review.sealed.id, acknowledgement(review))
    assert house.days(int(PERIODS.acknowledged_days) + 1) == 1


def test_a_person_may_ask_to_be_erased_once_nothing_is_open(house: House) -> None:
    _, signed = house.granted()
    with pytest.raises(StillOpen):
        house.retention.erase(HOLDER)
    assert house.documents.collectable(HOLDER) == (signed,)
    house.collect(signed)
    assert house.retention.erase(HOLDER)
    assert not house.retention.erase(HOLDER)


def test_a_clock_that_was_wrong_by_a_year_when_it_was_written_down_does_not_matter(house: House) -> None:
    """The times in the rows are those of this test's machine, years from START; only the looks count."""
    envelope = house.accepted()
    house.decisions.put(decision(envelope.sealed.id, DecisionOutcome.REFUSED))
    house.today = datetime(2040, 1, 1, tzinfo=UTC)
    assert house.days(10) == 0
    assert house.days(1) == 1
