"""Attempts over the real wire: simulated people, MJPEG, VideoCapture, the real models, the real clock."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from drivers.camera.simulator import CameraSimulator, face_image
from drivers.camera.uvc import UvcCamera
from drivers.device import Fault
from kiosk_app.identity.attempt import FaceAttempt, Matched, Refused
from kiosk_app.identity.liveness import ACTS
from kiosk_app.identity.models import MODEL_NAME, FaceModels
from kiosk_app.session.model import FaceView

pytestmark = pytest.mark.alone

CONSENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LIMIT_S = 45.0
ORDERS = [(first, second) for first in ACTS for second in ACTS if first != second]


class Scripted(random.Random):
    """Chooses what the test wants, then like a Random of seed 1; waits as short as allowed."""

    def __init__(self, *choices: str) -> None:
        super().__init__(1)
        self._choices = list(choices)

    def choice(self, seq):  # type: ignore[no-untyped-def]
        return self._choices.pop(0) if self._choices else super().choice(seq)

    def uniform(self, a: float, b: float) -> float:
        return a


Step = Callable[[FaceView, FaceView], None]


def run(attempt: FaceAttempt, camera: UvcCamera, step: Step) -> list[FaceView]:
    """Feeds frames until the outcome; ``step`` sees the view before and now, and plays the person."""
    views = [FaceView()]
    end = time.monotonic() + LIMIT_S
    while attempt.outcome is None:
        assert time.monotonic() < end, "no outcome in time"
        try:
            views.append(attempt.feed(camera.frame()))
        except Fault:
            views.append(attempt.camera_failed())
        step(views[-2], views[-1])
    return views


def obedient(simulator: CameraSimulator) -> Step:
    def step(before: FaceView, now: FaceView) -> None:
        if now.challenge in ACTS and now.challenge != before.challenge:
            simulator.act(now.challenge)

    return step


def passive(before: FaceView, now: FaceView) -> None:
    """Somebody who does nothing."""


def attempt_of(models: FaceModels, *choices: str, number: int = 1, hurry: float = 1.0) -> FaceAttempt:
    """``hurry``: how much faster than the wall the attempt's clock runs, where only a time limit is waited for."""
    clock = (lambda: time.monotonic() * hurry) if hurry != 1 else time.monotonic
    return FaceAttempt(models, face_image("holder"), number, CONSENT, clock, Scripted(*choices))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_holder_passes_every_order_of_acts(
    order: tuple[str, str], models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    attempt = attempt_of(models, *order, number=2)
    views = run(attempt, camera, obedient(simulator))
    assert isinstance(attempt.outcome, Matched)
    evidence = attempt.outcome.evidence
    assert evidence.challenges == order
    assert (evidence.score_band, evidence.model, evidence.attempts) == ("high", MODEL_NAME, 2)
    assert evidence.consented_at == CONSENT
    asked = [now.challenge for before, now in itertools.pairwise(views) if now.challenge != before.challenge]
    assert asked == ["look_ahead", order[0], "look_ahead", order[1], "look_ahead", ""]


def test_another_face_is_not_the_same(models: FaceModels, simulator: CameraSimulator, camera: UvcCamera) -> None:
    simulator.show("other")
    attempt = attempt_of(models)
    views = run(attempt, camera, obedient(simulator))
    assert attempt.outcome == Refused("not_same")
    assert views[-1].refused == "not_same"
    assert all(view.challenge == "" for view in views)


def test_nobody_times_out_with_the_hint_that_there_is_no_face(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    simulator.show("nobody")
    attempt = attempt_of(models, hurry=10)
    views = run(attempt, camera, passive)
    assert attempt.outcome == Refused("timed_out")
    assert {view.hint for view in views[2:-1]} == {"no_face"}


def test_two_people_are_told_so_and_never_matched(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    simulator.show("two")
    attempt = attempt_of(models, hurry=10)
    views = run(attempt, camera, passive)
    assert attempt.outcome == Refused("timed_out")
    assert {view.hint for view in views[2:-1]} == {"many_faces"}


def test_a_photograph_is_not_live(models: FaceModels, simulator: CameraSimulator, camera: UvcCamera) -> None:
    simulator.hold_photo()
    attempt = attempt_of(models, hurry=3)
    views = run(attempt, camera, obedient(simulator))
    assert attempt.outcome == Refused("not_live")
    assert any(view.challenge in ACTS for view in views)
    assert max(view.step for view in views) == 0


def test_a_recording_with_the_wrong_acts_is_not_live(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    def wrong(before: FaceView, now: FaceView) -> None:
        if now.challenge in ACTS and now.challenge != before.challenge:
            simulator.act("turn_right" if now.challenge != "turn_right" else "turn_left")

    attempt = attempt_of(models, "turn_left", "blink", "blink")
    run(attempt, camera, wrong)
    assert attempt.outcome == Refused("not_live")


def test_another_person_in_the_middle_of_the_acts_is_refused(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    def swap(before: FaceView, now: FaceView) -> None:
        if now.step == 1 and before.step == 0:
            simulator.show("other")
        obedient(simulator)(before, now)

    attempt = attempt_of(models, "turn_left", "blink")
    run(attempt, camera, swap)
    assert attempt.outcome == Refused("not_same")


def test_a_second_person_during_the_acts_is_refused(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    def join(before: FaceView, now: FaceView) -> None:
        if now.challenge == "look_ahead" and before.challenge == "":
            simulator.show("two")

    attempt = attempt_of(models)
    views = run(attempt, camera, join)
    assert attempt.outcome in (Refused("not_live"), Refused("not_same"))
    assert "many_faces" in {view.hint for view in views}


def test_walking_away_during_the_acts_is_refused(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    def leave(before: FaceView, now: FaceView) -> None:
        if now.challenge in ACTS and now.challenge != before.challenge:
            simulator.show("nobody")

    attempt = attempt_of(models)
    run(attempt, camera, leave)
    assert attempt.outcome == Refused("not_live")


def test_a_lost_camera_ends_the_attempt(models: FaceModels, simulator: CameraSimulator, camera: UvcCamera) -> None:
    def pull(before: FaceView, now: FaceView) -> None:
        if now.challenge and not before.challenge:
            simulator.misbehave("gone")

    attempt = attempt_of(models)
    run(attempt, camera, pull)
    assert attempt.outcome == Refused("camera")


def test_a_card_photo_without_a_face_refuses_at_once(models: FaceModels) -> None:
    empty = np.full((126, 102, 3), 200, np.uint8)
    attempt = FaceAttempt(models, empty, 1, CONSENT, time.monotonic, Scripted())
    assert attempt.outcome == Refused("photo")
    assert attempt.feed(np.zeros((480, 640, 3), np.uint8)).refused == "photo"


def test_forgetting_zeroes_the_templates_and_keeps_no_frame(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    attempt = attempt_of(models)
    while attempt._matching is None or attempt._matching.anchor is None:
        attempt.feed(camera.frame())
    templates = [attempt._matching.anchor, attempt._matching._reference]
    attempt.forget()
    assert all(not template.any() for template in templates)
    assert attempt._matching is None
    assert not [value for value in vars(attempt).values() if isinstance(value, np.ndarray)]
    assert attempt.feed(camera.frame()).refused == "timed_out"
    attempt.forget()


def test_the_photo_out_of_a_card_s_chip_is_enough(
    models: FaceModels, simulator: CameraSimulator, camera: UvcCamera
) -> None:
    """1,024 bytes for the whole picture, as in the chip: WebP at the quality that fits."""
    done, data = cv2.imencode(".webp", face_image("holder"), [cv2.IMWRITE_WEBP_QUALITY, 1])
    assert done and len(data) <= 1024
    chip = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)
    attempt = FaceAttempt(models, chip, 1, CONSENT, time.monotonic, Scripted("blink", "turn_left"))
    run(attempt, camera, obedient(simulator))
    assert isinstance(attempt.outcome, Matched)
