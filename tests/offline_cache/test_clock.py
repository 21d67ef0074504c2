"""The office's time by a clock that never jumps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_cache.clock import Clock

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clocks:
    """True time, and what the kiosk's two clocks make of it."""

    def __init__(self) -> None:
        self.true = START.timestamp()
        self.wall_error = 0.0
        self.boot = "one"

    def clock(self, anchor: Path | None = None) -> Clock:
        return Clock(
            wall=lambda: self.true + self.wall_error,
            elapsed=lambda: self.true - START.timestamp() + 50.0,
            anchor=anchor,
            boot_id=lambda: self.boot,
        )

    def office(self) -> datetime:
        return datetime.fromtimestamp(self.true, UTC)

    def ask(self, clock: Clock, there_s: float = 0.0, back_s: float = 0.0, resolution_s: float = 0.0) -> None:
        asked = clock.elapsed()
        self.true += there_s
        said = self.office()
        self.true += back_s
        clock.learn(said, asked, clock.elapsed(), resolution_s)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def test_before_any_answer_the_offset_is_unknown_not_zero(clocks: Clocks) -> None:
    clock = clocks.clock()
    assert not clock.known
    assert clock.offset_s is None
    assert clock.offset_ms is None
    assert not clock.wrong
    assert clock.now() == clocks.office()


def test_a_wall_clock_that_jumps_by_a_year_is_corrected_at_once(clocks: Clocks) -> None:
    clock = clocks.clock()
    clocks.ask(clock)
    clocks.wall_error = 365 * 86400.0
    assert abs(clock.now() - clocks.office()) < timedelta(milliseconds=1)
    assert clock.offset_ms == -365 * 86400 * 1000
    assert clock.wrong


def test_a_jump_is_told_once_and_a_clock_that_only_runs_never(clocks: Clocks) -> None:
    clock = clocks.clock()
    clocks.true += 86400
    assert clock.jump_s() == 0.0
    clocks.wall_error = -3600.0
    assert clock.jump_s() == pytest.approx(-3600.0)
    assert clock.jump_s() == 0.0


@given(there=st.floats(0, 40), back=st.floats(0, 40))
def test_the_error_is_at_most_half_the_way_there_and_back(there: float, back: float) -> None:
    clocks = Clocks()
    clock = clocks.clock()
    clocks.ask(clock, there, back)
    assert abs((clock.now() - clocks.office()).total_seconds()) <= (there + back) / 2 + 0.001


def test_a_slow_answer_does_not_spoil_a_good_measurement(clocks: Clocks) -> None:
    clock = clocks.clock()
    clocks.ask(clock)
    clocks.ask(clock, 0.0, 30.0)
    assert abs(clock.now() - clocks.office()) < timedelta(milliseconds=1)


def test_a_measurement_that_contradicts_the_old_one_replaces_it(clocks: Clocks) -> None:
    clock = clocks.clock()
    clock.learn(clocks.office() - timedelta(days=1), clock.elapsed(), clock.elapsed())  # the office was wrong
    clocks.ask(clock, 0.0, 1.0)
    assert abs(clock.now() - clocks.office()) < timedelta(seconds=1)


def test_the_measurement_outlives_the_process_but_not_the_boot(clocks: Clocks, tmp_path: Path) -> None:
    anchor = tmp_path / "clock.json"
    clocks.wall_error = 500.0
    clocks.ask(clocks.clock(anchor))
    clocks.true += 3600
    again = clocks.clock(anchor)
    assert again.known
    assert again.offset_s == pytest.approx(-500.0, abs=0.01)
    clocks.boot = "two"
    assert not clocks.clock(anchor).known


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"boot_id": "one"}', "\x00", '{"boot_id": "one", "at": "x"}'])
def test_a_spoiled_anchor_means_unknown(clocks: Clocks, tmp_path: Path, text: str) -> None:
    anchor = tmp_path / "clock.json"
    anchor.write_text(text, encoding="ascii")
    assert not clocks.clock(anchor).known
