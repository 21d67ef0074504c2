"""The scenario files of the rig, in a whole hall: real processes, real presses, the words that stand on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kiosk_app.demo import scenario_files
from kiosk_app.demo.hall import Hall
from kiosk_app.demo.report import Report
from kiosk_app.demo.scenarios import ScenarioFailed

pytestmark = [pytest.mark.journey, pytest.mark.timeout(480)]

IMPOSSIBLE = """
title = "a word that no screen says"
[[step]]
wait = { state = "idle" }
words = ["芝麻开门"]
limit_s = 1
"""


def shipped(limited: bool) -> list[Path]:
    """Those that need limits of their own, or the others."""
    return [path for path in scenario_files.shipped() if bool(scenario_files.read(path).limits) == limited]


def goes_as_written(path: Path, hall: Hall, folder: Path) -> None:
    scenario = scenario_files.read(path)
    assert any(step.words for step in scenario.step), "it says what must stand on the screen"
    report = Report(folder / "report.json", path.stem)
    scenario_files.play(scenario, hall, report, folder)
    assert report.outcome == "as written"


@pytest.fixture
def hall() -> Iterator[Hall]:
    """One for each: a name that was registered in one scenario is taken in the next, as it should be."""
    with TemporaryDirectory(prefix="kiosk-scenario-") as folder, Hall(Path(folder), lambda _: None) as hall:
        yield hall


@pytest.mark.parametrize("path", shipped(limited=False), ids=lambda path: path.stem)
def test_it_goes_as_written(path: Path, hall: Hall, tmp_path: Path) -> None:
    goes_as_written(path, hall, tmp_path)


@pytest.mark.parametrize("path", shipped(limited=True), ids=lambda path: path.stem)
def test_it_goes_as_written_with_its_own_limits(path: Path, tmp_path: Path) -> None:
    limits = scenario_files.read(path).limits
    with (
        TemporaryDirectory(prefix="kiosk-scenario-") as folder,
        Hall(Path(folder), lambda _: None, limits=limits) as own,
    ):
        goes_as_written(path, own, tmp_path)


def test_a_word_that_is_not_there_fails_the_scenario_and_names_the_step(hall: Hall, tmp_path: Path) -> None:
    path = tmp_path / "impossible.toml"
    path.write_text(IMPOSSIBLE, "utf-8")
    with pytest.raises(ScenarioFailed, match=r"step 1.*芝麻开门"):
        scenario_files.play(scenario_files.read(path), hall, Report(tmp_path / "report.json", "x"), tmp_path)
