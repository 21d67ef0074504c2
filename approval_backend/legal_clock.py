"""The law's clocks over one case: what has happened in, what is due when out. No database, no present time of its own.

Administrative Licensing Law (行政许可法): art. 32 acceptance and correction, 42 decision and extension, 44 certificate,
45 time that does not count, 47 and 48 hearing, 50 renewal, 82 working days. A district's promise may be shorter, never
longer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from approval_backend.working_days import Day, WorkingDays

ACCEPTANCE_DAYS = 5  # art. 32(1)(四): to tell, once, what must be corrected; silence is acceptance
DECISION_DAYS = 20  # art. 42
EXTENSION_DAYS = 10  # art. 42, by leave of the head of the authority
JOINT_DAYS = 45  # art. 42: handled together by several departments
JOINT_EXTENSION_DAYS = 15
CERTIFICATE_DAYS = 10  # art. 44, from the decision
HEARING_REQUEST_DAYS = 5  # art. 47, from being told of the right
HEARING_DAYS = 20  # art. 47, from the request
HEARING_NOTICE_DAYS = 7  # art. 48, before the hearing
RENEWAL_DAYS = 30  # art. 50, before expiry
REGISTRATION_DAYS = 3  # market entities: on the spot, else this, and as much again


@dataclass(frozen=True)
class Terms:
    """How long a decision may take, in working days. ``extension_days``: by how much it may be extended, once."""

    promised_days: int
    legal_days: int = DECISION_DAYS
    extension_days: int = EXTENSION_DAYS

    def __post_init__(self) -> None:
        if not 0 <= self.promised_days <= self.legal_days:
            raise ValueError("a promise is at least 0 and no longer than the law's time")


JOINT = Terms(promised_days=JOINT_DAYS, legal_days=JOINT_DAYS, extension_days=JOINT_EXTENSION_DAYS)
REGISTRATION = Terms(promised_days=0, legal_days=REGISTRATION_DAYS, extension_days=REGISTRATION_DAYS)


@dataclass(frozen=True)
class Excluded:
    """A special procedure (art. 45: hearing, tender, inspection, test, expert review), told in writing: not counted.

    From ``begins`` to ``ends``, both days left out; still running while ``ends`` is None.
    """

    begins: date
    ends: date | None = None
    why: str = ""

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends < self.begins:
            raise ValueError("a special procedure does not end before it begins")


@dataclass(frozen=True)
class History:
    """What has happened to one application. ``received``: the day its materials arrived."""

    received: date
    correction_told: date | None = None  # the correction notice; the first one, the law allows no second
    corrected: date | None = None  # all that it asked for was handed in
    accepted: date | None = None  # the notice of acceptance; None where nobody wrote one
    not_accepted: date | None = None  # no licence needed, or not this authority's: refused to accept
    excluded: tuple[Excluded, ...] = field(default=())
    extended: date | None = None  # the notice of extension
    decided: date | None = None


class Phase(StrEnum):
    """Where the law says that the case is."""

    EXAMINING = "examining"  # the authority still looks whether all is there
    CORRECTING = "correcting"  # the applicant has to hand in what is missing
    RUNNING = "running"  # accepted: the time to decide counts
    SUSPENDED = "suspended"  # a special procedure: the time does not count
    OVERDUE = "overdue"  # accepted, and the law's time is over
    CLOSED = "closed"  # decided, or not accepted


@dataclass(frozen=True)
class Clock:
    """What is due; None where nothing of the kind is due now."""

    phase: Phase
    accepted_on: date | None = None
    accepted_by_silence: bool = False  # art. 32: nobody said within 5 days what is missing
    tell_by: Day | None = None  # acceptance or correction notice
    promised: Day | None = None  # None too while a special procedure has no end yet
    legal: Day | None = None
    used_days: int = 0  # working days that counted so far
    excluded_days: int = 0  # working days that did not
    late_days: int = 0  # working days beyond the law's time


def clock(history: History, terms: Terms, today: date, calendar: WorkingDays) -> Clock:
    """The clocks of a case as of ``today``. Raises ValueError for a history that contradicts itself or the present."""
    _refuse_contradictions(history, today)
    if history.not_accepted is not None:
        return Clock(Phase.CLOSED)
    tell_by = calendar.after(history.received, ACCEPTANCE_DAYS)
    accepted, by_silence = _accepted(history, tell_by, today)
    if accepted is None:
        if history.correction_told is not None and history.corrected is None:
            return Clock(Phase.CORRECTING)
        return Clock(Phase.EXAMINING, tell_by=tell_by)
    until = history.decided or today
    used, excluded = _counted(accepted, until, history.excluded, calendar)
    allowed = terms.legal_days + _extension(history, terms, accepted, calendar)
    suspended = _within(today, history.excluded)
    promised = legal = None
    if all(each.ends is not None for each in history.excluded):
        promised = due(accepted, terms.promised_days, history.excluded, calendar)
        legal = due(accepted, allowed, history.excluded, calendar)
    late = max(0, used - allowed)
    if history.decided is not None:
        phase = Phase.CLOSED
    elif late:
        phase = Phase.OVERDUE
    else:
        phase = Phase.SUSPENDED if suspended else Phase.RUNNING
    return Clock(
        phase,
        accepted_on=accepted,
        accepted_by_silence=by_silence,
        promised=promised,
        legal=legal,
        used_days=used,
        excluded_days=excluded,
        late_days=late,
    )


def due(begin: date, count: int, excluded: Iterable[Excluded], calendar: WorkingDays) -> Day:
    """The last day of ``count`` working days after ``begin`` that are in no special procedure.

    A procedure without an end is taken not to end: ask only when it has one. 0 is the day itself.
    """
    spans = tuple(excluded)
    day, certain, left = begin, calendar.knows(begin), count
    while left:
        day += timedelta(days=1)
        certain = certain and calendar.knows(day)
        if any(each.ends is None and day >= each.begins for each in spans):
            raise ValueError("an open special procedure: nothing is due before it ends")
        if calendar.is_working(day) and not _within(day, spans):
            left -= 1
    return Day(day, certain) if count else calendar.after(begin, 0)


def certificate_due(decided: date, calendar: WorkingDays) -> Day:
    """Until when the licence is handed over (art. 44)."""
    return calendar.after(decided, CERTIFICATE_DAYS)


def hearing_request_due(told: date, calendar: WorkingDays) -> Day:
    """Until when applicant or those concerned may ask for a hearing (art. 47)."""
    return calendar.after(told, HEARING_REQUEST_DAYS)


def hearing_due(requested: date, calendar: WorkingDays) -> Day:
    """Until when the hearing is held (art. 47)."""
    return calendar.after(requested, HEARING_DAYS)


def hearing_notice_due(held: date, calendar: WorkingDays) -> Day:
    """Until when time and place are told (art. 48)."""
    return calendar.before(held, HEARING_NOTICE_DAYS)


class Renewal(StrEnum):
    """What the law says of a request to renew (art. 50)."""

    OPEN = "open"  # asked, not decided, the licence still runs
    DECIDED = "decided"
    RENEWED_BY_SILENCE = "renewed_by_silence"  # nobody decided before the licence expired
    TOO_LATE = "too_late"  # asked less than 30 working days before expiry: the law binds nobody to anything
    EXPIRED = "expired"  # asked after expiry: there is nothing to renew


@dataclass(frozen=True)
class RenewalClock:
    """``ask_by``: the last day that is in time; ``decide_by``: the last day on which a decision is one."""

    state: Renewal
    ask_by: Day
    decide_by: date


def renewal(valid_until: date, asked: date, decided: date | None, today: date, calendar: WorkingDays) -> RenewalClock:
    """Art. 50: asked 30 working days before the last day of validity; no decision by then counts as renewed.

    ``valid_until`` is the licence's last day. A decision made after it comes too late to refuse.
    """
    ask_by = calendar.before(valid_until, RENEWAL_DAYS)
    if asked > valid_until:
        state = Renewal.EXPIRED
    elif decided is not None and decided <= min(valid_until, today):
        state = Renewal.DECIDED
    elif asked > ask_by.on:
        state = Renewal.TOO_LATE
    else:
        state = Renewal.RENEWED_BY_SILENCE if today > valid_until else Renewal.OPEN
    return RenewalClock(state, ask_by, valid_until)


def _accepted(history: History, tell_by: Day, today: date) -> tuple[date | None, bool]:
    """The day of acceptance, and whether silence made it."""
    told = history.correction_told
    in_time = told is not None and told <= tell_by.on
    if history.accepted is not None and (in_time or history.accepted <= tell_by.on):
        return history.accepted, False
    if not in_time:  # art. 32: told late or not at all is accepted from the day of receipt
        return (history.received, True) if today > tell_by.on else (None, False)
    # Art. 32(1)(五): all that was asked for was handed in, so it is to be accepted; the notice only says so.
    return history.corrected, False


def _extension(history: History, terms: Terms, accepted: date, calendar: WorkingDays) -> int:
    """Days that an extension adds: none if it was told when the law's time was over already."""
    if history.extended is None:
        return 0
    used, _ = _counted(accepted, history.extended, history.excluded, calendar)
    return terms.extension_days if used <= terms.legal_days else 0


def _counted(begin: date, until: date, excluded: tuple[Excluded, ...], calendar: WorkingDays) -> tuple[int, int]:
    counted = left_out = 0
    for number in range(1, (until - begin).days + 1):
        day = begin + timedelta(days=number)
        if calendar.is_working(day):
            if _within(day, excluded):
                left_out += 1
            else:
                counted += 1
    return counted, left_out


def _within(day: date, excluded: Iterable[Excluded]) -> bool:
    return any(each.begins <= day and (each.ends is None or day <= each.ends) for each in excluded)


def _refuse_contradictions(history: History, today: date) -> None:
    names = ("received", "correction_told", "corrected", "accepted", "not_accepted", "extended", "decided")
    days = {name: day for name in names if (day := getattr(history, name)) is not None}
    for name, day in days.items():
        if day > today:
            raise ValueError(f"{name} after today")
        if day < history.received:
            raise ValueError(f"{name} before it was received")
    if history.corrected is not None:
        if history.correction_told is None:
            raise ValueError("corrected, but nothing was asked for")
        if history.corrected < history.correction_told:
            raise ValueError("corrected before it was asked for")
    if history.not_accepted is not None and (history.accepted or history.decided):
        raise ValueError("accepted or decided, and refused to accept")
