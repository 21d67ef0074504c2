"""Which application to ask the office about next, and what to do with its answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from offline_cache.backoff import WAITED_FOR_S, delay_s
from offline_cache.decisions import FINAL, Decisions
from offline_cache.documents import Documents, OrderConflict
from offline_cache.office_client import ItemFault, OfficeClient, OfficeFault
from offline_cache.store import Store
from offline_cache.sync_events import DecisionArrived, OfficeTrouble, SyncEvent
from wire.canonical import canonical_bytes
from wire.messages import Decision
from wire.signing import BadSignature, VerifyKey

log = structlog.get_logger()

LONG_POLL_S = 2  # the office answers at the moment it decides; a longer hold would only delay a newer application
FRESH_S = 120.0  # the machine decides within seconds; after this somebody at a desk does
FRESH_PAUSE_S = 1.0  # between questions about several fresh ones, which cannot all hold the line
FRESH_AT_MOST = 3  # after weeks offline, hundreds arrive at once: nobody stands here for all of them
CROWD = 10  # due at once: a backlog has just arrived, and questions must not take the way from what still queues
CROWD_PAUSE_S = 1.0  # between two questions then
PENDING_PAUSE_S = 60.0
HUMAN_PAUSE_S = 300.0  # officers take hours
LONGEST_PAUSE_S = 3600.0
WINDOW = 200  # of the newest, each has a pause of its own; what is older takes turns, so that memory does not grow
PAUSE_BY_AGE = 0.1  # a case ten hours old is asked about every hour: late by a tenth of what it took, at most


class UntrustedDecision(Exception):
    """A document order that our office did not sign, or that belongs to another application; nothing of it is kept."""


@dataclass(slots=True)
class _Asked:
    since: float  # monotonic: first seen
    due: float
    failures: int = 0


class DecisionPoll:
    """One question at a time, the newest application first: that is the one whose resident may still stand here."""

    def __init__(
        self,
        store: Store,
        client: OfficeClient,
        office_key: VerifyKey,
        emit: Callable[[SyncEvent], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._client = client
        self._office_key = office_key
        self._emit = emit
        self._monotonic = monotonic
        self._decisions = Decisions(store)
        self._documents = Documents(store)
        self._asked: dict[str, _Asked] | None = None  # None until the first look
        self._crowded = False
        self._turn: str | None = None  # the older one that was asked about last; None: begin with the newest of them
        self._turn_due = 0.0
        self._turn_pause = LONGEST_PAUSE_S

    def ask_one(self, now: float) -> float | None:
        """Ask about the newest application that is due; gives the seconds until the next one is, None if none waits.

        ``now`` is monotonic. Raises ServerFault, AuthorisationFault, Throttled.
        """
        awaiting = self._decisions.awaiting(WINDOW)
        known = self._first_look(awaiting, now) if self._asked is None else self._asked
        asked = {key: known.get(key) or _Asked(since=now, due=now) for key in awaiting}
        self._asked = asked
        due = [key for key in awaiting if asked[key].due <= now]
        self._crowded = len(due) > CROWD
        fresh = bool(due) and due[0] in awaiting[:FRESH_AT_MOST] and now - asked[due[0]].since < FRESH_S
        older = len(awaiting) == WINDOW
        if older and not fresh and self._turn_due <= now:
            self._ask_older(awaiting[-1], now)
        elif due:
            self._ask(due[0], asked[due[0]], now, fresh=fresh, alone=len(due) == 1)
        waits = [each.due - now for each in self._asked.values()]
        if older:
            waits.append(self._turn_due - now)
        return max(0.0, min(waits)) if waits else None

    def _ask_older(self, last_in_window: str, now: float) -> None:
        """One of those beyond the window, in turn, so that each is asked about once an hour or so."""
        found = self._decisions.awaiting_older_than(self._turn)[0] if self._turn else None
        if found is None:  # past the oldest: the turns begin anew, spread over an hour
            found, count = self._decisions.awaiting_older_than(last_in_window)
            self._turn_pause = max(CROWD_PAUSE_S, LONGEST_PAUSE_S / max(count, 1))
        self._turn, self._turn_due = found, now + self._turn_pause
        if found is None:
            return
        try:
            decision = self._client.decision(found, 0)
        except ItemFault as fault:
            log.warning("decision_refused", application_id=found, status=fault.problem.status)
            return
        if decision is not None:
            self._keep(decision)

    @property
    def least_pause_s(self) -> float:
        """Seconds that the next question waits whatever happens meanwhile."""
        return CROWD_PAUSE_S if self._crowded else 0.0

    @staticmethod
    def _first_look(awaiting: tuple[str, ...], now: float) -> dict[str, _Asked]:
        """After a start: old cases, but for the newest few, whose resident may still stand here."""
        old = now - FRESH_S
        return {key: _Asked(old, now + random.uniform(0.0, PENDING_PAUSE_S)) for key in awaiting[FRESH_AT_MOST:]}

    def _ask(self, application_id: str, asked: _Asked, now: float, *, fresh: bool, alone: bool) -> None:
        hold = LONG_POLL_S if fresh and alone else 0
        began = self._monotonic()
        try:
            decision = self._client.decision(application_id, hold)
        except ItemFault as fault:
            log.warning("decision_refused", application_id=application_id, status=fault.problem.status)
            asked.due = now + _patient(now - asked.since, HUMAN_PAUSE_S)
            return
        except OfficeFault:
            asked.failures += 1
            asked.due = now + delay_s(asked.failures, PENDING_PAUSE_S, WAITED_FOR_S)  # others get their turn before it
            raise
        asked.failures = 0
        if decision is None:
            # What the office held is not slept again; an office that does not hold is still asked only so often.
            pause = max(0.0, hold - (self._monotonic() - began)) if hold else FRESH_PAUSE_S
            asked.due = now + (pause if fresh else _patient(now - asked.since, PENDING_PAUSE_S))
            return
        asked.due = now + _patient(now - asked.since, HUMAN_PAUSE_S)
        self._keep(decision)

    def _keep(self, decision: Decision) -> None:
        try:
            new = self._verified_and_stored(decision)
        except UntrustedDecision as error:
            log.error("decision_untrusted", application_id=decision.application_id)
            self._emit(OfficeTrouble("untrusted_decision", str(error)))
        except OrderConflict as error:
            log.error("order_conflict", order_id=str(error))
            self._emit(OfficeTrouble("order_conflict", str(error)))
        else:
            if decision.outcome in FINAL and self._asked is not None:
                self._asked.pop(decision.application_id, None)
            if new:
                log.info("decision_stored", application_id=decision.application_id, outcome=decision.outcome.value)
                self._emit(DecisionArrived(decision))

    def _verified_and_stored(self, decision: Decision) -> bool:
        for signed in decision.orders:
            if signed.order.application_id != decision.application_id:
                raise UntrustedDecision(f"order {signed.order.order_id} belongs to another application")
            try:
                self._office_key.verify(canonical_bytes(signed.order), signed.signature)
            except BadSignature as error:
                raise UntrustedDecision(f"order {signed.order.order_id}: {error}") from error
        with self._store.transaction():
            for signed in decision.orders:
                self._documents.add(signed)
            return self._decisions.put(decision)


def _patient(age_s: float, at_least_s: float) -> float:
    """Seconds until the next question about a case that is this old."""
    return min(max(at_least_s, age_s * PAUSE_BY_AGE), LONGEST_PAUSE_S)
