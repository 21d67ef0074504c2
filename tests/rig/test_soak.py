"""A soak counts on both ends; its judge finds what is lost, doubled or growing."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from drivers.rig.commands import run_soak
from drivers.rig.soak import Sample, Tally
from drivers.rig.soak_report import judge
from tests.thorough import figure, rounds

NAMES = [f"RECEIPT {number:06d}" for number in range(5)]


def samples(growth: int = 0, threads: int = 0, files: int = 0) -> list[Sample]:
    return [Sample(n / 2, 100_000_000 + n * growth, 5 + n * threads // 10, 17 + n * files, n, n, 0) for n in range(100)]


def failed(tally: Tally, seen: list[Sample], paper: list[str]) -> list[str]:
    return [finding.fact for finding in judge(tally, seen, paper, ["LICENCE 000000"]) if not finding.holds]


def well() -> Tally:
    return Tally(cards=10, receipts=list(NAMES), licences=["LICENCE 000000"])


def test_a_good_run_is_found_good() -> None:
    assert failed(well(), samples(), NAMES) == []


def test_a_lost_a_doubled_and_an_unasked_paper_are_each_found() -> None:
    assert "lost" in failed(well(), samples(), NAMES[:-1])[0]
    assert "RECEIPT 000003" in failed(well(), samples(), [*NAMES, NAMES[3]])[0]
    assert "RECEIPT 000009" in failed(well(), samples(), [*NAMES, "RECEIPT 000009"])[0]


def test_a_card_that_could_not_be_read_and_an_open_outcome_are_found() -> None:
    tally = well()
    tally.cards_failed, tally.unsettled = 1, ["RECEIPT 000007"]
    assert len(failed(tally, samples(), [*NAMES, "RECEIPT 000007"])) == 2


@pytest.mark.parametrize(("grows", "word"), [("growth", "memory"), ("threads", "threads"), ("files", "open files")])
def test_what_grows_is_found(grows: str, word: str) -> None:
    found = failed(well(), samples(**{grows: 200_000 if grows == "growth" else 1}), NAMES)
    assert [fact.startswith(word) for fact in found] == [True]


@pytest.mark.alone
@pytest.mark.timeout(1800)
def test_the_hall_runs_on(capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    hours = rounds(1, 72)
    with TemporaryDirectory(prefix="kiosk-soak-") as folder:
        out = Path(folder)
        given = argparse.Namespace(hours=hours, speed=1000.0, card_every=rounds(60, 15), out=out)
        code = run_soak(given)
        told = capsys.readouterr().out
        assert code == 0, told
        report = json.loads((out / "soak.json").read_text("utf-8"))
        assert report["counts"]["cards"] == hours * 3600 // given.card_every
        assert report["counts"]["receipts"] == hours * 12
        assert (out / "soak.csv").stat().st_size > 1000
    figure(next(line for line in told.splitlines() if line.startswith("soak:")))
