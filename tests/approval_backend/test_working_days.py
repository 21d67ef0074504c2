"""Working days of 2026, against the calendar of another source, and what is not announced yet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_backend.working_days import SHIPPED, CalendarError, Day, WorkingDays, announced

CALENDAR = announced()
DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def test_every_day_of_2026_is_as_an_independent_calendar_has_it() -> None:
    ours = {day: CALENDAR.is_working(day) for day in DAYS}
    assert ours == {day: chinese_calendar.is_workday(day) for day in DAYS}


def test_2026_has_248_working_days() -> None:
    assert sum(CALENDAR.is_working(day) for day in DAYS) == 248
    assert CALENDAR.between(date(2025, 12, 31), date(2026, 12, 31)) == 248


AFTER = [
    # begins, working days, ends
    ("2026-11-23", 0, "2026-11-23"),  # a Monday
    ("2026-11-23", 1, "2026-11-24"),
    ("2026-11-23", 5, "2026-11-30"),
    ("2026-11-21", 0, "2026-11-23"),  # a Saturday: the next working day
    ("2026-11-21", 1, "2026-11-23"),
    ("2026-02-13", 1, "2026-02-14"),  # the Saturday before Spring Festival is worked
    ("2026-02-14", 1, "2026-02-24"),  # nine days off
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-02-27", 1, "2026-02-28"),  # and the Saturday after it
    ("2026-04-03", 1, "2026-04-07"),
    ("2026-04-30", 1, "2026-05-06"),
    ("2026-05-08", 1, "2026-05-09"),
    ("2026-06-18", 1, "2026-06-22"),
    ("2026-09-18", 1, "2026-09-20"),  # a worked Sunday
    ("2026-09-24", 1, "2026-09-28"),
    ("2026-09-30", 1, "2026-10-08"),
    ("2026-09-30", 3, "2026-10-10"),
    ("2026-09-30", 20, "2026-11-03"),
    ("2026-01-01", 1, "2026-01-04"),
]


@pytest.mark.parametrize(("begin", "count", "end"), AFTER, ids=[f"{a[0]}+{a[1]}" for a in AFTER])
def test_a_period_ends_on(begin: str, count: int, end: str) -> None:
    assert CALENDAR.after(date.fromisoformat(begin), count) == Day(date.fromisoformat(end), certain=True)


@pytest.mark.parametrize(
    ("end", "count", "day"),
    [
        ("2026-11-30", 1, "2026-11-27"),
        ("2026-10-09", 1, "2026-10-08"),
        ("2026-10-08", 1, "2026-09-30"),
        ("2026-03-02", 1, "2026-02-28"),
        ("2026-03-02", 7, "2026-02-13"),
        ("2026-12-31", 30, "2026-11-19"),
    ],
)
def test_days_before_an_end(end: str, count: int, day: str) -> None:
    assert CALENDAR.before(date.fromisoformat(end), count) == Day(date.fromisoformat(day), certain=True)


def test_beyond_what_is_announced_a_day_is_told_as_not_certain() -> None:
    found = CALENDAR.after(date(2026, 12, 28), 10)
    assert not found.certain
    assert found.on > date(2027, 1, 1)
    assert CALENDAR.after(date(2026, 12, 28), 2).certain


def test_a_negative_period_is_refused() -> None:
    for count in (CALENDAR.after, CALENDAR.before):
        with pytest.raises(ValueError, match="negative"):
            count(date(2026, 11, 23), -1)


@given(begin=st.sampled_from(DAYS[:200]), count=st.integers(0, 100), more=st.integers(0, 20))
def test_a_period_holds_as_many_working_days_as_were_asked_for(begin: date, count: int, more: int) -> None:
    end = CALENDAR.after(begin, count).on
    assert CALENDAR.is_working(end)
    assert CALENDAR.between(begin, end) == count + (count == 0 and end != begin)
    assert CALENDAR.after(begin, count + more).on >= end


BROKEN = [
    ("year = 2026", "", "year: is missing"),
    ("2026-02-16,", "2026-02-15,", "holidays: a Saturday or Sunday"),
    ("2026-02-14,", "2026-02-13,", "adjusted_workdays: a Monday to Friday"),
    ("2026-04-06,", "2027-04-06,", "a day of another year"),
    ("2026-01-01,", "2026-01-02,", "twice"),
    ("2026-01-01,", '"2026-01-01",', "list of dates"),
    ("holidays = [", "holidays = [[", "2026.toml"),
]


@pytest.mark.parametrize(("old", "new", "says"), BROKEN, ids=[b[2] for b in BROKEN])
def test_a_calendar_that_is_not_in_order_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (SHIPPED / "2026.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "2026.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CalendarError, match=says):
        announced(tmp_path)


def test_without_any_calendar_only_weekends_are_left_out_and_nothing_is_certain() -> None:
    assert WorkingDays(()).after(date(2026, 9, 30), 1) == Day(date(2026, 10, 1), certain=False)
