"""Reviews in the background: whatever was taken in and is not decided, oldest first, also after a crash."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from approval_backend.review.decide import MACHINE_STOPPED, Bench, decide, hand_to_person
from approval_backend.review.waiting import DecisionBell
from approval_backend.store.tables import DecisionRow, EnvelopeRow
from wire.messages import EnvelopeKind

LOOK_S = 15.0  # what another process took in (a bundle carried by hand) wakes nobody here
AGAIN_S = 1.0  # between looks at a database that is away

log = structlog.get_logger()


class ReviewWorker:
    """One thread. What is pending is asked of the database each time: nothing acknowledged is forgotten."""

    def __init__(self, bench: Bench, bell: DecisionBell, on_decided: Callable[[], None]) -> None:
        self._bench, self._bell, self._on_decided = bench, bell, on_decided
        self._work = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="review", daemon=True)

    def start(self) -> None:
        """Takes up what a crash left, then waits for ``wake``."""
        self._work.set()
        self._thread.start()

    def wake(self) -> None:
        """Something was taken in."""
        self._work.set()

    def stop(self) -> None:
        """Ends after the review in hand at the latest; what is pending stays pending in the database."""
        self._stop.set()
        self._work.set()
        self._bench.reader.stop()
        if self._thread.is_alive():  # an office that only takes in never started it
            self._thread.join(timeout=10)

    def pending(self) -> list[str]:
        """Ids of applications without a decision, oldest first (UUIDv7 is ordered by time)."""
        with self._bench.store.read() as session:
            return list(
                session.scalars(
                    select(EnvelopeRow.id)
                    .outerjoin(DecisionRow, DecisionRow.application_id == EnvelopeRow.id)
                    .where(EnvelopeRow.kind == EnvelopeKind.APPLICATION.value, DecisionRow.application_id.is_(None))
                    .order_by(EnvelopeRow.received_at, EnvelopeRow.id)
                )
            )

    def _run(self) -> None:
        while True:
            self._work.wait(LOOK_S)
            self._work.clear()
            try:
                for application_id in self.pending():
                    if self._stop.is_set():
                        return
                    self._review(application_id)
            except OperationalError as error:  # away: what is pending is still pending when it is back
                log.error("review.database_away", error=type(error.orig).__name__)
                self._work.set()
                self._stop.wait(AGAIN_S)
            if self._stop.is_set():
                return

    def _review(self, application_id: str) -> None:
        try:
            decide(self._bench, application_id)
        except OperationalError:
            raise  # the database's trouble is not this case's
        except Exception as error:  # noqa: BLE001 - the boundary: one bad case must not stop the others or wait for ever
            if self._stop.is_set():
                return
            # Where it broke, without the values: they are a resident's.
            frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
            log.error("review.failed", application=application_id, error=type(error).__name__, frames=frames[-6:])
            hand_to_person(self._bench.store, application_id, MACHINE_STOPPED)
        self._bell.ring(application_id)
        self._on_decided()
