"""Whose turn it is, what stops a run, what kills an item and what must not."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from offline_cache.backlog import Backlog
from offline_cache.clock import Clock
from offline_cache.decision_poll import WINDOW
from offline_cache.office_client import OfficeClient, Reason
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.sending import OLDEST_EVERY, REFUSALS_IN_A_ROW
from offline_cache.store import Store
from offline_cache.sync import Pace, SyncWorker
from offline_cache.sync_events import BacklogChanged, OfficeTrouble, OnlineChanged, SyncEvent
from tests.offline_cache.office import Office
from tests.offline_cache.samples import DEVICE_ID, DEVICE_KEY, NOW, OFFICE_KEY, application, decision, print_report
from wire.envelopes import seal
from wire.ids import new_id
from wire.messages import DecisionOutcome, Envelope, EnvelopeKind, HumanReviewRequest, PrintOutcome, PrintReport

PACE = Pace(second_look_s=0.0)


class Desk:
    """A sync whose thread the test plays, on a clock that the test moves."""

    def __init__(self, store: Store, office: Office) -> None:
        self.now = 1000.0
        self.events: list[SyncEvent] = []
        self.outbox = Outbox(store)
        client = OfficeClient(office.url, DEVICE_ID, DEVICE_KEY, read_s=1.0, clock=Clock(elapsed=lambda: self.now))
        self.worker = SyncWorker(
            store, client, OFFICE_KEY.public(), self.events.append, PACE, monotonic=lambda: self.now
        )

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.worker.send_once()

    def of(self, kind: type) -> list[SyncEvent]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def desk(store: Store, office: Office) -> Iterator[Desk]:
    yield Desk(store, office)


def report_on(application_id: str) -> Envelope:
    body = PrintReport(
        order_id=new_id(),
        application_id=application_id,
        stock_type="a3",
        stock_serial=None,
        outcome=PrintOutcome.PRINTED,
        at=NOW,
    )
    return seal(body, DEVICE_ID, DEVICE_KEY)


def test_whoever_waits_goes_first_and_the_rest_in_the_order_of_sealing(desk: Desk, office: Office) -> None:
    old = [print_report() for _ in range(3)]
    for envelope in old:
        desk.outbox.seal(envelope)
    mine = print_report()
    desk.outbox.seal(mine, priority=1)
    desk.worker.send_once()
    assert office.received() == [mine.sealed.id, *(envelope.sealed.id for envelope in old)]


def test_what_is_unimportant_does_not_starve(desk: Desk, office: Office) -> None:
    humble = print_report()
    desk.outbox.seal(humble, priority=-1)
    for _ in range(3 * OLDEST_EVERY):
        desk.outbox.seal(print_report())
    desk.worker.send_once()
    assert office.received().index(humble.sealed.id) < OLDEST_EVERY


def test_between_two_pages_a_person_who_begins_to_wait_goes_first(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    big, pages = application(b"one", b"two", b"three")
    desk.outbox.seal(big, pages)
    mine = print_report()
    first_page = threading.Event()
    put = OfficeClient.put_material

    def and_somebody_comes(client: OfficeClient, sha256: str, media_type: str, data: bytes) -> None:
        put(client, sha256, media_type, data)
        if not first_page.is_set():
            first_page.set()
            desk.outbox.seal(mine, priority=1)

    monkeypatch.setattr(OfficeClient, "put_material", and_somebody_comes)
    desk.worker.send_once()
    assert office.received() == [mine.sealed.id, big.sealed.id]
    assert office.count("material") == 3  # the page that was there did not travel again


@pytest.mark.parametrize("ahead", ["delayed", "dead"])
def test_a_follow_up_waits_until_its_application_is_there(desk: Desk, office: Office, ahead: str) -> None:
    first, _ = application()
    desk.outbox.seal(first)
    office.misbehave["intake"].append("status 500" if ahead == "delayed" else "status 422")
    desk.worker.send_once()
    desk.outbox.seal(report_on(first.sealed.id), priority=1)
    asked = seal(HumanReviewRequest(application_id=first.sealed.id), DEVICE_ID, DEVICE_KEY)
    desk.outbox.seal(asked, priority=1)
    desk.worker.wake()
    desk.worker.send_once()
    assert office.received() == []
    if ahead == "dead":
        desk.outbox.put_back(first.sealed.id)
    for _ in range(10):
        desk.pass_time(120)
    assert office.received()[0] == first.sealed.id
    assert len(office.received()) == 3
    assert desk.outbox.dead_letters() == ()


@pytest.mark.parametrize("status", [404, 405, 410])
def test_an_office_without_that_road_kills_no_item(desk: Desk, office: Office, status: int) -> None:
    office.always["intake"] = f"status {status}"
    for _ in range(3):
        desk.outbox.seal(print_report())
    for _ in range(5):
        desk.pass_time(3700)
    assert desk.outbox.dead_letters() == ()
    office.always.clear()
    for _ in range(5):
        desk.pass_time(3700)
    assert len(office.received()) == 3


def test_an_office_that_refuses_everything_is_stopped_before_the_whole_queue_is_dead(
    desk: Desk, office: Office
) -> None:
    office.always["intake"] = "status 422"
    for _ in range(4 * REFUSALS_IN_A_ROW):
        desk.outbox.seal(print_report())
    desk.worker.send_once()
    assert len(desk.outbox.dead_letters()) == REFUSALS_IN_A_ROW
    (trouble,) = desk.of(OfficeTrouble)
    assert isinstance(trouble, OfficeTrouble)
    assert trouble.code == "refuses_everything"
    desk.pass_time(20)
    assert len(desk.outbox.dead_letters()) == REFUSALS_IN_A_ROW  # it pauses, a minute at first
    office.always.clear()
    desk.pass_time(120)
    assert desk.outbox.counts()[OutboxState.ACCEPTED] == 3 * REFUSALS_IN_A_ROW


def test_an_office_that_loses_every_page_is_at_fault_not_the_application(desk: Desk, office: Office) -> None:
    envelope, pages = application(b"page")
    desk.outbox.seal(envelope, pages)
    keep, office.keep_material = office.keep_material, lambda sha256, data: (204, {})  # type: ignore[method-assign]
    desk.worker.send_once()
    assert desk.outbox.dead_letters() == ()
    office.keep_material = keep  # type: ignore[method-assign]
    for _ in range(3):
        desk.pass_time(3700)
    assert office.received() == [envelope.sealed.id]


def test_a_pause_that_the_office_asks_for_holds_questions_too(desk: Desk, office: Office) -> None:
    done, _ = application()
    desk.outbox.seal(done)
    desk.worker.send_once()
    office.always["intake"] = "status 429"
    desk.outbox.seal(print_report())
    desk.pass_time(1)
    before = office.count("decision")
    pause = desk.worker.ask_once()
    assert office.count("decision") == before
    assert pause == pytest.approx(1.0)


def test_the_backlog_is_told_while_it_drains_and_at_its_end(desk: Desk, office: Office) -> None:
    office.stop()
    for _ in range(30):
        desk.outbox.seal(print_report())
    desk.outbox.seal(print_report(), priority=-1)  # the kiosk's own reports are nobody's backlog
    desk.worker.send_once()
    assert [event.remaining for event in desk.of(BacklogChanged) if isinstance(event, BacklogChanged)] == [30]
    office.start()
    desk.pass_time(60)
    last = desk.of(BacklogChanged)[-1]
    assert last == BacklogChanged(0, None)


def test_offline_names_its_reason_and_the_status_repeats_it(desk: Desk, office: Office) -> None:
    office.always.update({"health": "portal", "intake": "portal"})
    desk.worker.send_once()
    (offline,) = desk.of(OnlineChanged)
    assert isinstance(offline, OnlineChanged)
    assert (offline.online, offline.reason) == (False, Reason.PORTAL)
    assert desk.worker.status().reason is Reason.PORTAL
    office.stop()
    desk.pass_time(60)
    assert desk.worker.status().reason is Reason.UNREACHABLE


def test_an_office_that_stays_away_is_probed_less_often(desk: Desk, office: Office) -> None:
    office.stop()
    assert desk.worker.send_once() < 2 * PACE.probe_s
    desk.now += PACE.probe_quick_for_s + 1
    assert desk.worker.send_once() > PACE.probe_slow_s / 2


def test_more_cases_than_the_window_are_all_asked_about_and_decided(desk: Desk, office: Office, store: Store) -> None:
    cases = [application()[0] for _ in range(WINDOW + 20)]
    with store.transaction():
        for case in cases:
            desk.outbox.seal(case)
    desk.worker.send_once()
    assert desk.outbox.counts()[OutboxState.ACCEPTED] == len(cases)
    for case in cases[:20]:  # the oldest
        office.decisions[case.sealed.id] = decision(case.sealed.id, DecisionOutcome.REFUSED)
    end = desk.now + 2 * 3600
    while desk.now < end and office.decisions:
        desk.now += max(desk.worker.ask_once() or 0.0, 5.0)
        for case in cases[:20]:
            if desk.worker._poll._decisions.get(case.sealed.id):
                office.decisions.pop(case.sealed.id, None)
    assert office.decisions == {}
    assert len(desk.worker._poll._asked or ()) <= WINDOW


def test_the_age_of_the_oldest_survives_a_wrong_clock(store: Store) -> None:
    wall = [1_800_000_000.0]
    clock = Clock(wall=lambda: wall[0], elapsed=lambda: 0.0)
    envelope = print_report()
    Outbox(store).seal(envelope)
    wall[0] = envelope.sealed.sealed_at.timestamp() - 365 * 86400.0  # set back a year: no negative age
    told = Backlog(store, clock, 1.0, lambda: 0.0).now()
    assert told.oldest_age_s == 0.0
    assert envelope.sealed.kind is EnvelopeKind.PRINT_REPORT
