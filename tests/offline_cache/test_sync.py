from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline_cache.catalogue_cache import CatalogueCache
from offline_cache.decisions import Decisions
from offline_cache.documents import Documents
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.store import Store
from offline_cache.sync import Pace, SyncWorker
from offline_cache.sync_events import (
    CatalogueChanged,
    DecisionArrived,
    ItemAccepted,
    ItemRejected,
    OfficeTrouble,
    OnlineChanged,
    SyncEvent,
)
from tests.offline_cache.office import Office
from tests.offline_cache.samples import (
    DEVICE_ID,
    DEVICE_KEY,
    HOLDER,
    OFFICE_KEY,
    STORE_KEY,
    application,
    catalogue,
    decision,
    order,
    print_report,
)
from wire.canonical import bytes_sha256
from wire.messages import DecisionOutcome
from wire.signing import SigningKey

LIMIT_S = 20.0  # for anything that is waited for; reached only when it never comes
QUICK = Pace(
    probe_s=0.1,
    health_s=0.3,
    second_look_s=0.02,
    first_failure_s=0.1,
    waited_for_s=0.05,
    recovery_s=0.5,
    decision_failure_s=0.2,
)


class Kiosk:
    """Outbox, worker and what the worker told."""

    def __init__(self, store: Store, office: Office) -> None:
        self.store = store
        self.outbox = Outbox(store)
        self.events: list[SyncEvent] = []
        self._changed = threading.Condition()
        client = OfficeClient(office.url, DEVICE_ID, DEVICE_KEY, read_s=2.0)
        self.worker = SyncWorker(store, client, OFFICE_KEY.public(), self._on_event, QUICK)

    def _on_event(self, event: SyncEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, *wanted: SyncEvent | type) -> None:
        """Until each wanted event, or one of each wanted type, has come."""

        def came() -> bool:
            return all(
                any(event == want or (isinstance(want, type) and isinstance(event, want)) for event in self.events)
                for want in wanted
            )

        with self._changed:
            assert self._changed.wait_for(came, LIMIT_S), (wanted, self.events)

    def wait_until(self, fact: Callable[[], bool]) -> None:
        """Until a fact holds that no event tells."""
        deadline = time.monotonic() + LIMIT_S
        while not fact():
            assert time.monotonic() < deadline, self.events
            threading.Event().wait(0.02)

    def wait_accepted(self, count: int) -> None:
        self.wait_until(lambda: self.outbox.counts()[OutboxState.ACCEPTED] == count)

    def of(self, kind: type) -> list[SyncEvent]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def kiosk(store: Store, office: Office) -> Iterator[Kiosk]:
    kiosk = Kiosk(store, office)
    yield kiosk
    kiosk.worker.stop()


def test_materials_and_envelope_arrive(kiosk: Kiosk, office: Office) -> None:
    envelope, pages = application(b"page one", b"page two")
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.start()
    kiosk.wait_for(OnlineChanged(True), ItemAccepted)
    assert office.received() == [envelope.sealed.id]
    assert {digest: office.material(digest) for digest in pages} == pages


def test_a_new_item_goes_when_the_worker_is_woken(kiosk: Kiosk, office: Office) -> None:
    kiosk.worker.start()
    kiosk.wait_for(OnlineChanged(True))
    envelope = print_report()
    kiosk.outbox.seal(envelope)
    kiosk.worker.wake()
    kiosk.wait_for(ItemAccepted)
    assert office.received() == [envelope.sealed.id]


def test_a_queue_drains_in_the_order_of_sealing(kiosk: Kiosk, office: Office) -> None:
    envelopes = [print_report() for _ in range(20)]
    for envelope in envelopes:
        kiosk.outbox.seal(envelope)
    kiosk.worker.start()
    kiosk.wait_accepted(20)
    assert office.received() == [envelope.sealed.id for envelope in envelopes]


@pytest.mark.parametrize(
    "fault",
    [
        "drop after commit",
        "truncate",
        "twice",
        "portal",
        "portal 404",
        "redirect",
        "other ack",
        "refuse",
        "slow",
        "status 500",
        "status 503",
        "status 429",
    ],
)
def test_after_any_fault_of_the_way_the_item_arrives_exactly_once(kiosk: Kiosk, office: Office, fault: str) -> None:
    office.misbehave["intake"].extend([fault, fault])
    envelopes = [print_report(), print_report()]
    for envelope in envelopes:
        kiosk.outbox.seal(envelope)
    kiosk.worker.start()
    kiosk.wait_accepted(2)
    assert sorted(office.received()) == sorted(envelope.sealed.id for envelope in envelopes)
    assert kiosk.outbox.dead_letters() == ()


def test_a_lost_acknowledgement_is_asked_for_again_not_doubled(kiosk: Kiosk, office: Office) -> None:
    office.misbehave["intake"].extend(["drop after commit"] * 3)
    envelope = print_report()
    kiosk.outbox.seal(envelope)
    kiosk.worker.start()
    kiosk.wait_accepted(1)
    assert office.knocks(envelope.sealed.id) == 4
    assert office.received() == [envelope.sealed.id]


@pytest.mark.parametrize("status", [400, 409, 413, 422])
def test_a_refused_item_is_a_dead_letter_and_the_next_one_passes(kiosk: Kiosk, office: Office, status: int) -> None:
    office.misbehave["intake"].append(f"status {status}")
    bad, good = print_report(), print_report()
    kiosk.outbox.seal(bad)
    kiosk.outbox.seal(good)
    kiosk.worker.start()
    kiosk.wait_for(ItemRejected, ItemAccepted)
    (dead,) = kiosk.outbox.dead_letters()
    assert (dead.id, dead.problem.status) == (bad.sealed.id, status)
    assert office.received() == [good.sealed.id]


def test_an_item_that_the_office_stumbles_over_does_not_block_the_others(kiosk: Kiosk, office: Office) -> None:
    poison, good = print_report(), [print_report() for _ in range(3)]
    office.poison.add(poison.sealed.id)
    for envelope in [poison, *good]:
        kiosk.outbox.seal(envelope)
    kiosk.worker.start()
    kiosk.wait_accepted(3)
    assert kiosk.outbox.get(poison.sealed.id).state in (OutboxState.SEALED, OutboxState.SENDING)  # kept, not lost
    office.poison.clear()
    kiosk.worker.wake()
    kiosk.wait_accepted(4)


def test_a_run_stops_on_a_server_fault(kiosk: Kiosk, office: Office) -> None:
    office.always["intake"] = "status 503"
    office.always["health"] = "status 503"
    for _ in range(50):
        kiosk.outbox.seal(print_report())
    kiosk.worker._watch.online = True  # it was well a moment ago
    kiosk.worker._watch._answered_at = time.monotonic()
    kiosk.worker.start()
    kiosk.wait_for(OnlineChanged(False))
    assert office.count("intake") == 1
    office.always.clear()
    kiosk.wait_accepted(50)


def test_an_unknown_device_stops_sending_and_staff_are_told_once(kiosk: Kiosk, office: Office) -> None:
    office.always.update({"intake": "status 401", "catalogue": "status 401"})
    kiosk.outbox.seal(print_report())
    kiosk.worker.start()
    kiosk.wait_for(OfficeTrouble)
    assert not kiosk.worker.online
    assert kiosk.outbox.dead_letters() == ()
    office.always.clear()
    kiosk.worker.wake()
    kiosk.wait_accepted(1)
    kiosk.wait_until(lambda: kiosk.worker.online)
    assert len(kiosk.of(OfficeTrouble)) == 1


def test_retry_after_is_obeyed_even_when_woken(kiosk: Kiosk, office: Office) -> None:
    office.misbehave["intake"].append("status 429")
    kiosk.outbox.seal(print_report())
    kiosk.worker.start()
    kiosk.wait_until(lambda: office.count("intake") == 1)
    kiosk.worker.wake()
    kiosk.wait_accepted(1)
    first, second = [at for kind, at in office.calls if kind == "intake"]
    assert second - first >= 0.95


def test_the_office_gone_and_back_is_noticed_and_the_queue_drains(kiosk: Kiosk, office: Office) -> None:
    kiosk.worker.start()
    kiosk.wait_for(OnlineChanged(True))
    office.stop()
    kiosk.wait_for(OnlineChanged(False))
    envelope, pages = application(b"page")
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.wake()
    office.start()
    kiosk.wait_accepted(1)
    assert office.received() == [envelope.sealed.id]


def test_a_portal_is_not_an_office(kiosk: Kiosk, office: Office) -> None:
    office.always.update(dict.fromkeys(("health", "intake", "material", "catalogue", "decision"), "portal"))
    envelope, pages = application(b"page")
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.start()
    kiosk.wait_for(OnlineChanged(False))
    kiosk.worker.wake()
    kiosk.wait_until(lambda: office.count("health") >= 3)
    assert kiosk.outbox.counts()[OutboxState.SEALED] == 1
    office.always.clear()
    kiosk.wait_accepted(1)


def test_pages_that_the_office_lost_are_sent_again(kiosk: Kiosk, office: Office) -> None:
    envelope, pages = application(b"page")
    kiosk.outbox.seal(envelope, pages)
    kiosk.outbox.material_sent(envelope.sealed.id, bytes_sha256(b"page"))  # it confirmed, then came from a backup
    kiosk.worker.start()
    kiosk.wait_accepted(1)
    assert office.material(bytes_sha256(b"page")) == b"page"


def test_a_page_travels_once_though_the_envelope_needs_two_attempts(kiosk: Kiosk, office: Office) -> None:
    office.misbehave["intake"].append("status 500")
    envelope, pages = application(b"page")
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.start()
    kiosk.wait_accepted(1)
    assert office.count("material") == 1


def test_a_decision_and_its_documents_arrive(kiosk: Kiosk, office: Office) -> None:
    envelope, pages = application()
    signed = order(envelope.sealed.id)
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.start()
    kiosk.wait_for(ItemAccepted)
    office.decisions[envelope.sealed.id] = decision(envelope.sealed.id, orders=(signed,))
    kiosk.wait_for(DecisionArrived)
    assert Decisions(kiosk.store).get(envelope.sealed.id) == office.decisions[envelope.sealed.id]
    assert Documents(kiosk.store).collectable(HOLDER) == (signed,)
    assert Decisions(kiosk.store).awaiting() == ()


@pytest.mark.parametrize("how", ["other key", "other application", "changed"])
def test_an_order_that_our_office_did_not_sign_is_not_kept(kiosk: Kiosk, office: Office, how: str) -> None:
    envelope, pages = application()
    good = order(envelope.sealed.id)
    bad = {
        "other key": order(envelope.sealed.id, SigningKey.generate()),
        "other application": order(),
        "changed": good.model_copy(update={"order": good.order.model_copy(update={"data": {"name": "x"}})}),
    }[how]
    office.decisions[envelope.sealed.id] = decision(envelope.sealed.id, orders=(order(envelope.sealed.id), bad))
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.start()
    kiosk.wait_for(OfficeTrouble)
    (trouble,) = kiosk.of(OfficeTrouble)
    assert isinstance(trouble, OfficeTrouble)
    assert trouble.code == "untrusted_decision"
    assert Documents(kiosk.store).collectable(HOLDER) == ()
    assert Decisions(kiosk.store).get(envelope.sealed.id) is None


def test_a_person_decides_later_and_is_not_asked_in_a_loop(kiosk: Kiosk, office: Office) -> None:
    envelope, pages = application()
    office.decisions[envelope.sealed.id] = decision(envelope.sealed.id, DecisionOutcome.HUMAN)
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.start()
    kiosk.wait_for(DecisionArrived)
    other, _ = application()
    kiosk.outbox.seal(other)
    kiosk.worker.wake()
    kiosk.wait_accepted(2)
    kiosk.wait_until(lambda: office.count("decision") >= 2)
    assert sum(kind == "decision" for kind, _ in office.calls) <= 4
    assert len(kiosk.of(DecisionArrived)) == 1


def test_the_catalogue_is_kept_when_signed_and_refused_when_not(kiosk: Kiosk, office: Office) -> None:
    cache = CatalogueCache(kiosk.store, OFFICE_KEY.public())
    kiosk.worker.start()
    kiosk.wait_for(CatalogueChanged("1"))
    office.catalogue = catalogue("2", SigningKey.generate())
    kiosk.wait_until(lambda: kiosk.worker._refresh._due_at > 0)  # the first fetch is over, not only told
    kiosk.worker._refresh._due_at = float("-inf")
    kiosk.worker.wake()
    kiosk.wait_for(OfficeTrouble)
    assert cache.current() == catalogue("1").bundle


def test_a_listener_that_raises_does_not_stop_the_sync(store: Store, office: Office) -> None:
    def broken(event: SyncEvent) -> None:
        raise RuntimeError("a resident's name")

    kiosk = Kiosk(store, office)
    kiosk.worker._on_event = broken
    kiosk.outbox.seal(print_report())
    kiosk.worker.start()
    kiosk.wait_accepted(1)
    kiosk.worker.stop()


def test_a_broken_store_does_not_end_the_threads_nor_leak_into_the_log(
    kiosk: Kiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    kiosk.worker.start()
    kiosk.wait_for(OnlineChanged(True))
    kiosk.store.close()
    kiosk.worker.wake()
    kiosk.wait_for(OfficeTrouble)
    assert all(thread.is_alive() for thread in kiosk.worker._threads)


def test_no_personal_data_in_the_log(kiosk: Kiosk, office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.misbehave["intake"].extend(["status 500", "portal", "other ack", "status 422"])
    envelope, pages = application(b"page")
    office.decisions[envelope.sealed.id] = decision(envelope.sealed.id, orders=(order(envelope.sealed.id),))
    kiosk.outbox.seal(envelope, pages)
    kiosk.worker.start()
    kiosk.wait_for(ItemRejected)
    kiosk.outbox.put_back(envelope.sealed.id)
    kiosk.worker.wake()
    kiosk.wait_for(DecisionArrived)
    shown = "".join(capsys.readouterr())
    assert "envelope_accepted" in shown
    assert HOLDER not in shown
    assert "金丝雀" not in shown


def test_an_acknowledgement_that_a_killed_kiosk_never_saw_is_asked_for_again(
    store: Store, path: Path, office: Office
) -> None:
    envelope = print_report()
    Outbox(store).seal(envelope)
    assert Outbox(store).lease_next(time.monotonic())
    OfficeClient(office.url, DEVICE_ID, DEVICE_KEY).intake(envelope)  # committed there; killed before accept()
    store.close()
    again = Store.open(path, STORE_KEY)
    kiosk = Kiosk(again, office)
    kiosk.worker.start()
    kiosk.wait_accepted(1)
    kiosk.worker.stop()
    again.close()
    assert office.received() == [envelope.sealed.id]
    assert office.knocks(envelope.sealed.id) == 2
