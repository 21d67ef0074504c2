"""Garbage on every wire: a named fault in the log, and the kiosk goes on."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.demo.hall import Hall
from kiosk_app.demo.report import Report
from kiosk_app.demo.resident import DEVICE_LIMIT_S, Resident

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with tempfile.TemporaryDirectory(prefix="kiosk-garbage-") as folder, Hall(Path(folder), lambda _: None) as hall:
        yield hall


def log_lines(hall: Hall) -> list[dict[str, object]]:
    path = hall.folder / "kiosk" / "data" / "log" / "kiosk.log"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("{")]


def wait_for_fault(hall: Hall, device: str, seen_before: int) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        faults = [line for line in log_lines(hall)[seen_before:] if line.get("code") and line.get("device") == device]
        if faults:
            return str(faults[0]["code"])
        time.sleep(0.1)
    raise AssertionError(f"no named fault of {device} within 30 s")


def wait_for_polls(hall: Hall, device: str, count: int = 3) -> None:
    """The host asks every two seconds; a fault that lasts is told once, so the device must be seen well in between."""
    deadline = time.monotonic() + 30
    seen: list[object] = [hall.dock_state()[device]["traffic"]]
    while len(seen) <= count and time.monotonic() < deadline:
        traffic = hall.dock_state()[device]["traffic"]
        if traffic != seen[-1]:
            seen.append(traffic)
        time.sleep(0.2)
    assert len(seen) > count, f"{device} is not asked any more"


@pytest.mark.parametrize("kind", ["garbage", "truncated", "oversized", "wrong_checksum", "silence"])
def test_a_misbehaving_card_reader_is_a_named_fault(hall: Hall, kind: str) -> None:
    before = len(log_lines(hall))
    hall.dock("id_card", action="misbehave", kind=kind)
    code = wait_for_fault(hall, "id_card", before)
    hall.dock("id_card", action="behave")
    wait_for_polls(hall, "id_card")
    assert code.startswith("id_card.")
    assert code in [fault["code"] for fault in hall.dock_state()["kiosk_faults"]], "the dock shows it too"
    assert hall.kiosk is not None
    assert hall.kiosk.running()
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)


@pytest.mark.parametrize("kind", ["garbage", "silence"])
def test_a_misbehaving_receipt_printer_is_a_named_fault(hall: Hall, kind: str) -> None:
    before = len(log_lines(hall))
    hall.dock("thermal_printer", action=kind)
    code = wait_for_fault(hall, "thermal_printer", before)
    hall.dock("thermal_printer", action="behave")
    assert code.startswith("thermal_printer.")
    hall.robot.wait(lambda s: s["offers"].get("AA-01") is True, "AA-01 possible again", DEVICE_LIMIT_S)


def test_after_all_that_a_resident_is_served(hall: Hall, tmp_path: Path) -> None:
    Resident(hall, Report(tmp_path / "report.json", "garbage"), tmp_path).identify()
    assert hall.robot.state()["state"] == "home"
