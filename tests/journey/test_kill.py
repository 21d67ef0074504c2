"""Kill -9 of the kiosk at each stage of the journey: what was received is there, what was not is not half there."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.demo.evidence import application_rows
from kiosk_app.demo.hall import Hall
from kiosk_app.demo.report import Report
from kiosk_app.demo.resident import DEVICE_LIMIT_S, Resident
from kiosk_app.demo.robot import RobotFailed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with tempfile.TemporaryDirectory(prefix="kiosk-kill-") as folder, Hall(Path(folder), lambda _: None) as hall:
        yield hall


def restart(hall: Hall) -> None:
    assert hall.kiosk is not None
    hall.kiosk.kill()
    hall.robot.close()
    hall.robot_socket.unlink(missing_ok=True)
    hall.dock("id_card", action="take")
    hall.start_kiosk()
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)


def wait_for_rows(hall: Hall, count: int, limit_s: float = 30) -> list[str]:
    deadline = time.monotonic() + limit_s
    while len(rows := application_rows(hall)) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    return rows


@pytest.mark.parametrize("stage", ["card", "home", "form", "materials", "review"])
def test_killed_before_submit_nothing_is_half_there(hall: Hall, stage: str, tmp_path: Path) -> None:
    before = application_rows(hall)
    resident = Resident(hall, Report(tmp_path / "report.json", "kill"), tmp_path)
    if stage == "card":
        resident.arrive()
    else:
        resident.identify()
    if stage in ("form", "materials", "review"):
        resident.choose_service()
    if stage in ("materials", "review"):
        resident.fill_in()
    if stage == "review":
        resident.photograph()
    restart(hall)
    assert hall.robot.state()["session_id"] == ""
    assert application_rows(hall) == before


def test_killed_while_the_office_was_away_what_was_received_arrives_once(hall: Hall, tmp_path: Path) -> None:
    before = application_rows(hall)
    resident = Resident(hall, Report(tmp_path / "report.json", "kill"), tmp_path)
    resident.identify()
    resident.apply()
    hall.dock("network", action="off")
    seen = resident.submit()
    assert seen["submit"] == "queued"
    received = seen["application_id"]
    assert hall.kiosk is not None
    hall.kiosk.kill()
    hall.dock("network", action="on")
    restart(hall)
    assert wait_for_rows(hall, len(before) + 1) == sorted([*before, received])


def test_killed_at_the_moment_of_submit_it_is_there_wholly_or_not_at_all(hall: Hall, tmp_path: Path) -> None:
    before = application_rows(hall)
    resident = Resident(hall, Report(tmp_path / "report.json", "kill"), tmp_path, person="neighbour")
    resident.identify()
    resident.apply()
    hall.robot.tap("button_submit")
    try:
        seen = hall.robot.state()
    except RobotFailed:
        seen = {}
    restart(hall)
    rows = wait_for_rows(hall, len(before) + 1, limit_s=10)
    if seen.get("submit") in ("sending", "deciding", "queued") or seen.get("state") == "decision":
        assert seen["application_id"] in rows, "it was shown as received, so it must be there"
    assert len(rows) - len(before) in (0, 1)
