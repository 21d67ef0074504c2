"""The real office in a process of its own, and what its database holds; a kiosk's sync against it."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from approval_backend.intake.devices import enrol
from approval_backend.office import office_key, open_store
from offline_cache.clock import Clock
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.patience import Patience
from offline_cache.store import Store
from offline_cache.sync import Pace, SyncWorker
from offline_cache.sync_events import SyncEvent
from tests.approval_backend.office_process import OfficeProcess
from tests.offline_cache.samples import DEVICE_ID, DEVICE_KEY, application
from wire.messages import Envelope
from wire.signing import VerifyKey

LIMIT_S = 60.0  # for anything that is waited for; reached only when it never comes
QUICK = Pace(
    probe_s=0.1,
    probe_slow_s=0.1,
    health_s=0.3,
    second_look_s=0.02,
    first_failure_s=0.1,
    waited_for_s=0.05,
    recovery_s=0.3,
    decision_failure_s=0.2,
)
JPEG = b"\xff\xd8\xff"


class RealOffice:
    """``python -m approval_backend serve`` without its machine review, which these tests have no use for."""

    def __init__(self, folder: Path) -> None:
        data = folder / "data"
        store = open_store(data)
        enrol(store, DEVICE_ID, DEVICE_KEY.public().pem())
        store.close()
        self.key: VerifyKey = office_key(data).public()
        self.process = OfficeProcess(data, "--no-review")
        self._database = data / "office.db"

    @property
    def port(self) -> int:
        return self.process.port

    def rows(self) -> list[tuple[str, str, str]]:
        """(id, hash, reference) of every envelope that was taken in, in the order of the commits."""
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=30)) as database:
            return list(database.execute("SELECT id, content_sha256, reference FROM envelopes ORDER BY rowid"))

    def materials(self) -> set[str]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=30)) as database:
            return {row[0] for row in database.execute("SELECT sha256 FROM materials")}

    def received(self, envelopes: list[Envelope]) -> list[str]:
        """Ids of these envelopes in the order of the office's rows, each as often as it has rows."""
        ours = {envelope.sealed.id for envelope in envelopes}
        return [row[0] for row in self.rows() if row[0] in ours]


class Syncing:
    """A kiosk's store and sync, and what the sync told."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        url: str,
        office_key: VerifyKey,
        *,
        pace: Pace = QUICK,
        read_s: float = 0.6,
        longest_s: float = 5.0,
        ca_file: Path | None = None,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = Store.open(path, key)
        self.outbox = Outbox(self.store)
        self.events: list[SyncEvent] = []
        self._changed = threading.Condition()
        self.client = OfficeClient(
            url,
            DEVICE_ID,
            DEVICE_KEY,
            ca_file=ca_file,
            read_s=read_s,
            answer_s=1.0,
            health_read_s=min(read_s, 0.5),
            patience=Patience(longest_s),
            clock=clock,
        )
        self.worker = SyncWorker(self.store, self.client, office_key, self._on_event, pace, monotonic=monotonic)

    def _on_event(self, event: SyncEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def seal(self, count: int = 1, *, page_bytes: int = 2000, priority: int = 0) -> list[Envelope]:
        """Applications with a page each, sealed in this order."""
        made = []
        for _ in range(count):
            envelope, pages = application(JPEG + os.urandom(page_bytes), name="测试")
            self.outbox.seal(envelope, pages, priority=priority)
            made.append(envelope)
        return made

    def wait_until(self, fact: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
        deadline = time.monotonic() + limit_s
        while not fact():
            assert time.monotonic() < deadline, self.events
            threading.Event().wait(0.02)

    def wait_accepted(self, count: int, limit_s: float = LIMIT_S) -> None:
        self.wait_until(lambda: self.outbox.counts()[OutboxState.ACCEPTED] == count, limit_s)

    def of(self, kind: type) -> list[SyncEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    def close(self) -> None:
        self.worker.stop()
        self.store.close()


@pytest.fixture(scope="module")
def real_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealOffice]:
    """One process for a module's tests; ids never repeat, so each test looks for its own."""
    office = RealOffice(tmp_path_factory.mktemp("real-office"))
    office.process.start()
    yield office
    office.process.stop()
