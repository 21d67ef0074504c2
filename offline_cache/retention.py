"""How long what is personal stays: whoever has nothing open is erased, their key destroyed, when their time is over."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta

import structlog
from pydantic import BaseModel, ConfigDict, Field

from offline_cache.cipher_file import copies_before_migration
from offline_cache.decisions import FINAL
from offline_cache.sqlcipher import discard, naming
from offline_cache.store import Store
from offline_cache.subject_keys import Quiet
from wire.messages import EnvelopeKind

log = structlog.get_logger()


class RetentionPeriods(BaseModel):
    """Days that a person's data stays on this kiosk after the last thing of theirs that ended. Pages and the words of
    an application are no matter of days: they are wiped with the office's acknowledgement.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    unused_days: float = Field(default=1, ge=0)
    """After somebody was identified and handed nothing in."""
    acknowledged_days: float = Field(default=30, ge=0)
    """After the office acknowledged the last thing they handed in; longer while it is undecided."""
    decided_days: float = Field(default=30, ge=0)
    """After the decision was kept here; longer while a document of it waits for paper."""
    collected_days: float = Field(default=30, ge=0)
    """After their last document was printed, so that a complaint about the paper can be looked into."""
    closed_days: float = Field(default=7, ge=0)
    """After staff settled a dead letter with them."""


class StillOpen(Exception):
    """Something of this person is under way: unsent, undecided, refused and not settled, or not yet collected."""


# Each query gives handles.
_FINAL = ", ".join(repr(outcome.value) for outcome in FINAL)
_OPEN = (
    "SELECT subject AS person FROM outbox WHERE state IN ('sealed', 'sending', 'rejected')",
    "SELECT outbox.subject AS person FROM outbox LEFT JOIN decisions ON application_id = id"
    f" WHERE kind = '{EnvelopeKind.APPLICATION.value}' AND state = 'accepted'"
    f" AND (outcome IS NULL OR outcome NOT IN ({_FINAL}))",
    f"SELECT subject AS person FROM decisions WHERE outcome NOT IN ({_FINAL})",
    "SELECT holder AS person FROM documents WHERE state <> 'printed'",
)
_ENDED = {
    "acknowledged_days": "SELECT subject AS person FROM outbox WHERE state = 'accepted'",
    "closed_days": "SELECT subject AS person FROM outbox WHERE state = 'closed'",
    "decided_days": "SELECT subject AS person FROM decisions",
    "collected_days": "SELECT holder AS person FROM documents",
}


class Retention:
    """All may raise StoreFailed. What is erased stays as ids, hashes, states and outcomes, for ever.

    Time counts from the first look that found nothing open, not from the times in the rows: those are the wall
    clock's, and that may have been wrong by a year.
    """

    def __init__(self, store: Store, periods: RetentionPeriods | None = None) -> None:
        self._store = store
        self._periods = periods or RetentionPeriods()

    def apply(self, now: datetime) -> int:
        """Look at everybody, erase whose time is over; gives their number. ``now`` must be true: call it only while
        the clock is known to be right, about once a day.
        """
        keyring = self._store.subjects
        # The transaction keeps sync and session from opening something of theirs between the look and the erasure.
        with self._store.transaction():
            before, opened, ended = keyring.people(), self._opened(), self._ended()
            after = {
                person: None if person in opened else _quiet(was, sum(ended[person].values()), now)
                for person, was in before.items()
            }
            keyring.note_quiet({person: quiet for person, quiet in after.items() if quiet != before[person]})
            over = [
                person for person, quiet in after.items() if quiet and now - quiet.since >= self._stays(ended[person])
            ]
            gone = self._destroy(over)
        if gone:
            self._forget_old_pages()
            log.info("people_erased", count=gone)
        return gone

    def erase(self, id_number: str) -> bool:
        """Erase one person now, because they asked (PIPL 47); False where nothing of theirs is kept.

        Raises StillOpen with nothing changed.
        """
        with self._store.transaction():
            subject = self._store.subjects.find(id_number)
            if subject is None:
                return False
            if subject.handle in self._opened():
                raise StillOpen("something of this person is under way; settle it first")
            self._destroy([subject.handle])
        self._forget_old_pages()
        return True

    def _opened(self) -> set[str]:
        return {row["person"] for query in _OPEN for row in self._store.rows(query)}

    def _ended(self) -> dict[str, Counter[str]]:
        """How many things of each person there are, by the period that counts for them."""
        ended: dict[str, Counter[str]] = defaultdict(Counter)
        for period, query in _ENDED.items():
            for row in self._store.rows(f"SELECT person, count(*) AS n FROM ({query}) GROUP BY person"):
                ended[row["person"]][period] = row["n"]
        return ended

    def _stays(self, ended: Counter[str]) -> timedelta:
        """The longest period that applies."""
        return timedelta(days=max(getattr(self._periods, period) for period in ended or ("unused_days",)))

    def _destroy(self, people: list[str]) -> int:
        """What their keys closed is useless without them; it goes all the same, so that no one need trust that."""
        if not people:
            return 0
        with self._store.transaction() as database:
            for person in people:
                database.execute("UPDATE decisions SET decision = NULL WHERE subject = ?", (person,))
                database.execute("UPDATE documents SET signed = NULL WHERE holder = ?", (person,))
            return self._store.subjects.erase(*people)

    def _forget_old_pages(self) -> None:
        with naming(self._store.path):
            for copy in copies_before_migration(self._store.path):  # an older version closed less
                discard(copy)
        self._store.checkpoint()


def _quiet(was: Quiet | None, mark: int, now: datetime) -> Quiet:
    """Since when nothing of a person is open: since the last look, unless something came and ended in between."""
    return was if was is not None and was.mark == mark else Quiet(now, mark)
