"""Durable seals a second, beside bare SQLCipher FULL commits of the same bytes in the same run.

    ./kiosk bench seals          python -m benchmarks.seals [--rounds N] [--folder DIR]

An application of a person whose key was made when they were identified, without pages: those are files. The
two take turns, because a disk's mood changes within seconds; the ratio of the sums is the figure (budget: 0.8).
"""

from __future__ import annotations

import argparse
import logging
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlcipher3
import structlog

from benchmarks.applications import handed_in
from benchmarks.report import Curve, Figure, Report, command
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from wire.canonical import canonical_bytes
from wire.messages import Envelope
from wire.signing import SigningKey

BATCH = 50
FOLDER = Path(__file__).resolve().parent.parent / ".kiosk"


def _bare(path: Path) -> Any:
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{secrets.token_hex(32)}'\"")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (id TEXT PRIMARY KEY, payload BLOB)")
    return connection


def _insert(bare: Any, envelopes: list[Envelope]) -> float:
    rows = [(envelope.sealed.id, canonical_bytes(envelope)) for envelope in envelopes]
    began = time.perf_counter()
    for row in rows:
        bare.execute("INSERT INTO rows VALUES (?, ?)", row)
    return time.perf_counter() - began


def _seal(outbox: Outbox, envelopes: list[Envelope]) -> float:
    began = time.perf_counter()
    for envelope in envelopes:
        outbox.seal(envelope)
    return time.perf_counter() - began


def run(options: argparse.Namespace) -> Report:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    key = SigningKey.generate()
    folder_of = options.folder or FOLDER
    folder_of.mkdir(parents=True, exist_ok=True)
    bare_s: list[float] = []
    seal_s: list[float] = []
    size = 0
    with tempfile.TemporaryDirectory(prefix="seals-", dir=folder_of) as folder:
        bare = _bare(Path(folder) / "bare.db")
        store = Store.open(Path(folder) / "kiosk.db", secrets.token_bytes(32))
        outbox = Outbox(store)
        for number in range(options.rounds + 1):
            envelopes = [item.envelope for item in handed_in(BATCH, "kiosk-bench", key, "1", number, pages=False)]
            size = len(canonical_bytes(envelopes[0]))
            for envelope in envelopes:
                store.subjects.key_for(envelope.sealed.body["applicant"]["id_number"])
            pair = (_insert, bare, bare_s), (_seal, outbox, seal_s)
            for measure, target, taken in pair if number % 2 else reversed(pair):
                taken.append(measure(target, envelopes))
        store.close()
        bare.close()
    count = options.rounds * BATCH  # the first round warms up
    curve = {
        "seals": [(number + 1.0, BATCH / took) for number, took in enumerate(seal_s[1:])],
        "bare commits": [(number + 1.0, BATCH / took) for number, took in enumerate(bare_s[1:])],
    }
    return Report(
        "seals",
        f"Durable seals of applications of {size} bytes",
        (Figure("seals", count / sum(seal_s[1:]), "/s", count / sum(bare_s[1:]), "bare FULL commits", "≥ 0.8"),),
        (Curve(f"Rate of each round of {BATCH}", "round", "commits per second", curve),),
        {"rounds": options.rounds, "batch": BATCH},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--folder", type=Path, help="where the files go: the disk that is measured (default: .kiosk)")
    command(parser, run)


if __name__ == "__main__":
    main()
