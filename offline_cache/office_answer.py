"""What an answer over HTTP means: the office's word, its refusal, or somebody else speaking in its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from offline_cache.office_faults import AuthorisationFault, ItemFault, OfficeFault, Reason, ServerFault, Throttled
from wire.messages import Problem

RETRY_AFTER_S = 60.0  # for a 429 that names no time
LONGEST_RETRY_AFTER_S = 3600.0  # a slip of a digit at the office must not silence a fleet for a day

_ITEM_STATUS = frozenset({400, 404, 405, 409, 410, 413, 415, 422})
_PORTAL_STATUS = frozenset({301, 302, 303, 307, 308, 407, 511})  # our office never redirects
_BUSY_STATUS = frozenset({408, 425})
_MessageT = TypeVar("_MessageT", bound=BaseModel)


class Answer:
    """One answer, read to its end. ``headers`` are looked up in any case."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def is_html(self) -> bool:
        """A page for people: never the office's API."""
        return "html" in self.headers.get("Content-Type", "")

    @property
    def date(self) -> datetime | None:
        """When the other side says that it answered, to the second."""
        return _http_date(self.headers.get("Date", ""))

    def raise_for_everybody(self) -> None:
        """Raises what concerns the device, the office or the way to it, whatever was asked."""
        if self.status in (401, 403) and not self.is_html:
            raise AuthorisationFault(f"{self.status}: {self._title()}")
        if self.status in _PORTAL_STATUS or (self.is_html and self.status in (200, 401, 403)):
            raise ServerFault(f"status {self.status} from something in between", Reason.PORTAL)
        if self.status == 429:
            raise Throttled(self.retry_after_s() or RETRY_AFTER_S)
        if self.status >= 500:
            raise ServerFault(f"status {self.status}", Reason.OFFICE_FAILED, retry_after_s=self.retry_after_s())
        if self.status in _BUSY_STATUS:
            raise ServerFault(f"status {self.status}", Reason.BUSY, retry_after_s=self.retry_after_s())

    def retry_after_s(self) -> float | None:
        """Retry-After in seconds, 1 to 3600 (RFC 9110, 10.2.3), None where none is named or it is no time.

        Its date form is set against the answer's own Date: our wall clock may be a year off.
        """
        named = self.headers.get("Retry-After", "").strip()
        if named.isascii() and named.isdigit():
            seconds = float(named[:9])
        else:
            until = _http_date(named)
            if until is None:
                return None
            seconds = (until - (self.date or datetime.now(UTC))).total_seconds()
        return min(max(seconds, 1.0), LONGEST_RETRY_AFTER_S)

    def message(self, model: type[_MessageT]) -> _MessageT:
        """The body as a message. Raises ItemFault, ServerFault, neither with the body: it may be personal."""
        if self.status != 200:
            raise self.unexpected()
        try:
            return model.model_validate_json(self.body)
        except ValidationError:
            raise ServerFault(f"a 200 that is no {model.__name__}", Reason.PORTAL) from None

    def unexpected(self) -> OfficeFault:
        """An item is only refused by the office itself, in RFC 9457 form; a portal's 404 must not kill it.

        413 is the exception: a proxy in front of the office says it in its own words, and means this item.
        """
        problem = self.problem()
        if self.status in _ITEM_STATUS and problem is not None:
            return ItemFault(problem)
        if self.status == 413:
            return ItemFault(Problem(type="too-large", title="too large", status=413))
        reason = Reason.PORTAL if self.is_html else Reason.UNEXPECTED
        return ServerFault(f"status {self.status} that is not the office's", reason)

    def problem(self) -> Problem | None:
        """The refusal in the office's words, None where these are not the office's."""
        try:
            problem = Problem.model_validate_json(self.body)
        except ValidationError:
            return None
        return problem if problem.status == self.status else None

    def _title(self) -> str:
        problem = self.problem()
        return problem.title if problem else "no reason given"


def _http_date(text: str) -> datetime | None:
    if not text:
        return None
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
