"""A whole visit, from the start of the kiosk to the office's acknowledgement, on a disk that errs at one operation."""

from __future__ import annotations

import errno
import random
import shutil
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from offline_cache.delivery import UNREADABLE
from offline_cache.key_place import KeyPlace
from offline_cache.keys import KeyUnusable
from offline_cache.outbox import LEASE_S, Outbox
from offline_cache.rekey import unlock
from offline_cache.store import Store, StoreError
from tests.durability.machine import Machine, Trouble
from tests.durability.subject import Desk, Told, application, look, look_into, open_store, send_one

READS_TOO = Machine.WRITES | {"read"}
VISITS = 3
KINDS: dict[str, Callable[[int], Trouble]] = {
    "one EIO": lambda at: Trouble(at, errno.EIO),
    "EIO from there on": lambda at: Trouble(at, errno.EIO, lasts=True),
    "one short write": lambda at: Trouble(at, errno.EIO, short=True),
    "disk full from there on": lambda at: Trouble(at, errno.ENOSPC, lasts=True),
}


@dataclass
class Sweep:
    """Over all points of one kind of fault."""

    points: int = 0
    struck: int = 0
    named: Counter[str] = field(default_factory=Counter)
    went_on: int = 0  # the same process, once the fault was over
    reopened: int = 0  # the store had to be opened again
    refused_yet_there: int = 0  # told "not received", and yet it arrived: a second try of the resident doubles it
    put_back: int = 0
    wrong: list[str] = field(default_factory=list)


class Kiosk:
    """Starts, seals, sends; notes promises and the names of faults, and lets nothing else through."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        self.root, self.rng = root, rng
        self.told, self.refused, self.desk = Told(), set[str](), Desk()
        self.named: Counter[str] = Counter()
        self.put_back = 0
        self.store: Store | None = None

    def visit(self) -> None:
        """As far as it goes."""
        with self._naming():
            if self.store is None:
                self.store = open_store(self.root, unlock(self.root, KeyPlace(self.root / "keys")))
        if self.store is None:
            return
        outbox = Outbox(self.store)
        for number in range(VISITS):
            envelope, pages = application(f"visit {number} {self.rng.random()}", self.rng, pages=1)
            self.refused.add(envelope.sealed.id)
            with self._naming():
                outbox.seal(envelope, pages)
                self.told.sealed.add(envelope.sealed.id)
                self.refused.discard(envelope.sealed.id)
            with self._naming():
                if sent := send_one(outbox, self.desk):
                    self.told.accepted.add(sent)

    def drain(self) -> None:
        """Everything that waits, leases of failed attempts run out; staff puts back what a disk error dead-lettered."""
        assert self.store is not None
        outbox = Outbox(self.store)
        for letter in outbox.dead_letters():
            assert letter.problem == UNREADABLE, letter.problem
            outbox.put_back(letter.id)
            self.put_back += 1
        while sent := send_one(outbox, self.desk, later_s=2 * LEASE_S):
            self.told.accepted.add(sent)

    def close(self) -> None:
        if self.store is not None:
            self.store.close()
            self.store = None

    @contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except (StoreError, KeyUnusable) as fault:
            self.named[type(fault).__name__] += 1


def sweep(kind: str, base: Path, start: Path | None, rng: random.Random, step: int) -> Sweep:
    """The fault at every ``step``-th operation of a visit, until a visit ends without it."""
    result, at = Sweep(), rng.randint(1, step)
    while True:
        root = base / "live"
        root.mkdir() if start is None else shutil.copytree(start, root)
        trouble = KINDS[kind](at)
        kiosk = Kiosk(root, rng)
        try:
            ended = _one_point(kiosk, trouble, result)
        except Exception as error:  # noqa: BLE001 - whatever is not a named fault is the finding
            places = traceback.extract_tb(error.__traceback__)[-6:]
            way = " < ".join(f"{Path(place.filename).name}:{place.lineno}" for place in reversed(places))
            result.wrong.append(f"{kind} at operation {at}: {type(error).__name__}: {error} ({way})")
            ended = False
        finally:
            shutil.rmtree(root)
        if ended:
            return result
        result.points += 1
        at += step


def _one_point(kiosk: Kiosk, trouble: Trouble, result: Sweep) -> bool:
    """Whether the visit ended before the fault was due."""
    with Machine(kiosk.root, trouble=trouble, kinds=READS_TOO) as machine:
        try:
            kiosk.visit()
            if machine.operations < trouble.at:
                return True
            result.struck += bool(trouble.struck)
            result.named.update(kiosk.named)
            assert kiosk.named or not trouble.struck or trouble.number == errno.EIO, "the disk was full, nobody said so"
            machine.trouble = None  # space is back, the cable sits again
            before = kiosk.named.total()
            kiosk.visit()
            if kiosk.named.total() > before:
                result.reopened += 1
                kiosk.close()
                before = kiosk.named.total()
                kiosk.visit()
                assert kiosk.named.total() == before, "neither going on nor opening again helps"
            else:
                result.went_on += 1
            kiosk.drain()
            assert kiosk.store is not None
            found = look(kiosk.store, kiosk.told)
            assert not found.wrong(), found
            taken = set(kiosk.desk.taken)
            assert kiosk.told.sealed <= taken, "acknowledged, and never arrived"
            result.put_back += kiosk.put_back
            result.refused_yet_there += len(taken & kiosk.refused)
        finally:
            kiosk.close()
    found = look_into(kiosk.root, kiosk.told, unlock(kiosk.root, KeyPlace(kiosk.root / "keys")))
    assert not found.wrong(), f"after a restart: {found}"
    return False
