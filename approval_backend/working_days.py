"""Working days by the State Council's yearly calendar; years that are not announced yet are told as not certain."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SHIPPED = Path(__file__).parent / "calendar_data"
_SATURDAY = 5  # date.weekday()


class CalendarError(ValueError):
    """A calendar file is not in order: names file and key."""


@dataclass(frozen=True)
class Year:
    """One announced year: ``holidays`` fall on Mondays to Fridays, ``adjusted_workdays`` on Saturdays and Sundays."""

    year: int
    source: str
    holidays: frozenset[date]
    adjusted_workdays: frozenset[date]


@dataclass(frozen=True)
class Day:
    """A day that was counted to. ``certain`` is false where a year without an announced calendar had a part in it:
    then only weekends were left out, and the day may move when the calendar comes."""

    on: date
    certain: bool


class WorkingDays:
    """Counts working days; a day that begins a period is not counted (Civil Code, counting of periods)."""

    def __init__(self, years: Iterable[Year]) -> None:
        self._years = {each.year: each for each in years}

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day; by the weekday alone in a year that is not announced."""
        year = self._years.get(day.year)
        if year is not None:
            if day in year.holidays:
                return False
            if day in year.adjusted_workdays:
                return True
        return day.weekday() < _SATURDAY

    def knows(self, day: date) -> bool:
        """Whether the calendar of this day's year is there."""
        return day.year in self._years

    def after(self, begin: date, count: int) -> Day:
        """The day on which ``count`` working days after ``begin`` have passed: its end is the end of the period.

        0 is ``begin`` itself, or the next working day if it is none. Raises ValueError below 0.
        """
        if count < 0:
            raise ValueError("a number of working days is not negative")
        day, certain = begin, self.knows(begin)
        while count or not self.is_working(day):
            day += timedelta(days=1)
            certain = certain and self.knows(day)
            if count and self.is_working(day):
                count -= 1
        return Day(day, certain)

    def before(self, end: date, count: int) -> Day:
        """The ``count``-th working day before ``end``, which is not counted: the last day "30 days before expiry"."""
        if count < 0:
            raise ValueError("a number of working days is not negative")
        day, certain = end, self.knows(end)
        while count:
            day -= timedelta(days=1)
            certain = certain and self.knows(day)
            if self.is_working(day):
                count -= 1
        return Day(day, certain)

    def between(self, begin: date, end: date) -> int:
        """Working days after ``begin`` up to and with ``end``; 0 if ``end`` is not later."""
        days = (begin + timedelta(days=number) for number in range(1, (end - begin).days + 1))
        return sum(self.is_working(day) for day in days)


def announced(folder: Path = SHIPPED) -> WorkingDays:
    """The calendars of the folder, a TOML file a year. Raises CalendarError."""
    return WorkingDays(_read(path) for path in sorted(folder.glob("*.toml")))


def _read(path: Path) -> Year:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        year = Year(raw["year"], raw["source"], _dates(raw["holidays"], path), _dates(raw["adjusted_workdays"], path))
    except tomllib.TOMLDecodeError as error:
        raise CalendarError(f"{path.name}: {error}") from error
    except KeyError as error:
        raise CalendarError(f"{path.name}: {error.args[0]}: is missing") from error
    if any(day.weekday() >= _SATURDAY for day in year.holidays):
        raise CalendarError(f"{path.name}: holidays: a Saturday or Sunday needs no entry")
    if any(day.weekday() < _SATURDAY for day in year.adjusted_workdays):
        raise CalendarError(f"{path.name}: adjusted_workdays: a Monday to Friday is worked anyway")
    if any(day.year != year.year for day in year.holidays | year.adjusted_workdays):
        raise CalendarError(f"{path.name}: a day of another year than {year.year}")
    return year


def _dates(values: object, path: Path) -> frozenset[date]:
    if not isinstance(values, list) or not all(type(value) is date for value in values):
        raise CalendarError(f"{path.name}: days are a list of dates like 2026-01-01")
    if len(set(values)) != len(values):
        raise CalendarError(f"{path.name}: a day is there twice")
    return frozenset(values)
