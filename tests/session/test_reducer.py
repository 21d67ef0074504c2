"""The session as a state machine: each fact a resident relies on."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.session import effects, events
from kiosk_app.session.identifying import MAX_ATTEMPTS
from kiosk_app.session.model import FieldError, PaperState, Session, State, SubmitPhase
from tests.session.journey import CARD, FORM, PAGE, WORD, Journey, decision, evidence
from wire.ids import new_id
from wire.messages import DecisionOutcome


def test_the_whole_way_ends_at_take_card_with_nothing_left() -> None:
    journey = Journey()
    journey.to_print()
    assert journey.session.state is State.PRINT
    order = journey.session.papers[0].order_id
    journey.feed(events.PaperChanged(journey.sid, order, PaperState.PRINTED))
    journey.feed(events.Proceed())
    assert journey.session.state is State.RECEIPT
    journey.feed(events.ReceiptChanged(journey.sid, PaperState.PRINTED))
    session = journey.feed(events.Proceed())
    assert session.state is State.TAKE_CARD
    assert session.ending == "finished"
    assert nothing_personal(session)
    assert journey.feed(events.CardLifted()).state is State.IDLE


def nothing_personal(session: Session) -> bool:
    blank = Session(
        state=session.state,
        locale=session.locale,
        offers=session.offers,
        online=session.online,
        out_of_service=session.out_of_service,
        ending=session.ending,
        card_on_reader=session.card_on_reader,
        last_touch=session.last_touch,
        countdown=session.countdown,
    )
    return session == blank


REACHES = ("to_face", "to_home", "to_form", "to_review", "to_submit", "to_print")


@pytest.mark.parametrize("reach", REACHES)
def test_leave_ends_the_session_from_everywhere(reach: str) -> None:
    journey = Journey()
    getattr(journey, reach)()
    sid = journey.sid
    session = journey.feed(events.Leave())
    assert session.state is State.TAKE_CARD
    assert nothing_personal(session)
    assert effects.Wipe(sid) in journey.done


@pytest.mark.parametrize("reach", REACHES)
def test_a_late_result_of_an_ended_session_changes_nothing(reach: str) -> None:
    journey = Journey()
    getattr(journey, reach)()
    sid = journey.sid
    journey.feed(events.Leave())
    before = journey.session
    for late in (
        events.CardRead(sid, CARD),
        events.FaceMatched(sid, evidence()),
        events.PageCaptured(sid, PAGE),
        events.ApplicationSealed(sid, new_id()),
        events.Decided(sid, decision(new_id())),
        events.PaperChanged(sid, "x", PaperState.PRINTED),
    ):
        assert journey.feed(late) == before


def test_walking_away_counts_down_and_ends() -> None:
    journey = Journey()
    journey.to_form()
    journey.tick(59)
    assert journey.session.countdown is None
    journey.tick(1)
    assert journey.session.countdown == 15
    journey.tick(14)
    assert journey.session.countdown == 1
    session = journey.tick(1)
    assert session.state is State.TAKE_CARD
    assert session.ending == "timed_out"
    assert nothing_personal(session)


def test_a_touch_in_the_countdown_goes_on_where_it_was() -> None:
    journey = Journey()
    journey.to_form()
    journey.tick(65)
    assert journey.session.countdown is not None
    session = journey.feed(events.StayHere())
    assert session.countdown is None
    assert session.state is State.FORM


def test_the_idle_limit_waits_while_a_device_works_but_not_for_ever() -> None:
    journey = Journey()
    journey.to_print()
    journey.tick(int(journey.limits.work_cap_s) - 1)
    assert journey.session.countdown is None
    journey.tick(int(journey.limits.idle_s) + 2)
    assert journey.session.countdown is not None


def test_taking_the_card_in_the_middle_asks_at_once() -> None:
    journey = Journey()
    journey.to_form()
    journey.feed(events.CardLifted())
    assert journey.tick(1).countdown is not None


def test_three_refused_faces_leave_only_the_way_out() -> None:
    journey = Journey()
    journey.to_face()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert journey.session.face.attempt == attempt
        journey.feed(events.FaceRefused(journey.sid, "not_same"))
        if attempt < MAX_ATTEMPTS:
            journey.feed(events.FaceRetry())
    assert journey.session.face.exhausted
    begun = len(journey.effects_of(effects.BeginFace))
    journey.feed(events.FaceRetry())
    assert len(journey.effects_of(effects.BeginFace)) == begun == MAX_ATTEMPTS
    assert journey.feed(events.Proceed()).ending == "identity_failed"


@pytest.mark.parametrize("again", [True, False])
def test_a_refused_card_is_told_and_another_may_be_laid_down(again: bool) -> None:
    journey = Journey()
    journey.feed(events.Start())
    journey.feed(events.ConsentGiven())
    journey.feed(events.CardReading(journey.sid))
    session = journey.feed(events.CardRefused(journey.sid, WORD, again))
    assert (session.state, session.card_problem, session.card_again) == (State.CARD, WORD, again)
    assert session.card_on_reader
    assert not journey.feed(events.CardLifted()).card_on_reader
    journey.feed(events.CardReading(journey.sid))
    session = journey.feed(events.CardRead(journey.sid, CARD))
    assert (session.state, session.card_problem) == (State.FACE, None)


def test_a_refused_card_that_still_lies_there_is_waited_for_at_the_end() -> None:
    journey = Journey()
    journey.feed(events.Start())
    journey.feed(events.ConsentGiven())
    journey.feed(events.CardReading(journey.sid))
    journey.feed(events.CardRefused(journey.sid, WORD, False))
    assert journey.feed(events.Leave()).state is State.TAKE_CARD
    assert journey.feed(events.CardLifted()).state is State.IDLE


def test_a_card_whose_photo_cannot_be_read_leads_to_the_ways_out_and_costs_no_try() -> None:
    journey = Journey()
    journey.to_face()
    journey.feed(events.FaceRefused(journey.sid, "photo"))
    assert journey.session.face.exhausted
    journey.feed(events.FaceRetry())
    assert len(journey.effects_of(effects.BeginFace)) == 1
    journey.feed(events.Back())
    journey.feed(events.CardRead(journey.sid, CARD))
    assert (journey.session.face.attempt, journey.session.face.exhausted) == (1, False)
    assert len(journey.effects_of(effects.BeginFace)) == 2


def test_going_back_to_the_card_does_not_buy_face_attempts() -> None:
    journey = Journey()
    journey.to_face()
    for _ in range(5):
        journey.feed(events.Back())
        journey.feed(events.CardRead(journey.sid, CARD))
    assert journey.session.face.exhausted
    assert len(journey.effects_of(effects.BeginFace)) <= MAX_ATTEMPTS


def test_refused_consent_ends_without_reading_a_card() -> None:
    journey = Journey()
    journey.feed(events.Start())
    assert journey.feed(events.ConsentRefused()).ending == "consent_refused"
    assert not journey.effects_of(effects.WatchCard)


def test_a_service_that_is_not_possible_cannot_be_chosen() -> None:
    journey = Journey()
    journey.to_home()
    offers = (dataclasses.replace(journey.session.offers[0], available=False),)
    journey.feed(events.OffersChanged(offers, True))
    journey.feed(events.ServiceChosen("AA-01"))
    assert not journey.effects_of(effects.OpenService)


def test_a_lost_printer_does_not_throw_a_resident_out() -> None:
    journey = Journey()
    journey.to_form()
    assert journey.feed(events.OffersChanged((), False, WORD)).state is State.FORM
    journey.feed(events.Leave())
    assert journey.feed(events.CardLifted()).state is State.OUT_OF_SERVICE
    assert journey.feed(events.OffersChanged((), True, None)).state is State.IDLE


def test_errors_stay_on_the_page_and_go_when_the_field_is_changed() -> None:
    journey = Journey()
    journey.to_form()
    journey.feed(events.NextPage())
    session = journey.feed(events.PageChecked(journey.sid, 0, (FieldError("name", WORD),)))
    assert session.state is State.FORM
    assert session.form.errors
    assert not journey.feed(events.FieldChanged("name", "x")).form.errors


def test_what_the_card_says_cannot_be_typed_over() -> None:
    journey = Journey()
    journey.to_form()
    assert journey.feed(events.FieldChanged("fixed", "y")).form.values["fixed"] == "x"


def test_received_is_not_said_before_the_application_is_sealed() -> None:
    journey = Journey()
    journey.to_review()
    journey.feed(events.SubmitPressed())
    session = journey.feed(events.PageChecked(journey.sid, -1, ()))
    assert session.submit is SubmitPhase.SEALING
    journey.feed(events.OfficeUnreachable(journey.sid))
    assert journey.session.submit is SubmitPhase.SEALING


def test_submit_pressed_twice_seals_once() -> None:
    journey = Journey()
    journey.to_review()
    for _ in range(2):
        journey.feed(events.SubmitPressed())
    for _ in range(2):
        journey.feed(events.PageChecked(journey.sid, -1, ()))
    assert len(journey.effects_of(effects.SealApplication)) == 1


def test_a_failed_seal_goes_back_to_the_answers_with_the_reason() -> None:
    journey = Journey()
    journey.to_review()
    journey.feed(events.SubmitPressed())
    journey.feed(events.PageChecked(journey.sid, -1, ()))
    session = journey.feed(events.SealFailed(journey.sid, WORD))
    assert session.state is State.REVIEW
    assert session.notice == WORD
    assert session.form.values["name"] == "answer"


def test_an_unreachable_office_is_told_as_queued_and_a_late_decision_still_shown() -> None:
    journey = Journey()
    application_id = journey.to_submit()
    assert journey.feed(events.OfficeUnreachable(journey.sid)).submit is SubmitPhase.QUEUED
    assert journey.session.state is State.DECISION
    assert journey.feed(events.Decided(journey.sid, decision(application_id))).decision is not None


def test_print_pressed_twice_prints_once() -> None:
    journey = Journey()
    journey.to_print()
    journey.feed(events.PrintPressed())
    assert len(journey.effects_of(effects.PrintPapers)) == 1


def test_a_refused_application_has_nothing_to_print() -> None:
    journey = Journey()
    application_id = journey.to_submit()
    journey.feed(events.Decided(journey.sid, decision(application_id, DecisionOutcome.REFUSED)))
    assert journey.feed(events.PrintPressed()).state is State.DECISION


def test_a_settled_sheet_is_not_talked_over_by_a_late_progress() -> None:
    journey = Journey()
    journey.to_print()
    order = journey.session.papers[0].order_id
    journey.feed(events.PaperChanged(journey.sid, order, PaperState.UNKNOWN))
    assert (
        journey.feed(events.PaperChanged(journey.sid, order, PaperState.PRINTING)).papers[0].state is PaperState.UNKNOWN
    )


def test_nobody_gets_past_print_while_a_sheet_is_open() -> None:
    journey = Journey()
    journey.to_print()
    assert journey.feed(events.Proceed()).state is State.PRINT


def test_the_unexpected_goes_to_failsafe_with_nothing_left() -> None:
    journey = Journey()
    journey.to_review()
    session = journey.feed(events.Unexpected("x"))
    assert session.state is State.FAILSAFE
    assert session.card is None
    assert not session.form.values


ANYTHING = st.sampled_from(
    [
        events.Touched(),
        events.Start(),
        events.ConsentGiven(),
        events.ConsentRefused(),
        events.Back(),
        events.Leave(),
        events.StayHere(),
        events.FaceRetry(),
        events.ServiceChosen("AA-01"),
        events.BeginApplication(),
        events.NextPage(),
        events.CapturePage(),
        events.RetakePage(),
        events.AcceptPage(),
        events.EditPage(0),
        events.EditPage(-1),
        events.EditPage(7),
        events.SubmitPressed(),
        events.AskHuman(),
        events.Collect(),
        events.PrintPressed(),
        events.Proceed(),
        events.CardLifted(),
        "card_read",
        "face_matched",
        "face_refused",
        "opened",
        "checked",
        "captured",
        "sealed",
        "decided",
        "paper",
        "receipt",
        "tick",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(ANYTHING, max_size=60))
def test_whatever_happens_in_whatever_order_the_end_wins(happenings: list[object]) -> None:
    journey = Journey()
    for happening in happenings:
        journey.feed(_real(happening, journey))
        session = journey.session
        # Nobody past identification without evidence, nobody identified after the end.
        if session.state in (State.HOME, State.GUIDE, State.FORM, State.MATERIALS, State.REVIEW, State.SUBMIT):
            assert session.evidence is not None
        if session.state in (State.IDLE, State.TAKE_CARD):
            assert session.card is None
            assert nothing_personal(session)
    journey.feed(events.Leave())
    journey.tick(400)
    assert journey.session.state is State.IDLE


def _real(happening: object, journey: Journey) -> object:
    sid = journey.sid
    match happening:
        case "card_read":
            return events.CardRead(sid, CARD)
        case "face_matched":
            return events.FaceMatched(sid, evidence())
        case "face_refused":
            return events.FaceRefused(sid, "not_live")
        case "opened":
            return events.ServiceOpened(sid, "AA-01", WORD, (), FORM, {}, ())
        case "checked":
            return events.PageChecked(sid, journey.session.form.page, ())
        case "captured":
            return events.PageCaptured(sid, PAGE)
        case "sealed":
            return events.ApplicationSealed(sid, new_id())
        case "decided":
            return events.Decided(sid, decision(new_id()))
        case "paper":
            order = journey.session.papers[0].order_id if journey.session.papers else "none"
            return events.PaperChanged(sid, order, PaperState.PRINTED)
        case "receipt":
            return events.ReceiptChanged(sid, PaperState.PRINTED)
        case "tick":
            journey.now += 20
            return events.Tick(journey.now)
    return happening
