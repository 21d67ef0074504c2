"""What a kiosk does until it is killed; each promise is told over the pipe after the call that made it returned."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from offline_cache.key_place import KeyPlace
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.rekey import rekey, unlock
from offline_cache.sync import Pace, SyncWorker
from offline_cache.sync_events import ItemAccepted, ItemRejected, SyncEvent
from tests.durability.subject import DEVICE_ID, DEVICE_KEY, application, open_store
from wire.messages import Envelope
from wire.signing import VerifyKey

Job = dict[str, Any]
Tell = Callable[[str], None]

SEALS = 6
QUICK = Pace(
    probe_s=0.1,
    probe_slow_s=0.1,
    health_s=0.3,
    second_look_s=0.02,
    first_failure_s=0.1,
    recovery_s=0.2,
    stop_s=0.02,  # nobody waits for the held question: the life is to be all work
)
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def seal(job: Job, tell: Tell) -> None:
    """Open, seal some applications with pages, close."""
    store = open_store(Path(job["folder"]))
    _seal_some(Outbox(store), job, tell, SEALS)
    store.close()


def seal_early(job: Job, tell: Tell) -> None:
    """The control: an outbox that says "received" and commits a moment later."""
    store = open_store(Path(job["folder"]))
    outbox = Outbox(store)
    late: list[tuple[Envelope, dict[str, bytes]]] = []

    class Early:
        def seal(self, envelope: Envelope, pages: dict[str, bytes]) -> None:
            late.append((envelope, pages))
            if len(late) > 1:
                outbox.seal(*late.pop(0))

    _seal_some(Early(), job, tell, SEALS)
    outbox.seal(*late.pop())
    store.close()


def sync(job: Job, tell: Tell) -> None:
    """Send what waits, with production's own worker, while more is sealed."""
    store = open_store(Path(job["folder"]))
    outbox = Outbox(store)
    client = OfficeClient(job["url"], DEVICE_ID, DEVICE_KEY, read_s=5.0)
    settled = threading.Event()

    def on_event(event: SyncEvent) -> None:
        if isinstance(event, ItemAccepted):
            tell(f"accepted {event.envelope_id}")
        elif isinstance(event, ItemRejected):
            tell(f"rejected {event.envelope_id} {event.problem.type} {event.problem.title}")
        settled.set()

    worker = SyncWorker(store, client, VerifyKey.from_pem(job["office_key"]), on_event, QUICK)
    worker.start()
    _seal_some(outbox, job, tell, SEALS // 2)
    worker.wake()
    waiting = (OutboxState.SEALED, OutboxState.SENDING)
    while any(outbox.counts()[state] for state in waiting):
        settled.wait(0.05)
        settled.clear()
    worker.stop()
    store.close()


def migrate(job: Job, tell: Tell) -> None:
    """Open a file of the first version."""
    tell("begin migration")
    store = open_store(Path(job["folder"]))
    tell("migrated once")
    store.close()


def change_key(job: Job, tell: Tell) -> None:
    """Put another key in place of the store's."""
    folder = Path(job["folder"])
    place = KeyPlace(folder / "keys")
    tell("begin unlock")
    unlock(folder, place)
    tell("begin rekey")
    rekey(folder, place, place, lambda step: tell(f"step {step}"))
    tell("rekeyed once")


LIVES: dict[str, Callable[[Job, Tell], None]] = {
    "seal": seal,
    "seal_early": seal_early,
    "sync": sync,
    "migrate": migrate,
    "change_key": change_key,
}


def _seal_some(outbox: Any, job: Job, tell: Tell, count: int) -> None:
    rng = random.Random(os.urandom(8))
    for number in range(count):
        envelope, pages = application(f"{job['mark']}.{number}", rng, pages=rng.randint(0, 2), largest=40_000)
        tell(f"begin seal {envelope.sealed.id}")
        outbox.seal(envelope, pages)
        tell(f"sealed {envelope.sealed.id}")
