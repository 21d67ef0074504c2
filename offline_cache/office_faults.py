"""What can go wrong between kiosk and office: with one item, with the server or the way to it, with the device."""

from __future__ import annotations

from enum import StrEnum

from wire.messages import Problem

MATERIALS_MISSING = "materials-missing"  # last part of the problem type: the office wants the pages again


class Reason(StrEnum):
    """Why no usable answer came, as far as a kiosk can tell. docs/sync.md says what each means to whom."""

    UNREACHABLE = "unreachable"  # nobody listens, no route, no such name
    SILENT = "silent"  # connected, or trying to, and no answer in time
    CUT_OFF = "cut_off"  # the connection broke in mid-request or mid-answer
    TOO_SLOW = "too_slow"  # bytes move, but below any rate that would end
    TLS = "tls"  # the other side could not prove that it is the office
    CLOCK = "clock"  # it could not because this kiosk's clock is wrong
    PORTAL = "portal"  # something in between answers in the office's place
    OFFICE_FAILED = "office_failed"  # 5xx
    BUSY = "busy"  # 408, 425: not now
    UNEXPECTED = "unexpected"  # an answer that no rule foresees


class OfficeFault(Exception):
    """The office did not do what it was asked."""


class ItemFault(OfficeFault):
    """It refuses this item, and says so itself: sending it again changes nothing, other items may pass."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.type} {problem.title}")
        self.problem = problem

    @property
    def materials_missing(self) -> bool:
        return self.problem.type.rstrip("/").endswith(MATERIALS_MISSING)


class ServerFault(OfficeFault):
    """No usable answer. ``retry_after_s``: the pause that a 503 asked for, None where none was named."""

    def __init__(self, detail: str, reason: Reason = Reason.UNEXPECTED, *, retry_after_s: float | None = None) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.retry_after_s = retry_after_s


class AuthorisationFault(OfficeFault):
    """401 or 403: the office does not know this device (any more)."""


class Throttled(OfficeFault):
    """429: come back in ``retry_after_s`` seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"come back in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s
