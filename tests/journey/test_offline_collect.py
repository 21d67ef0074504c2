"""The decision came while the network was there; the office is gone when the card comes back. The paper comes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from kiosk_app.demo.evidence import application_rows
from kiosk_app.demo.hall import Hall
from kiosk_app.demo.report import Report
from kiosk_app.demo.resident import DEVICE_LIMIT_S, Resident

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]


def test_a_cached_licence_is_collected_with_the_office_killed(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="kiosk-collect-") as folder, Hall(Path(folder), lambda _: None) as hall:
        report = Report(tmp_path / "report.json", "offline_collect")
        first = Resident(hall, report, tmp_path)
        first.identify()
        first.apply()
        seen = first.submit()
        assert seen["decision"] == "granted"
        application = seen["application_id"]
        hall.dock("id_card", action="take")
        hall.robot.tap("button_leave")
        hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
        assert hall.papers() == []

        assert hall.office is not None
        hall.office.kill()
        again = Resident(hall, report, tmp_path)
        again.identify()
        seen = hall.robot.wait(lambda s: s["collectable"] > 0, "the documents kept here", 20)
        assert seen["collectable"] == 2
        seen = again.print_papers("button_collect")
        assert [paper["state"] for paper in seen["papers"]] == ["printed", "printed"]
        assert len(hall.papers()) == 2
        again.receipt()
        again.leave_with_card()
        hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)

        third = Resident(hall, report, tmp_path)
        third.identify()
        assert hall.robot.state()["collectable"] == 0, "an original is printed once, also without the office"
        hall.dock("id_card", action="take")
        hall.robot.tap("button_leave")
        hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
        hall.start_office()
        assert application_rows(hall) == [application]
