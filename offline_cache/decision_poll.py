"""Which application to ask the office about next, and what to do with its answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from offline_cache.backoff import delay_s
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
PENDING_PAUSE_S = 60.0
HUMAN_PAUSE_S = 300.0  # officers take hours


class UntrustedDecision(Exception):
    """A document order that our office did not sign, or that belongs to another application; nothing of it is kept."""


@dataclass
class _Asked:
    since: float  # monotonic: first seen
    due: float
    failures: int = 0


class DecisionPoll:
    """One question at a time, the newest application first: that is the one whose resident may still stand here."""

    def __init__(
        self, store: Store, client: OfficeClient, office_key: VerifyKey, emit: Callable[[SyncEvent], None]
    ) -> None:
        self._store = store
        self._client = client
        self._office_key = office_key
        self._emit = emit
        self._decisions = Decisions(store)
        self._documents = Documents(store)
        self._asked: dict[str, _Asked] = {}

    def ask_one(self, now: float) -> float | None:
        """Ask about the newest application that is due; gives the seconds until the next one is, None if none waits.

        ``now`` is monotonic. Raises ServerFault, AuthorisationFault, Throttled.
        """
        awaiting = self._decisions.awaiting()
        self._asked = {key: self._asked.get(key, _Asked(since=now, due=now)) for key in awaiting}
        due = [key for key in awaiting if self._asked[key].due <= now]
        if due:
            self._ask(due[0], now, alone=len(due) == 1)
        waits = [asked.due - now for asked in self._asked.values()]
        return max(0.0, min(waits)) if waits else None

    def _ask(self, application_id: str, now: float, *, alone: bool) -> None:
        asked = self._asked[application_id]
        fresh = now - asked.since < FRESH_S
        hold = LONG_POLL_S if fresh and alone else 0
        began = time.monotonic()
        try:
            decision = self._client.decision(application_id, hold)
        except ItemFault as fault:
            log.warning("decision_refused", application_id=application_id, status=fault.problem.status)
            asked.due = now + HUMAN_PAUSE_S
            return
        except OfficeFault:
            asked.failures += 1
            asked.due = now + delay_s(asked.failures, PENDING_PAUSE_S)  # others get their turn before it
            raise
        asked.failures = 0
        if decision is None:
            # What the office held is not slept again; an office that does not hold is still asked only so often.
            pause = max(0.0, hold - (time.monotonic() - began)) if hold else FRESH_PAUSE_S
            asked.due = now + (pause if fresh else PENDING_PAUSE_S)
            return
        asked.due = now + HUMAN_PAUSE_S
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
            if decision.outcome in FINAL:
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
