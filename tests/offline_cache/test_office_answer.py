"""What an answer means, status by status; how long a 429 may hold us."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from offline_cache.office_answer import LONGEST_RETRY_AFTER_S, RETRY_AFTER_S, Answer
from offline_cache.office_faults import AuthorisationFault, ItemFault, OfficeFault, Reason, ServerFault, Throttled
from offline_cache.patience import Patience
from wire.messages import Acknowledgement

THERE = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)  # the office's time: no relation to this machine's
PROBLEM = b'{"type": "about:blank", "title": "no", "status": %d, "detail": ""}'


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()}), body)


@pytest.mark.parametrize(
    ("named", "seconds"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("999999999999", LONGEST_RETRY_AFTER_S),
        ("", RETRY_AFTER_S),
        ("soon", RETRY_AFTER_S),
        ("-5", RETRY_AFTER_S),
        ("²", RETRY_AFTER_S),
        (format_datetime(THERE + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(THERE - timedelta(days=9), usegmt=True), 1.0),
        ("Thu, 99 Foo 2031 99:99:99 GMT", RETRY_AFTER_S),
    ],
)
def test_retry_after_in_both_forms_by_the_offices_own_clock(named: str, seconds: float) -> None:
    with pytest.raises(Throttled) as fault:
        answer(429, Retry_After=named, Date=format_datetime(THERE, usegmt=True)).raise_for_everybody()
    assert fault.value.retry_after_s == seconds


@given(named=st.text(max_size=60), date=st.text(max_size=60))
def test_no_retry_after_can_break_the_sync_or_hold_it_beyond_the_hour(named: str, date: str) -> None:
    with pytest.raises(Throttled) as fault:
        answer(429, Retry_After=named, Date=date).raise_for_everybody()
    assert 1.0 <= fault.value.retry_after_s <= LONGEST_RETRY_AFTER_S


def test_a_503_with_a_time_keeps_it() -> None:
    with pytest.raises(ServerFault) as fault:
        answer(503, Retry_After="120").raise_for_everybody()
    assert (fault.value.reason, fault.value.retry_after_s) == (Reason.OFFICE_FAILED, 120.0)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (301, Reason.PORTAL),
        (302, Reason.PORTAL),
        (307, Reason.PORTAL),
        (407, Reason.PORTAL),
        (511, Reason.PORTAL),
        (408, Reason.BUSY),
        (425, Reason.BUSY),
        (500, Reason.OFFICE_FAILED),
        (502, Reason.OFFICE_FAILED),
        (504, Reason.OFFICE_FAILED),
    ],
)
def test_what_concerns_the_way_is_named(status: int, reason: Reason) -> None:
    with pytest.raises(ServerFault) as fault:
        answer(status).raise_for_everybody()
    assert fault.value.reason is reason


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_device_is_the_offices_word_a_login_page_is_a_portals(status: int) -> None:
    with pytest.raises(AuthorisationFault):
        answer(status, PROBLEM % status, Content_Type="application/problem+json").raise_for_everybody()
    with pytest.raises(ServerFault) as fault:
        answer(status, b"<html>", Content_Type="text/html").raise_for_everybody()
    assert fault.value.reason is Reason.PORTAL


@pytest.mark.parametrize("status", [400, 404, 409, 415, 422])
def test_only_the_offices_own_words_refuse_an_item(status: int) -> None:
    assert isinstance(answer(status, PROBLEM % status).unexpected(), ItemFault)
    assert isinstance(answer(status, PROBLEM % 418).unexpected(), ServerFault)
    assert isinstance(answer(status, b"<html>", Content_Type="text/html").unexpected(), ServerFault)


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=200),
    kind=st.sampled_from(["", "text/html", "application/json"]),
)
def test_no_answer_is_success_but_an_acknowledgement(status: int, body: bytes, kind: str) -> None:
    with pytest.raises(OfficeFault):
        found = answer(status, body, Content_Type=kind)
        found.raise_for_everybody()
        found.message(Acknowledgement)


def test_patience_grows_with_silence_and_begins_anew_after_the_longest() -> None:
    patience = Patience(longest_s=60.0)
    waits = []
    for _ in range(7):
        waits.append(patience.seconds(2.0))
        patience.silent(2.0)
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 2.0]


def test_patience_learns_from_answers_and_forgets_as_soon() -> None:
    patience = Patience(longest_s=60.0)
    patience.answered(2.0, 20.0)
    assert patience.seconds(2.0) == 40.0
    assert patience.seconds(10.0) == 60.0
    patience.answered(2.0, 0.1)
    assert patience.seconds(2.0) == 2.0
