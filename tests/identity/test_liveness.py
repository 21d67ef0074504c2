"""The acts as a state machine, on readings made by hand and a clock of its own."""

from __future__ import annotations

import random
from secrets import SystemRandom

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.identity.liveness import ACTS, AHEAD_S, CHALLENGE_S, STEPS, Liveness, plan
from kiosk_app.identity.models import Face
from kiosk_app.identity.quality import Reading

FACE = Face(250, 150, 140, 190, np.zeros(15, np.float32), 0.9)
OPEN = 0.3


class Person:
    """Feeds 20 readings a second."""

    def __init__(self, *choices: str) -> None:
        self.now = 0.0
        script = list(choices)
        rng = random.Random(1)
        if script:
            natural = rng.choice
            rng.choice = lambda seq: script.pop(0) if script else natural(seq)  # type: ignore
        self.liveness = Liveness(rng, OPEN, 0.0)

    def hold(self, seconds: float, yaw: float = 0.0, eyes: float = OPEN) -> None:
        for _ in range(round(seconds * 20)):
            self.now += 0.05
            self.liveness.feed(Reading(FACE, yaw, 0, eyes, 120, 90), self.now)

    def do(self, act: str) -> None:
        self.hold(
            0.3, yaw={"turn_left": 22.0, "turn_right": -22.0}.get(act, 0.0), eyes=0.04 if act == "blink" else OPEN
        )
        self.hold(0.1)


def test_done_only_after_looking_ahead_again() -> None:
    person = Person("turn_left", "blink")
    person.hold(1.0)
    person.do("turn_left")
    person.hold(1.0)
    person.do("blink")
    assert not person.liveness.done
    person.hold(1.0)
    assert not person.liveness.failed


def test_an_act_before_it_is_asked_does_not_count() -> None:
    person = Person("turn_left", "blink")
    person.do("turn_left")
    assert person.liveness.completed == []
    assert person.liveness.asked == "look_ahead"


def test_one_wrong_turn_changes_the_act_and_a_second_fails() -> None:
    person = Person("turn_left", "blink", "turn_right")
    person.hold(1.0)
    person.do("turn_right")
    assert not person.liveness.failed
    person.hold(1.0)
    assert person.liveness.asked != "turn_left"
    person.do("turn_left")
    assert person.liveness.failed
    assert person.liveness.completed == []


def test_a_blink_in_the_middle_of_a_turn_is_natural() -> None:
    person = Person("turn_right", "turn_left")
    person.hold(1.0)
    person.do("blink")
    person.do("turn_right")
    assert person.liveness.completed == ["turn_right"]


def test_eyes_that_stay_closed_are_no_blink() -> None:
    person = Person("blink", "turn_left")
    person.hold(1.0)
    person.hold(CHALLENGE_S + 0.2, eyes=0.04)
    assert person.liveness.failed


def test_an_act_after_its_time_fails() -> None:
    person = Person("turn_left", "blink")
    person.hold(1.0)
    person.hold(CHALLENGE_S)
    person.do("turn_left")
    assert person.liveness.failed


def test_never_looking_ahead_fails() -> None:
    person = Person()
    person.hold(AHEAD_S + 0.2, yaw=12)
    assert person.liveness.failed


def test_every_order_is_drawn_and_none_is_predictable() -> None:
    drawn = {plan(SystemRandom()) for _ in range(400)}
    assert len(drawn) == len(ACTS) * (len(ACTS) - 1) ** (STEPS - 1)


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(0, 0.6), st.floats(0, 0.5)), max_size=200), st.integers(0, 99))
def test_whatever_is_seen_the_acts_done_are_the_acts_asked(seen: list[tuple[float, float, float]], seed: int) -> None:
    liveness = Liveness(random.Random(seed), OPEN, 0.0)
    now, asked = 0.0, []
    for yaw, eyes, pause in seen:
        now += pause
        before, done = liveness.asked, len(liveness.completed)
        liveness.feed(Reading(FACE, yaw, 0, eyes, 120, 90), now)
        if len(liveness.completed) > done:
            asked.append(before)
    assert liveness.completed == asked
    assert not (liveness.failed and liveness.done)
