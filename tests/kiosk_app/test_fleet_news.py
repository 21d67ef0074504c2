"""What the operator is told: each thing once, a loose plug not fifty times, a full disk no reason to forget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import Blocked, Missing, Ready, Status, Warning
from kiosk_app.audit import events
from kiosk_app.audit.checkpoints import Checkpointer
from kiosk_app.health.chronicle import Chronicle
from kiosk_app.health.fleet_news import BACK_AFTER_S, LOST_AFTER_S, FleetNews
from kiosk_app.reports import Reports
from offline_cache.store import StoreFailed
from offline_cache.sync_events import ClockJumped, ItemRejected, OnlineChanged
from tests.kiosk_app.evening import OFFICE_KEY, Evening
from wire.messages import Problem
from wire.reports import FleetEvent, FleetEventKind


class Hall(Evening):
    """A kiosk whose clock the test moves."""

    now = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.reports = Reports(self.outbox, self.kiosk_id, self.device_key)
        self.news = FleetNews(self.reports, self.audit, clock=lambda: self.now)
        checkpoints = Checkpointer(self.audit, self.reports, OFFICE_KEY.public())
        self.chronicle = Chronicle(self.audit, self.outbox, checkpoints, self.news)

    def at(self, now: float, status: Status | None = None, device: str = "id_card") -> None:
        self.now = now
        if status is not None:
            self.news.status(device, status)
        self.news.tick()

    def told(self) -> list[FleetEvent]:
        found = []
        while (lease := self.outbox.lease_next(1e9)) is not None:
            found.append(FleetEvent.model_validate(lease.envelope.sealed.body, strict=False))
        return found

    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.told()]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    made = Hall(tmp_path)
    yield made
    made.close()


def test_a_device_that_stays_away_is_told_once_and_its_return_too(hall: Hall) -> None:
    hall.at(0, Ready())
    hall.at(1, Missing())
    hall.at(1 + LOST_AFTER_S - 0.1)
    assert hall.kinds() == []
    hall.at(1 + LOST_AFTER_S)
    hall.at(500)
    hall.at(600, Ready())
    hall.at(600 + BACK_AFTER_S)
    hall.at(900)
    assert [(event.kind.value, event.device) for event in hall.told()] == [
        ("device_lost", "id_card"),
        ("device_back", "id_card"),
    ]


def test_a_loose_plug_is_one_loss_at_most(hall: Hall) -> None:
    for second in range(0, 200, 4):
        hall.at(second, Missing() if second % 8 else Ready())
    assert hall.kinds() == []


def test_a_device_that_never_came_is_told(hall: Hall) -> None:
    hall.at(0, Missing())
    hall.at(LOST_AFTER_S)
    assert hall.kinds() == ["device_lost"]


def test_low_paper_is_told_once_until_it_was_refilled(hall: Hall) -> None:
    low = Warning("laser_printer.paper_low")
    for status in (low, low, Blocked("laser_printer.paper_out"), Ready(), low, Warning("laser_printer.toner_low")):
        hall.at(1, status, "laser_printer")
    told = hall.told()
    assert [event.code for event in told] == ["laser_printer.paper_low"] * 2
    assert {event.kind for event in told} == {FleetEventKind.LOW_PAPER}


def test_what_a_full_disk_refused_is_sealed_later_in_order(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreFailed("no space")

    monkeypatch.setattr(hall.outbox, "seal", full)
    hall.news.tell(FleetEventKind.STARTED)
    hall.news.tell(FleetEventKind.FAILSAFE, code="Tick")
    monkeypatch.undo()
    hall.news.tick()
    assert hall.kinds() == ["started", "failsafe"]


def test_a_dead_letter_is_told_with_how_many_there_are(hall: Hall) -> None:
    hall.news.tell(FleetEventKind.STARTED)
    (row,) = hall.store.rows("SELECT id FROM outbox")
    problem = Problem(title="no", status=409)
    hall.chronicle.on_sync(ItemRejected(row["id"], problem))
    assert hall.kinds() == ["started"]  # the office made that refusal itself, of news of the kiosk's own
    hall.chronicle.on_sync(ItemRejected("0198c0de-0000-7000-8000-000000000000", problem))
    (event,) = hall.told()
    assert (event.kind, event.code, event.count) == (FleetEventKind.DEAD_LETTER, "409", 0)


def test_network_and_clock_stand_in_the_log_and_the_first_answer_is_no_return(hall: Hall) -> None:
    before = hall.audit.head[0]
    for event in (OnlineChanged(True), OnlineChanged(False), OnlineChanged(True), ClockJumped(-3600.4)):
        hall.chronicle.on_sync(event)
    assert hall.audit.head[0] == before + 3


def test_a_replaced_log_is_told_as_tampering(hall: Hall) -> None:
    hall.audit.record(events.KioskStop())
    hall.audit.close()
    hall.segment.write_bytes(hall.segment.read_bytes()[:-5] + b"xxxx\n")
    Evening.open(hall)
    news = FleetNews(hall.reports, hall.audit)
    Chronicle(hall.audit, hall.outbox, hall.checkpoints, news).started("1")
    assert [(event.kind.value, event.code) for event in hall.told()] == [
        ("started", "1"),
        ("tamper", "audit.tail_broken"),
    ]


def test_a_housing_that_was_opened_is_told_at_once_and_again_only_after_it_was_closed(hall: Hall) -> None:
    tampered = Blocked("sensors.tampered")
    for now, status in enumerate([Ready(), tampered, tampered, Missing(), tampered, Ready(), tampered]):
        hall.at(now, status, "sensors")
    told = hall.told()
    assert [(event.kind, event.device, event.code) for event in told] == [
        (FleetEventKind.TAMPER, "sensors", "sensors.tampered")
    ] * 2
