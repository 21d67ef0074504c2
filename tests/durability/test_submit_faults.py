"""What a resident is told while the disk errs: "received" only when it is, "not received" otherwise, never a crash."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from kiosk_app.audit.log import AuditLog
from kiosk_app.audit.verify import verify
from kiosk_app.session import events, submitting
from kiosk_app.session.submitting import SubmitDesk
from kiosk_app.settings import Limits
from offline_cache.outbox import Outbox
from tests.durability.faults import KINDS, READS_TOO
from tests.durability.machine import Machine
from tests.durability.power_cuts import fast_folder
from tests.durability.subject import DEVICE_ID, DEVICE_KEY, Told, filled_in, look, open_store
from tests.thorough import figure, rounds

pytestmark = pytest.mark.timeout(600)  # of a thorough run; a default one takes seconds

STEP = rounds(2, 1)
AUDIT = "log/audit"


class Visitor:
    """Presses "submit" and keeps what the screen was told."""

    def __init__(self, root: Path, rng: random.Random) -> None:
        self.rng = rng
        self.posted: list[Any] = []
        self.store = open_store(root)
        self.audit = AuditLog.open(root / AUDIT, DEVICE_ID, self.store.subjects)
        self.outbox = Outbox(self.store)
        self.desk = SubmitDesk(
            self.outbox, DEVICE_ID, DEVICE_KEY, self.audit, Limits(), self.posted.append, lambda: None
        )

    def submit(self, mark: str) -> Any:
        """The one event that the screen gets. Raises AssertionError for none or several."""
        application, pages = filled_in(mark, self.rng)
        session: Any = SimpleNamespace(session_id=f"session {mark}", service="AA-01")
        catalogue: Any = None
        before = len(self.posted)
        with patch.object(submitting, "_application", lambda *_: application):
            self.desk.submit(session, catalogue, pages, online=True)
        (told,) = self.posted[before:]
        return told

    def close(self) -> None:
        self.audit.close()
        self.store.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_resident_is_told_the_truth_whatever_the_disk_does(kind: str) -> None:
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    at, outcomes, struck = rng.randint(1, STEP), Counter[str](), 0
    with fast_folder() as base:
        start, root = base / "start", base / "live"
        start.mkdir()
        first = Visitor(start, rng)
        first.submit("before")
        first.close()
        while True:
            shutil.copytree(start, root)
            trouble = KINDS[kind](at)
            with Machine(root, kinds=READS_TOO) as machine:
                visitor = Visitor(root, rng)
                try:
                    machine.operations, machine.trouble = 0, trouble
                    said = visitor.submit("in trouble")
                    if machine.operations < trouble.at:
                        break
                    outcomes[type(said).__name__] += 1
                    struck += bool(trouble.struck)
                    machine.trouble = None
                    _afterwards(visitor, said, f"seed {seed}, {kind} at operation {at}")
                finally:
                    visitor.close()
            assert verify(root / AUDIT).holds, f"seed {seed}, {kind} at operation {at}"
            shutil.rmtree(root)
            at += STEP
    figure(f"submit with {kind}: {sum(outcomes.values())} points swept, {struck} struck, told {dict(outcomes)}")
    assert struck and outcomes["SealFailed"], "no fault struck: the test saw nothing"


def _afterwards(visitor: Visitor, said: Any, where: str) -> None:
    """The promise holds, the next press works, and the audit log has caught up."""
    rows = {str(row["id"]) for row in visitor.store.rows("SELECT id FROM outbox")}
    if isinstance(said, events.ApplicationSealed):
        assert said.application_id in rows, where
        assert len(rows) == 2, where
    else:
        assert isinstance(said, events.SealFailed), where
        assert len(rows) == 1, f"{where}: told 'not received', and it is there"
    again = visitor.submit("once more")
    assert isinstance(again, events.ApplicationSealed), where
    found = look(visitor.store, Told(sealed=rows | {again.application_id}))
    assert not found.wrong(), f"{where}: {found}"
    assert visitor.audit.retry(), f"{where}: the audit log still owes lines"
