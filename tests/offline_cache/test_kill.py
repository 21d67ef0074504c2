"""Kill -9 while sealing: what was acknowledged is there, and nothing is half there."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

from offline_cache.outbox import Outbox
from offline_cache.store import Store
from tests.offline_cache.samples import STORE_KEY, application
from wire.canonical import bytes_sha256, content_sha256

ROUNDS = int(os.environ.get("KIOSK_KILL_ROUNDS", "40"))
CONTROL_ROUNDS = 5
PROCESSES = multiprocessing.get_context("forkserver")  # imports once; each round is a fork of a clean process
PROCESSES.set_forkserver_preload(["tests.offline_cache.test_kill"])


def _seal_for_ever(path: Path, told: Connection, honest: bool) -> None:
    random.seed(os.urandom(8))
    store = Store.open(path, STORE_KEY)
    outbox = Outbox(store)
    while True:
        envelope, pages = application(random.randbytes(random.randrange(1, 60_000)), random.randbytes(50))
        if not honest:  # the control: "received" before it is true
            told.send(envelope.sealed.id)
            time.sleep(0.005)
        outbox.seal(envelope, pages)
        if honest:
            told.send(envelope.sealed.id)


def _one_life(path: Path, rng: random.Random, honest: bool = True) -> list[str]:
    """Ids that a process acknowledged before it was killed at a random moment."""
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_seal_for_ever, args=(path, theirs, honest), daemon=True)
    process.start()
    theirs.close()
    told: list[str] = []
    wanted = rng.choice([0, 1, 1, 2, 3, 8])  # 0: killed while it opens, migrates or seals its first
    if wanted == 0:
        time.sleep(rng.uniform(0.0, 0.08))
    while len(told) < wanted:
        assert ours.poll(30), "the sealing process says nothing"
        told.append(ours.recv())
    if rng.random() < 0.7:
        time.sleep(rng.uniform(0.0, 0.004))
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    try:
        while ours.poll():
            told.append(ours.recv())
    except EOFError:
        pass
    return told


def _lost_and_half(path: Path, acknowledged: list[str]) -> tuple[int, int]:
    store = Store.open(path, STORE_KEY)  # checks every page's HMAC and the structure
    outbox = Outbox(store)
    found = {row["id"] for row in store.rows("SELECT id FROM outbox")}
    half = 0
    for envelope_id in found:
        envelope = outbox.get(envelope_id).envelope
        pages = {page.sha256 for page in outbox.unsent_materials(envelope_id) if bytes_sha256(page.data) == page.sha256}
        whole = (
            envelope is not None
            and content_sha256(envelope.sealed) == envelope.content_sha256
            and pages == {ref["sha256"] for ref in envelope.sealed.body["materials"]}
        )
        half += not whole
    store.close()
    return len(set(acknowledged) - found), half


def test_after_kill_9_nothing_acknowledged_is_lost_and_nothing_is_half(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    acknowledged: list[str] = []
    for life in range(ROUNDS):
        path = tmp_path / f"kiosk-{life // 10}.db"  # some lives begin on a new file, most on their killed parent's
        if life % 10 == 0:
            acknowledged = []
        acknowledged += _one_life(path, rng)
        assert _lost_and_half(path, acknowledged) == (0, 0), f"seed {seed}, life {life}"
    assert acknowledged, "no life came to an acknowledgement: the test saw nothing"


def test_the_control_that_acknowledges_too_early_does_lose(tmp_path: Path) -> None:
    rng = random.Random(1)
    path = tmp_path / "kiosk.db"
    Store.open(path, STORE_KEY).close()
    acknowledged = [envelope_id for _ in range(CONTROL_ROUNDS) for envelope_id in _one_life(path, rng, honest=False)]
    lost, half = _lost_and_half(path, acknowledged)
    assert lost > 0
    assert half == 0
