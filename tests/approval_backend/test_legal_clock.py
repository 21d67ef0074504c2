"""The law's clocks over 2026: acceptance and silence, correction, decision, excluded time, extension, renewal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_backend.legal_clock import (
    JOINT,
    REGISTRATION,
    Clock,
    Excluded,
    History,
    Phase,
    Renewal,
    Terms,
    certificate_due,
    clock,
    due,
    hearing_due,
    hearing_notice_due,
    hearing_request_due,
    renewal,
)
from approval_backend.working_days import announced

CALENDAR = announced()
TERMS = Terms(promised_days=10)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def history(spans: tuple[Excluded, ...], events: Mapping[str, str | None]) -> History:
    when = {name: day(text) if text else None for name, text in events.items()}
    return History(
        received=when["received"] or day("01-01"),
        correction_told=when.get("correction_told"),
        corrected=when.get("corrected"),
        accepted=when.get("accepted"),
        not_accepted=when.get("not_accepted"),
        excluded=spans,
        extended=when.get("extended"),
        decided=when.get("decided"),
    )


def at(today: str, terms: Terms = TERMS, spans: tuple[Excluded, ...] = (), **events: str | None) -> Clock:
    return clock(history(spans, events), terms, day(today), CALENDAR)


ACCEPTANCE = [
    # today, what happened, phase, accepted on, by silence
    ("11-23", {}, Phase.EXAMINING, None, False),
    ("11-30", {}, Phase.EXAMINING, None, False),  # the fifth working day is not over
    ("12-01", {}, Phase.RUNNING, "11-23", True),  # art. 32: from the day of receipt
    ("11-25", {"accepted": "11-25"}, Phase.RUNNING, "11-25", False),
    ("11-30", {"correction_told": "11-30"}, Phase.CORRECTING, None, False),
    ("12-20", {"correction_told": "11-30"}, Phase.CORRECTING, None, False),  # told in time: it waits for the applicant
    ("12-08", {"correction_told": "12-01"}, Phase.RUNNING, "11-23", True),  # told too late: counts as accepted
    ("12-04", {"correction_told": "11-25", "corrected": "12-03"}, Phase.RUNNING, "12-03", False),
    ("12-08", {"correction_told": "11-25", "corrected": "12-03", "accepted": "12-07"}, Phase.RUNNING, "12-07", False),
    ("12-08", {"accepted": "12-07"}, Phase.RUNNING, "11-23", True),  # a late notice does not undo the silence
    ("11-24", {"not_accepted": "11-24"}, Phase.CLOSED, None, False),
]


@pytest.mark.parametrize(("today", "events", "phase", "accepted", "silence"), ACCEPTANCE)
def test_acceptance(today: str, events: dict[str, str], phase: Phase, accepted: str | None, silence: bool) -> None:
    found = clock(history((), {"received": "11-23", **events}), TERMS, day(today), CALENDAR)
    assert (found.phase, found.accepted_by_silence) == (phase, silence)
    assert found.accepted_on == (day(accepted) if accepted else None)


@pytest.mark.parametrize(
    ("received", "tell_by"),
    [
        ("11-23", "11-30"),
        ("02-13", "02-27"),  # over Spring Festival: 14 and 24 to 27 February
        ("09-30", "10-13"),  # over National Day, with a worked Saturday
        ("05-01", "05-11"),  # received on a holiday, with a worked Saturday
    ],
)
def test_five_working_days_to_tell_what_is_missing(received: str, tell_by: str) -> None:
    found = at(received, received=received)
    assert found.tell_by is not None
    assert found.tell_by.on == day(tell_by)


DECISION = [
    # accepted, terms, promised, legal
    ("11-02", TERMS, "11-16", "11-30"),
    ("02-13", TERMS, "03-05", "03-19"),
    ("09-21", TERMS, "10-12", "10-26"),
    ("11-02", Terms(promised_days=0), "11-02", "11-30"),
    ("11-02", JOINT, "01-04+1", "01-04+1"),
    ("11-02", REGISTRATION, "11-02", "11-05"),
    ("10-08", REGISTRATION, "10-08", "10-12"),  # the Saturday of 10 October is worked
]


@pytest.mark.parametrize(("accepted", "terms", "promised", "legal"), DECISION)
def test_promise_and_law(accepted: str, terms: Terms, promised: str, legal: str) -> None:
    found = at(accepted, terms, received=accepted, accepted=accepted)
    for given_day, expected in ((found.promised, promised), (found.legal, legal)):
        assert given_day is not None
        text, _, years = expected.partition("+")
        assert given_day.on == day(text).replace(year=2026 + int(years or 0))
        assert given_day.certain == (not years)


def test_time_of_a_special_procedure_does_not_count() -> None:
    hearing = Excluded(day("11-05"), day("11-18"), "hearing")  # ten working days
    without = at("11-20", received="11-02", accepted="11-02")
    with_it = at("11-20", received="11-02", accepted="11-02", spans=(hearing,))
    assert (without.used_days, without.excluded_days) == (14, 0)
    assert (with_it.used_days, with_it.excluded_days) == (4, 10)
    assert without.legal is not None
    assert with_it.legal is not None
    assert CALENDAR.between(without.legal.on, with_it.legal.on) == 10


def test_two_procedures_that_overlap_are_left_out_once() -> None:
    spans = (Excluded(day("11-05"), day("11-12")), Excluded(day("11-10"), day("11-18")))
    assert at("11-20", received="11-02", accepted="11-02", spans=spans).excluded_days == 10


def test_while_a_procedure_is_open_nothing_is_due_and_nothing_is_late() -> None:
    spans = (Excluded(day("11-05")),)
    found = at("12-31", received="11-02", accepted="11-02", spans=spans)
    assert (found.phase, found.promised, found.legal) == (Phase.SUSPENDED, None, None)
    assert (found.used_days, found.late_days) == (2, 0)
    with pytest.raises(ValueError, match="open special procedure"):
        due(day("11-02"), 20, spans, CALENDAR)


def test_a_procedure_with_a_day_on_which_it_ends_suspends_until_then() -> None:
    spans = (Excluded(day("11-05"), day("11-18")),)
    assert at("11-18", received="11-02", accepted="11-02", spans=spans).phase is Phase.SUSPENDED
    assert at("11-19", received="11-02", accepted="11-02", spans=spans).phase is Phase.RUNNING


EXTENSION = [
    # extended on, today, phase, legal, late days
    (None, "11-30", Phase.RUNNING, "11-30", 0),
    (None, "12-01", Phase.OVERDUE, "11-30", 1),
    ("11-27", "12-01", Phase.RUNNING, "12-14", 0),
    ("11-30", "12-14", Phase.RUNNING, "12-14", 0),
    ("11-27", "12-15", Phase.OVERDUE, "12-14", 1),
    ("12-01", "12-02", Phase.OVERDUE, "11-30", 2),  # told when the time was over: it extends nothing
]


@pytest.mark.parametrize(("extended", "today", "phase", "legal", "late"), EXTENSION)
def test_extension(extended: str | None, today: str, phase: Phase, legal: str, late: int) -> None:
    found = at(today, received="11-02", accepted="11-02", extended=extended)
    assert found.legal is not None
    assert (found.phase, found.legal.on, found.late_days) == (phase, day(legal), late)


def test_a_decision_stops_the_clock() -> None:
    found = at("12-31", received="11-02", accepted="11-02", decided="11-09")
    assert (found.phase, found.used_days, found.late_days) == (Phase.CLOSED, 5, 0)
    late = at("12-31", received="11-02", accepted="11-02", decided="12-02")
    assert (late.phase, late.late_days) == (Phase.CLOSED, 2)


def test_after_the_decision_and_around_a_hearing() -> None:
    assert certificate_due(day("11-02"), CALENDAR).on == day("11-16")
    assert hearing_request_due(day("09-29"), CALENDAR).on == day("10-12")
    assert hearing_due(day("11-02"), CALENDAR).on == day("11-30")
    assert hearing_notice_due(day("10-15"), CALENDAR).on == day("09-30")


RENEWALS = [
    # valid until, asked, decided, today, state
    ("12-31", "11-19", None, "11-20", Renewal.OPEN),
    ("12-31", "11-19", None, "12-31", Renewal.OPEN),  # the last day is not over
    ("12-30", "11-02", None, "12-31", Renewal.RENEWED_BY_SILENCE),
    ("12-30", "11-02", "12-30", "12-31", Renewal.DECIDED),
    ("12-30", "11-02", "12-31", "12-31", Renewal.RENEWED_BY_SILENCE),  # refused a day late: renewed already
    ("12-31", "11-20", None, "11-23", Renewal.TOO_LATE),
    ("12-31", "11-20", "11-25", "11-26", Renewal.DECIDED),
    ("10-09", "10-10", None, "10-12", Renewal.EXPIRED),
]


@pytest.mark.parametrize(("until", "asked", "decided", "today", "state"), RENEWALS)
def test_renewal(until: str, asked: str, decided: str | None, today: str, state: Renewal) -> None:
    found = renewal(day(until), day(asked), day(decided) if decided else None, day(today), CALENDAR)
    assert found.state is state
    assert found.decide_by == day(until)


def test_renewal_is_asked_thirty_working_days_before_the_last_day() -> None:
    asked_by = renewal(day("12-31"), day("11-02"), None, day("11-02"), CALENDAR).ask_by
    assert asked_by.on == day("11-19")
    over_national_day = renewal(day("10-30"), day("08-03"), None, day("08-03"), CALENDAR).ask_by
    assert over_national_day.on == day("09-14")


@pytest.mark.parametrize(
    "events",
    [
        {"received": "12-02"},
        {"received": "11-02", "accepted": "10-30"},
        {"received": "11-02", "decided": "12-02"},
        {"received": "11-02", "corrected": "11-05"},
        {"received": "11-02", "correction_told": "11-05", "corrected": "11-04"},
        {"received": "11-02", "not_accepted": "11-04", "accepted": "11-04"},
    ],
)
def test_a_history_that_contradicts_itself_is_refused(events: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"after today|before it|asked for|refused to accept"):
        clock(history((), events), TERMS, day("12-01"), CALENDAR)


def test_a_promise_longer_than_the_law_is_refused() -> None:
    with pytest.raises(ValueError, match="promise"):
        Terms(promised_days=21)
    with pytest.raises(ValueError, match="end before"):
        Excluded(day("11-05"), day("11-04"))


@given(
    accepted=st.integers(0, 200),
    spans=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=3),
    count=st.integers(1, 30),
)
def test_as_many_working_days_as_the_law_gives_lie_outside_all_procedures(
    accepted: int, spans: list[tuple[int, int]], count: int
) -> None:
    begin = date(2026, 1, 1) + timedelta(days=accepted)
    excluded = tuple(
        Excluded(begin + timedelta(days=start), begin + timedelta(days=start + length)) for start, length in spans
    )
    end = due(begin, count, excluded, CALENDAR).on
    days = [begin + timedelta(days=number) for number in range(1, (end - begin).days + 1)]
    left_out = {each for span in excluded if span.ends for each in days if span.begins <= each <= span.ends}
    assert sum(CALENDAR.is_working(each) for each in days if each not in left_out) == count
    assert CALENDAR.is_working(end)
    assert end not in left_out
