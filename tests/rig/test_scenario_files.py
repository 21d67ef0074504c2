"""Every scenario file can be read, its pushes are buttons of the dock; a wrong one names file, step and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.demo.scenario_files import ScenarioFileError, read, shipped

WANTED = {
    "jam_during_cancel",
    "unplug_in_mid_read",
    "reply_after_the_time_limit",
    "card_left_behind",
    "paper_end_in_mid_receipt",
}


def test_the_five_troubles_are_there() -> None:
    assert {path.stem for path in shipped()} >= WANTED


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_a_shipped_scenario_can_be_read(path: Path) -> None:
    assert read(path).title


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("[", "broken"),
        ('title = "x"', "step"),
        ('title = "x"\nstep = []', "step"),
        ('title = "x"\n[[step]]\nsing = "song"', r"step\.0\.sing"),
        ('title = "x"\n[[step]]\ndo = "dance"', "step 1: do: 'dance' is none of arrive"),
        ('title = "x"\n[[step]]\npush = { action = "put" }', "step 1: push"),
        ('title = "x"\n[[step]]\nlimit_s = -1', r"step\.0\.limit_s"),
    ],
)
def test_a_scenario_that_cannot_be_played_names_file_step_and_reason(tmp_path: Path, words: str, named: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(words, "utf-8")
    with pytest.raises(ScenarioFileError, match=named) as refusal:
        read(path)
    assert str(path) in str(refusal.value)
