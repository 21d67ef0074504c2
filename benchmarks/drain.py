"""A backlog of applications with their pages, sent by the real worker to a real office, beside a bare keep-alive loop.

    ./kiosk bench drain          python -m benchmarks.drain --items 1000

Kiosk and bare loop take turns, block by block, at the same office, and send the same kinds of bytes: the one from an
encrypted store with durable bookkeeping, the other from memory. While one runs the other stands still.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import requests

from benchmarks import bare_loop
from benchmarks.applications import handed_in
from benchmarks.office import DEVICE, ROOT, RunningOffice
from benchmarks.report import Curve, Figure, Report, command
from offline_cache.outbox import Outbox
from offline_cache.store import Store

BATCH = 100  # applications a transaction, only while the backlog is made; a kiosk seals one by one
KIOSK_SEED, BARE_SEED = 1, 2


class DrainingKiosk:
    """benchmarks.draining_kiosk in its process; stopped (SIGSTOP) while the bare loop runs."""

    def __init__(self, folder: Path, store_key: bytes, office: RunningOffice, block: int) -> None:
        office_key = folder / "office.pub"
        office_key.write_text(office.public_key_pem, encoding="utf-8")
        options = {
            "--store": folder / "kiosk.db",
            "--store-key": store_key.hex(),
            "--office": office.address,
            "--office-key": office_key,
            "--device": DEVICE,
            "--device-key": folder / "device.pem",
            "--block": block,
        }
        arguments = [str(word) for pair in options.items() for word in pair]
        command_line = [sys.executable, "-m", "benchmarks.draining_kiosk", *arguments]
        self._process = subprocess.Popen(
            command_line, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.start = self.line()

    def line(self) -> dict[str, Any]:
        """The next report, and the process stands still. Raises RuntimeError if it ended instead."""
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise RuntimeError("the draining kiosk ended before its backlog did")
        return dict(json.loads(text))

    def block(self) -> dict[str, Any]:
        """Let it send the next block."""
        assert self._process.stdin is not None
        self._process.send_signal(signal.SIGCONT)
        self._process.stdin.write("go\n")
        report = self.line()
        self._process.send_signal(signal.SIGSTOP)
        return report

    def finish(self) -> dict[str, Any]:
        """What is left in each state, after its end."""
        self._process.send_signal(signal.SIGCONT)
        left = self.line()
        self._process.wait(60)
        return left

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def fill(folder: Path, store_key: bytes, office: RunningOffice, count: int) -> float:
    """Seal the backlog; the seconds that took."""
    began = time.perf_counter()
    store = Store.open(folder / "kiosk.db", store_key)
    outbox = Outbox(store)
    items = handed_in(count, DEVICE, office.key, office.catalogue_version, KIOSK_SEED)
    while batch := list(islice(items, BATCH)):
        with store.transaction():
            for item in batch:
                outbox.seal(item.envelope, {item.sha256: item.page})
    store.close()
    return time.perf_counter() - began


def run(options: argparse.Namespace) -> Report:
    folder_of = options.folder or ROOT / ".kiosk"
    folder_of.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="drain-", dir=folder_of) as name:
        folder = Path(name)
        with RunningOffice(folder, review=options.review) as office:
            return measure(folder, office, options)


def measure(folder: Path, office: RunningOffice, options: argparse.Namespace) -> Report:
    store_key = secrets.token_bytes(32)
    took = fill(folder, store_key, office, options.items)
    print(
        f"  {options.items} applications sealed in {took:.0f} s; review {_review(options)}",
        flush=True,
    )
    bare_items = handed_in(options.items, DEVICE, office.key, office.catalogue_version, BARE_SEED)
    session = requests.Session()
    session.trust_env = False
    kiosk = DrainingKiosk(folder, store_key, office, options.block)
    blocks: list[dict[str, Any]] = []
    bare_s: list[float] = []
    try:
        for start in range(0, options.items, options.block):
            size = min(options.block, options.items - start)
            requests_made = bare_loop.prepared(islice(bare_items, size), office.address, DEVICE, office.key)
            bare_s.append(bare_loop.send(session, requests_made))
            blocks.append(kiosk.block())
            done = blocks[-1]["items"]
            rates = f"bare {size / bare_s[-1]:.0f}/s, kiosk {size / blocks[-1]['seconds']:.0f}/s"
            print(f"  {done:6} sent: {rates}, {blocks[-1]['rss_mb']:.0f} MB", flush=True)
        left = kiosk.finish()
    finally:
        kiosk.end()
    if left != {**dict.fromkeys(left, 0), "accepted": options.items}:
        raise RuntimeError(f"not everything was accepted: {left}")
    return report(options, kiosk.start["rss_mb"], blocks, bare_s)


def report(options: argparse.Namespace, idle_mb: float, blocks: list[dict[str, Any]], bare_s: list[float]) -> Report:
    """The first block of each warms up and is not counted, if there are others."""
    sizes = [now["items"] - before for now, before in zip(blocks, [0, *(b["items"] for b in blocks)], strict=False)]
    skip = 1 if len(blocks) > 1 else 0
    counted = sum(sizes[skip:])
    rate = counted / sum(block["seconds"] for block in blocks[skip:])
    bare = counted / sum(bare_s[skip:])
    memory = [(float(block["items"]), block["rss_mb"]) for block in blocks]
    figures = [Figure("queued applications sent", rate, "/s", bare, "keep-alive loop", "≥ 0.7")]
    figures.append(Figure("kiosk memory before the first", idle_mb, "MB"))
    figures.append(Figure("kiosk memory after the last", memory[-1][1], "MB"))
    if len(memory) > 3:
        half = memory[len(memory) // 2 :]
        slope = statistics.linear_regression([x for x, _ in half], [y for _, y in half]).slope
        figures.append(Figure("memory growth, second half", slope * 1000, "MB per 1,000 items"))
    rates = {
        "kiosk": [(float(b["items"]), n / b["seconds"]) for b, n in zip(blocks, sizes, strict=True)],
        "bare keep-alive loop": [(float(b["items"]), n / s) for b, n, s in zip(blocks, sizes, bare_s, strict=True)],
    }
    return Report(
        "drain",
        f"{options.items} queued applications with a page each, to a real office, review {_review(options)}",
        tuple(figures),
        (
            Curve("Rate of each block", "applications sent", "applications per second", rates),
            Curve("Kiosk process", "applications sent", "resident memory in MB", {"kiosk": memory}),
        ),
        {"items": options.items, "block": options.block, "review": options.review, "cores": os.cpu_count()},
    )


def _review(options: argparse.Namespace) -> str:
    return "on" if options.review else "paused"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--block", type=int, default=100, help="applications a turn")
    parser.add_argument("--review", action="store_true", help="the office decides meanwhile; it takes a core for it")
    parser.add_argument("--folder", type=Path, help="where the files go: the disk that is measured (default: .kiosk)")
    command(parser, run)


if __name__ == "__main__":
    main()
