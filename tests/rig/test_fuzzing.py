"""The fuzzer finds what was planted, says so, and repeats itself for the same seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from drivers.rig import fuzzing
from drivers.rig.fuzz_target import LONGEST, mutations
from tests.rig import planted
from tests.thorough import figure, rounds

PLANTED = planted.__name__


@pytest.mark.parametrize("engine", fuzzing.engines())
def test_a_lying_length_is_found_as_a_crash_with_its_input(engine: str) -> None:
    run = fuzzing.fuzz_one(PLANTED, "planted.crashes", engine, 20_000, 1)
    assert run.failure == "crash"
    assert "IndexError" in run.reason
    data = bytes.fromhex(run.input)
    with pytest.raises(IndexError):
        planted.TARGETS["planted.crashes"](data)


def test_an_input_that_never_ends_is_found_as_a_hang() -> None:
    run = fuzzing.fuzz_one(PLANTED, "planted.hangs", "mutation", 20_000, 1, limit_s=0.5)
    assert run.failure == "hang"
    assert run.input.startswith("aa")


@pytest.mark.parametrize("engine", fuzzing.engines())
def test_a_process_that_dies_is_a_finding(engine: str) -> None:
    assert fuzzing.fuzz_one(PLANTED, "planted.dies", engine, 20_000, 1).failure == "died"


@pytest.mark.parametrize("engine", fuzzing.engines())
def test_nothing_is_found_where_nothing_is_and_every_input_is_counted(engine: str) -> None:
    run = fuzzing.fuzz_one(PLANTED, "planted.well", engine, 3_000, 1)
    assert (run.failure, run.inputs) == ("", 3_000)


def test_the_same_seed_gives_the_same_inputs_and_another_others() -> None:
    first, again, other = (list(mutations([b"", b"seed"], 500, seed)) for seed in (1, 1, 2))
    assert first == again != other
    assert max(map(len, first)) <= LONGEST
    assert len(set(first)) > 300


def test_the_report_names_the_failure(tmp_path: Path) -> None:
    runs = [fuzzing.Run("a.parser", "mutation", 7, 10, 0.1, "hang", "Hang at x.py:1", "aa")]
    assert "1 failures" in fuzzing.summary(runs)
    fuzzing.write(runs, tmp_path / "fuzz.json")
    assert json.loads((tmp_path / "fuzz.json").read_text("utf-8"))[0]["input"] == "aa"


def test_an_unknown_parser_is_refused() -> None:
    with pytest.raises(KeyError, match=r"id_card\.frames"):
        fuzzing.fuzz(10, 1, lambda _: None, ["id_card.soup"])


@pytest.mark.timeout(900)
def test_no_parser_of_any_driver_crashes_or_hangs() -> None:
    runs = fuzzing.fuzz(rounds(8_000, 1_000_000), 20261124, lambda _: None, at_once=2)
    figure(fuzzing.summary(runs))
    assert len({run.target for run in runs}) >= 40
    assert not [run for run in runs if run.failure]
