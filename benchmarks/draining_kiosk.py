"""The kiosk's side of the drain, in a process of its own: the real sync worker on the real store, block by block.

After each block it says so on standard output, with seconds and resident memory, and waits for a line to go on.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import sys
import threading
import time
from pathlib import Path

import psutil
import structlog

from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.store import Store
from offline_cache.sync import SyncWorker
from offline_cache.sync_events import ItemAccepted, ItemRejected, SyncEvent
from wire.signing import SigningKey, VerifyKey


class Blocks:
    """Counts what was accepted; between two blocks the sending thread stands still."""

    def __init__(self, size: int, total: int) -> None:
        self._size, self._total = size, total
        self._accepted = self._rejected = 0
        self._process = psutil.Process()
        self._began = time.perf_counter()
        self.done = threading.Event()

    def on_event(self, event: SyncEvent) -> None:
        if isinstance(event, ItemRejected):
            self._rejected += 1
        if not isinstance(event, ItemAccepted):
            return
        self._accepted += 1
        if self._accepted % self._size == 0 or self._accepted == self._total:
            self.say()
            if self._accepted == self._total:
                self.done.set()
                return
            self.wait()

    def say(self) -> None:
        block = {
            "items": self._accepted,
            "rejected": self._rejected,
            "seconds": time.perf_counter() - self._began,
            "rss_mb": self._process.memory_info().rss / 1e6,
            "objects": len(gc.get_objects()),
        }
        print(json.dumps(block), flush=True)

    def wait(self) -> None:
        sys.stdin.readline()
        self._began = time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--store-key", required=True, help="hexadecimal")
    parser.add_argument("--office", required=True)
    parser.add_argument("--office-key", type=Path, required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--device-key", type=Path, required=True)
    parser.add_argument("--block", type=int, required=True)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    store = Store.open(options.store, bytes.fromhex(options.store_key))
    client = OfficeClient(options.office, options.device, SigningKey.load_or_create(options.device_key))
    blocks = Blocks(options.block, Outbox(store).counts()[OutboxState.SEALED])
    worker = SyncWorker(store, client, VerifyKey.from_pem(options.office_key.read_text()), blocks.on_event)
    blocks.say()
    blocks.wait()
    worker.start()
    blocks.done.wait()
    worker.stop()
    left = Outbox(store).counts()
    store.close()
    print(json.dumps({state.value: count for state, count in left.items()}), flush=True)


if __name__ == "__main__":
    main()
