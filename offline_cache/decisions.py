"""What the office decided, application by application, closed under the applicant's key."""

from __future__ import annotations

from offline_cache.personal import decision_context, subject_of_decision
from offline_cache.store import Store
from offline_cache.subject_keys import Erased
from wire.canonical import canonical_bytes
from wire.messages import Decision, DecisionOutcome, EnvelopeKind

FINAL = (DecisionOutcome.GRANTED, DecisionOutcome.REFUSED)  # "human" is a promise of a decision, not one

_AWAITING = (
    "FROM outbox LEFT JOIN decisions ON application_id = id"
    " WHERE state = 'accepted' AND kind = ? AND (outcome IS NULL OR outcome NOT IN (?, ?))"
)
_AWAITING_VALUES = (EnvelopeKind.APPLICATION.value, *(outcome.value for outcome in FINAL))


class Decisions:
    """All may raise StoreFailed; writing joins the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def awaiting(self, at_most: int = 1_000_000) -> tuple[str, ...]:
        """Ids of applications that the office has and has not finally decided, newest first."""
        rows = self._store.rows(f"SELECT id {_AWAITING} ORDER BY seq DESC LIMIT ?", (*_AWAITING_VALUES, at_most))
        return tuple(row["id"] for row in rows)

    def awaiting_older_than(self, application_id: str) -> tuple[str | None, int]:
        """The next older one that waits for a decision, None if there is none, and how many there are."""
        older = f"{_AWAITING} AND seq < (SELECT seq FROM outbox WHERE id = ?)"
        values = (*_AWAITING_VALUES, application_id)
        rows = self._store.rows(f"SELECT id {older} ORDER BY seq DESC LIMIT 1", values)
        if not rows:
            return None, 0
        (count,) = self._store.rows(f"SELECT count(*) AS n {older}", values)
        return str(rows[0]["id"]), int(count["n"])

    def put(self, decision: Decision) -> bool:
        """Keep a decision; True if it says something new. A final one is never replaced by "a person decides"."""
        with self._store.transaction() as database:
            try:
                known = self.get(decision.application_id)
            except Erased:  # a person is erased only once a final decision was kept long enough
                return False
            if known == decision or (known and known.outcome in FINAL and decision.outcome not in FINAL):
                return False
            subject = subject_of_decision(self._store, decision)
            box = subject.seal(canonical_bytes(decision), decision_context(decision.application_id))
            database.table("decisions").upsert(
                {
                    "application_id": decision.application_id,
                    "subject": subject.handle,
                    "outcome": decision.outcome.value,
                    "decision": box,
                },
                pk="application_id",
            )
        return True

    def get(self, application_id: str) -> Decision | None:
        """The newest decision on an application, or None. Raises Erased once the applicant was."""
        rows = self._store.rows("SELECT subject, decision FROM decisions WHERE application_id = ?", (application_id,))
        if not rows:
            return None
        (row,) = rows
        if row["decision"] is None:
            raise Erased(row["subject"])
        context = decision_context(application_id)
        return Decision.model_validate_json(self._store.subjects.unseal(row["subject"], row["decision"], context))
