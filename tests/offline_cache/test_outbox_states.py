"""Any sequence of seals, leases, answers, restarts and time: the outbox says what a simple model says."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from offline_cache.outbox import LEASE_S, Outbox, OutboxState
from offline_cache.store import Store
from tests.offline_cache.samples import STORE_KEY, acknowledgement, print_report
from wire.messages import Envelope, Problem

SEALED, SENDING, ACCEPTED, REJECTED, CLOSED = OutboxState


@dataclass
class Model:
    envelope: Envelope
    priority: int
    state: OutboxState = SEALED
    free_at: float = 0.0  # when it may be leased


class OutboxMachine(RuleBasedStateMachine):
    envelopes = Bundle("envelopes")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1000.0
        self.model: dict[str, Model] = {}
        self.open()

    def open(self) -> None:
        self.store = Store.open(Path(self.folder.name) / "kiosk.db", STORE_KEY)
        self.outbox = Outbox(self.store)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(target=envelopes, priority=st.integers(0, 2))
    def seal(self, priority: int) -> str:
        envelope = print_report()
        self.outbox.seal(envelope, priority=priority)
        self.model[envelope.sealed.id] = Model(envelope, priority)
        return envelope.sealed.id

    @rule(key=envelopes)
    def seal_again(self, key: str) -> None:
        self.outbox.seal(self.model[key].envelope)

    @rule()
    def lease(self) -> None:
        lease = self.outbox.lease_next(self.now)
        free = [m for m in self.model.values() if m.state in (SEALED, SENDING) and m.free_at <= self.now]
        expected = max(free, key=lambda m: m.priority, default=None)  # max keeps the first, the oldest, of equals
        assert (lease and lease.envelope) == (expected and expected.envelope)
        if expected:
            expected.state, expected.free_at = SENDING, self.now + LEASE_S

    @rule(key=envelopes)
    def accept(self, key: str) -> None:
        self.outbox.accept(key, acknowledgement(self.model[key].envelope))
        self.model[key].state = ACCEPTED

    @rule(key=envelopes)
    def reject(self, key: str) -> None:
        self.outbox.reject(key, Problem(title="refused", status=422))
        if self.model[key].state in (SEALED, SENDING):
            self.model[key].state = REJECTED

    @rule(key=envelopes)
    def close_dead_letter(self, key: str) -> None:
        self.outbox.close_dead_letter(key)
        if self.model[key].state is REJECTED:
            self.model[key].state = CLOSED

    @rule(key=envelopes)
    def put_back(self, key: str) -> None:
        self.outbox.put_back(key)
        if self.model[key].state is REJECTED:
            self.model[key].state, self.model[key].free_at = SEALED, 0.0

    @rule(key=envelopes, pause=st.floats(0, 300))
    def release(self, key: str, pause: float) -> None:
        self.outbox.release(key, pause, self.now)
        if self.model[key].state is SENDING:
            self.model[key].state, self.model[key].free_at = SEALED, self.now + pause

    @rule(seconds=st.floats(0, 200))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.now = 0.0  # the machine booted: monotonic time begins anew
        self.open()
        for m in self.model.values():
            if m.state in (SEALED, SENDING):
                m.state, m.free_at, m.priority = SEALED, 0.0, 0

    @invariant()
    def counts_agree(self) -> None:
        states = [m.state for m in self.model.values()]
        assert self.outbox.counts() == {state: states.count(state) for state in OutboxState}

    @invariant()
    def due_agrees(self) -> None:
        free = [m.free_at for m in self.model.values() if m.state in (SEALED, SENDING)]
        due = self.outbox.due_in(self.now)
        assert (due is None) == (not free)
        if due is not None:
            assert abs(due - max(0.0, min(free) - self.now)) < 1e-6

    @invariant()
    def content_is_kept_until_acknowledged(self) -> None:
        for key, m in self.model.items():
            assert self.outbox.get(key).envelope == (None if m.state in (ACCEPTED, CLOSED) else m.envelope)


OutboxMachine.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOutbox = OutboxMachine.TestCase
