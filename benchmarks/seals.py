"""Durable seals a second, beside bare SQLCipher FULL commits of the same bytes in the same run.

    python -m benchmarks.seals [--rounds N] [--folder DIR]

The two take turns, because a disk's mood changes within seconds; the ratio of the sums is the figure (budget: 0.8).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlcipher3

from offline_cache.outbox import Outbox
from offline_cache.store import Store
from wire.canonical import canonical_bytes
from wire.envelopes import seal
from wire.ids import new_id
from wire.messages import Envelope, PrintOutcome, PrintReport
from wire.signing import SigningKey

BATCH = 50
FILLER = "理" * 500  # makes an envelope of about 2 KB, an application without pages


def _envelopes(count: int) -> list[Envelope]:
    key = SigningKey.generate()
    report = PrintReport(
        order_id=new_id(),
        application_id=new_id(),
        stock_type="business_licence_a3",
        stock_serial=None,
        outcome=PrintOutcome.PRINTED,
        reason=FILLER,
        at=datetime.now(UTC),
    )
    return [seal(report, "kiosk-bench", key) for _ in range(count)]


def _bare(path: Path) -> Any:
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{os.urandom(32).hex()}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, payload BLOB)")
    return connection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--folder", type=Path, default=None, help="where the files go: the disk that is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        bare = _bare(Path(folder) / "bare.db")
        store = Store.open(Path(folder) / "store.db", os.urandom(32))
        outbox = Outbox(store)
        bare_s = seal_s = 0.0
        size = 0
        for _ in range(options.rounds):
            envelopes = _envelopes(BATCH)
            payloads = [(envelope.sealed.id, canonical_bytes(envelope)) for envelope in envelopes]
            size = len(payloads[0][1])
            start = time.perf_counter()
            for row in payloads:
                bare.execute("INSERT INTO rows VALUES (?, ?)", row)
            bare_s += time.perf_counter() - start
            start = time.perf_counter()
            for envelope in envelopes:
                outbox.seal(envelope)
            seal_s += time.perf_counter() - start
        count = options.rounds * BATCH
        print(f"bare FULL commits  {count / bare_s:8.0f} /s  ({size} bytes each)")
        print(f"outbox.seal        {count / seal_s:8.0f} /s")
        print(f"ratio              {bare_s / seal_s:8.2f}    (budget 0.80)")
        store.close()
        bare.close()


if __name__ == "__main__":
    main()
