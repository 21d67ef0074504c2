"""The real office in a process of its own, enrolled for these tests, and what its database holds."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from approval_backend.intake.devices import enrol
from approval_backend.office import office_key, open_store
from offline_cache.delivery import deliver, settle
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.store import Store
from tests.approval_backend.office_process import OfficeProcess
from tests.durability.subject import DEVICE_ID, DEVICE_KEY
from wire.messages import Acknowledgement


class Office:
    """``python -m approval_backend serve`` without its machine review, of which no crash test needs anything."""

    def __init__(self, folder: Path) -> None:
        store = open_store(folder / "data")
        enrol(store, DEVICE_ID, DEVICE_KEY.public().pem())
        store.close()
        self.key_pem = office_key(folder / "data").public().pem()
        self.process = OfficeProcess(folder / "data", "--no-review")
        self._database = folder / "data" / "office.db"

    @property
    def url(self) -> str:
        return self.process.address

    def rows(self) -> Counter[str]:
        """Marks of the applications that were taken in, and how often each was: more than once is a doubled one."""
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=30)) as database:
            messages = [row[0] for row in database.execute("SELECT message FROM envelopes")]
        return Counter(json.loads(message)["sealed"]["body"]["form"]["trade_name"] for message in messages)

    def ids(self) -> Counter[str]:
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=30)) as database:
            return Counter(row[0] for row in database.execute("SELECT id FROM envelopes"))


def drain(store: Store, url: str) -> None:
    """Send all that waits; every answer must be an acknowledgement."""
    outbox = Outbox(store)
    client = OfficeClient(url, DEVICE_ID, DEVICE_KEY)
    while lease := outbox.lease_next(time.monotonic()):
        answer = deliver(lease, outbox, client)
        assert isinstance(answer, Acknowledgement), answer
        settle(lease, outbox, answer)
    counts = outbox.counts()
    assert {state for state, count in counts.items() if count} <= {OutboxState.ACCEPTED}, counts
