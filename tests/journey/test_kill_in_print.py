"""Kill -9 of the kiosk while a sheet is in the printer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from kiosk_app.demo.hall import Hall
from kiosk_app.demo.report import Report
from kiosk_app.demo.resident import Resident
from tests.journey.test_kill import restart

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]


def test_killed_while_printing_no_sheet_comes_twice_and_the_rest_stays_collectable(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="kiosk-kill-") as folder, Hall(Path(folder), lambda _: None) as hall:
        resident = Resident(hall, Report(tmp_path / "report.json", "kill"), tmp_path)
        resident.identify()
        resident.apply()
        resident.submit()
        before = hall.papers()
        hall.robot.tap("button_print")
        hall.robot.wait(
            lambda seen: any(paper["state"] == "printing" for paper in seen["papers"]), "a sheet is printing", 30
        )
        restart(hall)
        again = Resident(hall, Report(tmp_path / "report.json", "kill"), tmp_path)
        again.identify()
        if hall.robot.wait(lambda seen: seen["state"] == "home", "home", 30)["collectable"]:
            papers = again.print_papers("button_collect")["papers"]
            assert all(paper["state"] == "printed" for paper in papers), papers
        # A sheet whose printing the kill cut short may have come, or be left to staff; it never comes a second time.
        sheets = [paper.read_bytes() for paper in hall.papers() if paper not in before]
        assert len(sheets) in (1, 2)
        assert len(set(sheets)) == len(sheets), "a licence is a numbered original: printed once"
