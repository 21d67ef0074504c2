"""Seal, send, break, restart, in any order: each application is at the real office exactly once in the end."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from offline_cache.office_client import OfficeClient, ServerFault
from offline_cache.outbox import OutboxState
from tests.offline_cache.fault_proxy import OF_LINES, OF_OFFICES, OF_REQUESTS, FaultProxy
from tests.offline_cache.real_office import QUICK, RealOffice, Syncing, real_office
from tests.offline_cache.samples import STORE_KEY, acknowledgement
from tests.thorough import figure, rounds
from wire.messages import Acknowledgement, Envelope

__all__ = ["real_office"]

READ_S = 0.25  # real time: what a silent line costs a rule
OFFICE_RESTARTS = rounds(2, 40)  # each takes seconds
DRAIN_ROUNDS = 400
STANDING = sorted({*OF_REQUESTS, *OF_LINES} - {"slow", "latency"})  # those have their own tests, by the clock


class Totals:
    """Over all examples, for the summary."""

    examples = sealed = faults = kiosk_restarts = office_restarts = put_back = 0


class SyncMachine(RuleBasedStateMachine):
    """The kiosk's time is simulated, so that no pause is waited for; the office and its answers are real."""

    office: RealOffice

    def __init__(self) -> None:
        super().__init__()
        Totals.examples += 1
        self._folder = tempfile.TemporaryDirectory()
        self._now = 0.0
        self._sealed: list[Envelope] = []
        self._proxy = FaultProxy(("127.0.0.1", self.office.port))
        self._proxy.start()
        self._open()

    def _open(self) -> None:
        self._kiosk = Syncing(
            Path(self._folder.name) / "kiosk.db",
            STORE_KEY,
            self._proxy.url,
            self.office.key,
            pace=QUICK,
            read_s=READ_S,
            longest_s=2 * READ_S,
            monotonic=lambda: self._now,
        )

    def _rounds(self, count: int) -> None:
        for _ in range(count):
            self._now += self._kiosk.worker.send_once()

    @initialize()
    def begin(self) -> None:
        self.seal(2, waiting=False)

    @rule(count=st.integers(1, 3), waiting=st.booleans())
    def seal(self, count: int, waiting: bool) -> None:
        envelopes = self._kiosk.seal(count, page_bytes=300, priority=int(waiting))
        self._sealed += envelopes
        Totals.sealed += count
        if waiting:
            self._kiosk.worker.wake()

    @rule(fault=st.sampled_from(STANDING))
    def a_fault_begins(self, fault: str) -> None:
        self._proxy.set(fault)
        Totals.faults += 1

    @rule(
        faults=st.lists(st.sampled_from(OF_REQUESTS + OF_OFFICES * 3), min_size=1, max_size=3),
        at=st.sampled_from(["/", "/v1/", "/v1/intake"]),
    )
    def the_next_requests_go_wrong(self, faults: list[str], at: str = "/") -> None:
        self._proxy.once_only = lambda method, path: path.startswith(at)
        self._proxy.once.extend(faults)
        Totals.faults += len(faults)

    @rule()
    def the_line_is_well(self) -> None:
        self._proxy.set("")

    @rule(count=st.integers(1, 4))
    def time_passes(self, count: int) -> None:
        self._rounds(count)

    @rule()
    def the_resident_leaves(self) -> None:
        self._kiosk.outbox.nobody_waits()

    @rule()
    def held_requests_arrive(self) -> None:
        self._proxy.deliver_late()

    @rule()
    def the_kiosk_restarts(self) -> None:
        self._kiosk.close()
        self._now = 0.0  # as after a reboot
        self._open()
        Totals.kiosk_restarts += 1

    # No preconditions: what is possible depends on real answers, and hypothesis asks for the same choices every time.
    @rule()
    def the_office_is_killed_and_comes_back(self) -> None:
        if Totals.office_restarts >= OFFICE_RESTARTS:
            return
        Totals.office_restarts += 1
        self.office.process.kill()
        self._rounds(2)
        self.office.process.start()

    @rule()
    def staff_put_a_dead_letter_back(self) -> None:
        for dead in self._kiosk.outbox.dead_letters()[:1]:
            self._kiosk.outbox.put_back(dead.id)
            Totals.put_back += 1

    @invariant()
    def nothing_is_there_twice_and_every_acknowledgement_is_true(self) -> None:
        rows = [row for row in self.office.rows() if row[0] in {each.sealed.id for each in self._sealed}]
        assert len({row[0] for row in rows}) == len(rows)
        there = {row[0]: row for row in rows}
        for envelope in self._sealed:
            item = self._kiosk.outbox.get(envelope.sealed.id)
            if item.state is OutboxState.ACCEPTED:
                assert item.ack is not None
                assert (item.id, item.ack.content_sha256, item.ack.reference) == there[item.id]

    def teardown(self) -> None:
        try:
            self._proxy.once.clear()
            self._proxy.set("")
            self._proxy.deliver_late()
            for _ in range(DRAIN_ROUNDS):
                for dead in self._kiosk.outbox.dead_letters():
                    self._kiosk.outbox.put_back(dead.id)
                    Totals.put_back += 1
                self._rounds(1)
                if self._kiosk.outbox.counts()[OutboxState.ACCEPTED] == len(self._sealed):
                    break
            self.nothing_is_there_twice_and_every_acknowledgement_is_true()
            assert sorted(self.office.received(self._sealed)) == sorted(each.sealed.id for each in self._sealed)
            assert self._kiosk.outbox.counts()[OutboxState.ACCEPTED] == len(self._sealed)
        finally:
            self._proxy.stop()
            self._kiosk.close()
            self._folder.cleanup()


@pytest.mark.timeout(1800)
def test_whatever_happens_each_application_is_at_the_office_once(
    real_office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SyncMachine, "office", real_office, raising=False)
    run_state_machine_as_test(
        SyncMachine,
        settings=settings(
            max_examples=rounds(8, 120),
            stateful_step_count=rounds(15, 30),
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Totals.sealed > 0
    figure(
        f"sync machine: {Totals.examples} runs, {Totals.sealed} applications sealed, {Totals.faults} faults,"
        f" {Totals.kiosk_restarts} kiosk and {Totals.office_restarts} office restarts,"
        f" {Totals.put_back} dead letters put back; 0 lost, 0 doubled"
    )


def test_the_machine_catches_a_client_that_takes_silence_for_success(
    real_office: RealOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with this client the rows are missing, and the machine must say so."""
    honest = OfficeClient.intake

    def hopeful(client: OfficeClient, envelope: Envelope) -> Acknowledgement:
        try:
            return honest(client, envelope)
        except ServerFault:
            return acknowledgement(envelope)

    monkeypatch.setattr(OfficeClient, "intake", hopeful)
    monkeypatch.setattr(SyncMachine, "office", real_office, raising=False)
    machine = SyncMachine()
    machine.begin()
    machine._proxy.only = lambda method, path: path == "/v1/intake"
    machine.the_next_requests_go_wrong(["status_500"])
    machine.time_passes(2)
    with pytest.raises((AssertionError, KeyError)):
        machine.nothing_is_there_twice_and_every_acknowledgement_is_true()
    with pytest.raises((AssertionError, KeyError)):
        machine.teardown()


@pytest.mark.parametrize("refusal", OF_OFFICES)
def test_the_machine_reaches_dead_letters_and_their_way_back(
    real_office: RealOffice, monkeypatch: pytest.MonkeyPatch, refusal: str
) -> None:
    monkeypatch.setattr(SyncMachine, "office", real_office, raising=False)
    machine = SyncMachine()
    machine.begin()
    machine.the_next_requests_go_wrong([refusal], at="/v1/intake")
    machine.time_passes(1)
    assert len(machine._kiosk.outbox.dead_letters()) == 1
    machine.staff_put_a_dead_letter_back()
    machine.teardown()
