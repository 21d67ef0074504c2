"""The audit log under power cuts: every event that was recorded is there, and the chain still holds."""

from __future__ import annotations

import random
import shutil

import pytest

from kiosk_app.audit import events
from kiosk_app.audit.entries import read_line
from kiosk_app.audit.log import AuditLog
from kiosk_app.audit.verify import verify
from tests.durability.machine import Machine
from tests.durability.power_cuts import cut, fast_folder
from tests.durability.subject import DEVICE_ID
from tests.thorough import figure, rounds

TURNS = rounds(3, 30)  # each turn, what survives is drawn anew
EVENTS = 12
SEGMENT_BYTES = 1500  # so that several segments begin


@pytest.mark.parametrize("lies", [frozenset[str](), frozenset({"file"}), frozenset({"folder"})], ids=str)
def test_a_power_cut_at_any_operation_keeps_every_recorded_event(lies: frozenset[str]) -> None:
    rng = random.Random()
    points, lost, broken, aside = 0, 0, 0, 0
    with fast_folder() as base:
        for _ in range(TURNS):
            at, where = 0, ""
            while where != "rest":
                at += 1
                root, image, told = base / "live", base / "image", list[str]()
                root.mkdir()

                def record(machine: Machine, told: list[str] = told) -> None:
                    audit = AuditLog.open(machine.root / "audit", DEVICE_ID, segment_bytes=SEGMENT_BYTES)
                    try:
                        for number in range(EVENTS):
                            audit.record(events.ApplicationSealed(f"s{number}", f"a{number}", "AA-01"))
                            if audit.healthy:
                                told.append(audit.head[1])
                        machine.cut("rest")
                    finally:
                        audit.close()

                where, _ = cut(root, image, rng, record, at, lies=lies)
                if not lies or (image / "audit").is_dir():
                    AuditLog.open(image / "audit", DEVICE_ID, segment_bytes=SEGMENT_BYTES).close()
                    broken += not verify(image / "audit").holds
                kept = {line for path in image.glob("audit*/*.jsonl") for line in _hashes(path.read_bytes())}
                points, lost = points + 1, lost + len(set(told) - kept)
                aside += (image / "audit-set-aside-1").exists()
                shutil.rmtree(root)
                shutil.rmtree(image)
    if lies:
        figure(f"power cuts, audit log, control without fsync of a {next(iter(lies))}: {lost} events lost")
        assert lost, "the control must lose"
        return
    figure(
        f"power cuts while the audit log is written: {points} points, {lost} events lost, {broken} chains broken,"
        f" the log set aside at {aside}"
    )
    assert (lost, broken, aside) == (0, 0, 0)


def _hashes(lines: bytes) -> list[str]:
    return [digest for line in lines.splitlines() if (digest := _hash_of(line))]


def _hash_of(line: bytes) -> str:
    try:
        return read_line(line).hash
    except ValueError:
        return ""
