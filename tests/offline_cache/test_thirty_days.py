"""Thirty days without a network, in simulated time: nothing is lost, order and time limits hold, clocks may lie."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uuid_utils

from offline_cache.clock import Clock
from offline_cache.decisions import Decisions
from offline_cache.documents import Documents
from offline_cache.outbox import OutboxState
from offline_cache.sync import Pace
from offline_cache.sync_events import BacklogChanged, ClockJumped
from tests.offline_cache.fault_proxy import FaultProxy
from tests.offline_cache.office import Office
from tests.offline_cache.real_office import JPEG, RealOffice, Syncing, real_office
from tests.offline_cache.samples import (
    DEVICE_ID,
    DEVICE_KEY,
    HOLDER,
    OFFICE_KEY,
    STORE_KEY,
    application,
    decision,
    order,
)
from tests.thorough import figure, rounds
from wire.envelopes import counts_from, seal
from wire.messages import Application, DecisionOutcome, Envelope

__all__ = ["real_office"]

DAY = 86400.0
YEAR = 365 * DAY
A_DAY = rounds(4, 20)  # applications
# The rest as in production. Probes are rarer than there, so that weeks take seconds.
PACE = Pace(probe_slow_s=1800.0, health_s=300.0, second_look_s=0.0)


class World:
    """True time, a wall clock that may be wrong, a boot clock that begins anew."""

    def __init__(self) -> None:
        self.true = datetime(2026, 3, 2, 8, 0, tzinfo=UTC).timestamp()
        self.wall_error = 0.0
        self.booted_at = self.true - 100.0
        self.boots = 1

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.true, UTC)

    def wall(self) -> float:
        return self.true + self.wall_error

    def elapsed(self) -> float:
        return self.true - self.booted_at

    def reboot(self) -> None:
        self.booted_at, self.boots = self.true, self.boots + 1


class Hall:
    """A kiosk in such a world; the test plays its thread."""

    def __init__(self, world: World, folder: Path, url: str, office_key: object) -> None:
        self.world, self._folder, self._url, self._office_key = world, folder, url, office_key
        self.events: list[object] = []
        self.rounds = 0
        self.open()

    def open(self) -> None:
        world = self.world
        self.clock = Clock(
            wall=world.wall,
            elapsed=world.elapsed,
            anchor=self._folder / "clock.json",
            boot_id=lambda: f"boot-{world.boots}",
        )
        self.kiosk = Syncing(
            self._folder / "kiosk.db",
            STORE_KEY,
            self._url,
            self._office_key,  # type: ignore[arg-type]
            pace=PACE,
            clock=self.clock,
            monotonic=world.elapsed,
        )

    def restart(self) -> None:
        self.close()
        self.open()

    def close(self) -> None:
        self.events += self.kiosk.events
        self.kiosk.close()

    def live(self, seconds: float, *, asking: bool = False) -> None:
        """Both threads' rounds, each when it is due, for this long."""
        end = self.world.true + seconds
        send_at = ask_at = self.world.true
        while min(send_at, ask_at if asking else end) < end:
            self.world.true = max(self.world.true, min(send_at, ask_at) if asking else send_at)
            self.rounds += 1
            if send_at <= self.world.true:
                send_at = self.world.true + self.kiosk.worker.send_once()
            if asking and ask_at <= self.world.true:
                pause = self.kiosk.worker.ask_once()
                ask_at = self.world.true + (max(pause, 0.01) if pause is not None else 60.0)
        self.world.true = end

    def seal(self, *, pages: int = 2) -> Envelope:
        """As the submit desk does, with the clock as it stands."""
        draft, materials = application(*(JPEG + os.urandom(500) for _ in range(pages)))
        wall = self.world.wall()
        sealed = seal(
            Application.model_validate(draft.sealed.body),
            DEVICE_ID,
            DEVICE_KEY,
            envelope_id=str(
                uuid_utils.uuid7(nanoseconds=int(wall * 1e9))
            ),  # by the wall clock, so ids do not sort in order of sealing
            sealed_at=datetime.fromtimestamp(wall, UTC),
            clock_offset_ms=self.clock.offset_ms,
        )
        self.kiosk.outbox.seal(sealed, materials)
        return sealed


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def proxy(real_office: RealOffice, world: World) -> Iterator[FaultProxy]:
    proxy = FaultProxy(("127.0.0.1", real_office.port))

    def in_this_world(path: str, answer: bytes) -> bytes:
        said = world.now().isoformat(timespec="milliseconds").encode()
        return re.sub(rb'(?<="time":")[^"]+', said, answer) if path == "/healthz" else answer

    proxy.rewrite = in_this_world
    proxy.start()
    yield proxy
    proxy.stop()


def test_thirty_days_offline_with_a_clock_wrong_by_a_year(
    tmp_path: Path, world: World, proxy: FaultProxy, real_office: RealOffice
) -> None:
    hall = Hall(world, tmp_path, proxy.url, real_office.key)
    hall.live(10)
    assert hall.clock.known
    proxy.set("refused")
    sealed: list[tuple[Envelope, datetime]] = []
    for day in range(30):
        if day == 5:
            world.wall_error = YEAR  # somebody sets the clock
        if day == 10:
            hall.restart()  # an update; the machine goes on
            assert hall.clock.known
        if day == 15:
            world.reboot()  # now nobody knows what time it is, and the wall clock is still wrong
            hall.restart()
            assert not hall.clock.known
        if day == 20:
            world.wall_error = 0.0  # a technician sets it right
        for _ in range(A_DAY):
            sealed.append((hall.seal(), world.now()))
            hall.live(DAY / A_DAY)
    envelopes = [envelope for envelope, _ in sealed]
    assert hall.kiosk.outbox.counts()[OutboxState.SEALED] == len(envelopes)
    status = hall.kiosk.worker.status()
    assert (status.online, status.remaining, status.clock_offset_s) == (False, len(envelopes), None)
    assert status.oldest_age_s == pytest.approx(30 * DAY, abs=5)
    back_at = world.true
    proxy.set("")
    hall.live(2 * PACE.probe_slow_s)

    # Everything is there, once, in the order of sealing, although its ids are not.
    ids = [envelope.sealed.id for envelope in envelopes]
    assert real_office.received(envelopes) == ids
    assert ids != sorted(ids)
    assert hall.kiosk.outbox.counts()[OutboxState.ACCEPTED] == len(ids)
    assert {ref["sha256"] for each in envelopes for ref in each.sealed.body["materials"]} <= real_office.materials()

    # Time limits run from when a resident handed it in, where the kiosk could know that; else from the arrival.
    received_at = datetime.fromtimestamp(back_at + PACE.probe_slow_s, UTC)
    known = [pair for pair in sealed if pair[0].sealed.clock_offset_ms is not None]
    assert len(known) == 15 * A_DAY
    for envelope, true in known:
        assert abs(counts_from(envelope.sealed, received_at) - true) < timedelta(seconds=2)
    for envelope, _ in sealed[len(known) :]:
        assert counts_from(envelope.sealed, received_at) == received_at

    # The jumps were seen and told, the timers did not mind: no flood of probes, no silence of a year.
    hall.close()
    jumps = [round(event.by_s) for event in hall.events if isinstance(event, ClockJumped)]
    assert jumps == [round(YEAR), -round(YEAR)]
    left = [event.remaining for event in hall.events if isinstance(event, BacklogChanged)]
    assert left[-1] == 0
    assert max(left) == len(ids)
    assert hall.rounds < 30 * DAY / 600
    figure(f"30 days offline: {len(ids)} applications with {2 * len(ids)} pages, all there, in order, once")


def test_while_the_store_grows_for_weeks_a_person_at_the_screen_still_goes_first(
    tmp_path: Path, world: World, proxy: FaultProxy, real_office: RealOffice
) -> None:
    hall = Hall(world, tmp_path, proxy.url, real_office.key)
    proxy.set("refused")
    old = [hall.seal(pages=1) for _ in range(10)]
    hall.live(20 * DAY)
    (waited_for,) = hall.kiosk.seal(1, priority=1)
    proxy.set("")
    hall.kiosk.worker.wake()
    hall.live(1)
    received = real_office.received([*old, waited_for])
    assert received == [waited_for.sealed.id, *(envelope.sealed.id for envelope in old)]
    hall.close()


def test_a_decision_that_takes_ten_days_is_asked_for_patiently_and_noticed_within_the_hour(
    tmp_path: Path, world: World, office: Office
) -> None:
    hall = Hall(world, tmp_path, office.url, OFFICE_KEY.public())
    envelopes = [hall.seal(pages=1) for _ in range(3)]
    hall.live(60, asking=True)
    assert hall.kiosk.outbox.counts()[OutboxState.ACCEPTED] == 3
    hall.live(5 * DAY, asking=True)
    world.wall_error = YEAR  # deadlines hang on no wall clock
    hall.live(5 * DAY, asking=True)
    asked = office.count("decision")
    assert asked < 3 * 10 * 24 * 2.5  # about one an hour and case, more often on the first day
    slow = envelopes[2].sealed.id
    signed = order(slow)
    office.decisions[slow] = decision(slow, DecisionOutcome.GRANTED, (signed,))
    hall.live(3600 + 120, asking=True)
    assert Decisions(hall.kiosk.store).get(slow) == office.decisions[slow]
    hall.restart()
    assert Documents(hall.kiosk.store).collectable(HOLDER) == (signed,)
    hall.close()
    figure(f"decision polling over 10 days: {asked / 3 / 240:.1f} questions an hour and case")


def test_pauses_after_failures_grow_from_a_minute_to_an_hour_whatever_the_wall_clock_does(
    tmp_path: Path, world: World, office: Office
) -> None:
    hall = Hall(world, tmp_path, office.url, OFFICE_KEY.public())
    office.always["material"] = "status 500"
    hall.seal(pages=1)
    tries: list[float] = []
    for step in range(200):
        before = office.count("material")
        if step == 50:
            world.wall_error = -YEAR
        hall.live(300)
        tries += [world.true] * (office.count("material") - before)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert max(gaps) <= 2 * 3600 + 600
    assert min(gaps[-3:]) >= 1800
    assert 8 <= len(tries) <= 40
    office.always.clear()
    hall.live(2 * 3600)
    assert hall.kiosk.outbox.counts()[OutboxState.ACCEPTED] == 1
    hall.close()
