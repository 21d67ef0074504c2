"""What the office decided, application by application."""

from __future__ import annotations

from offline_cache.store import Store
from wire.canonical import canonical_bytes
from wire.messages import Decision, DecisionOutcome, EnvelopeKind

FINAL = (DecisionOutcome.GRANTED, DecisionOutcome.REFUSED)  # "human" is a promise of a decision, not one


class Decisions:
    """All may raise StoreFailed; writing joins the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def awaiting(self) -> tuple[str, ...]:
        """Ids of applications that the office has and has not finally decided, newest first."""
        rows = self._store.rows(
            "SELECT id FROM outbox LEFT JOIN decisions ON application_id = id"
            " WHERE state = 'accepted' AND kind = ? AND (outcome IS NULL OR outcome NOT IN (?, ?)) ORDER BY seq DESC",
            (EnvelopeKind.APPLICATION.value, *(outcome.value for outcome in FINAL)),
        )
        return tuple(row["id"] for row in rows)

    def put(self, decision: Decision) -> bool:
        """Keep a decision; True if it says something new. A final one is never replaced by "a person decides"."""
        with self._store.transaction() as database:
            known = self.get(decision.application_id)
            if known == decision or (known and known.outcome in FINAL and decision.outcome not in FINAL):
                return False
            database.table("decisions").upsert(
                {
                    "application_id": decision.application_id,
                    "outcome": decision.outcome.value,
                    "decision": canonical_bytes(decision),
                },
                pk="application_id",
            )
        return True

    def get(self, application_id: str) -> Decision | None:
        """The newest decision on an application, or None."""
        rows = self._store.rows("SELECT decision FROM decisions WHERE application_id = ?", (application_id,))
        return Decision.model_validate_json(rows[0]["decision"]) if rows else None
