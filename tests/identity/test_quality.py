"""Each hint is given for its own defect, on pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from drivers.camera.cast import somebody
from drivers.camera.puppet import Image, Pose
from kiosk_app.identity import quality
from kiosk_app.identity.models import FaceModels


def hint(models: FaceModels, frame: Image) -> str:
    faces = models.faces(frame)
    found = quality.crowd_hint(faces) or quality.place_hint(faces[0], frame)
    if found:
        return found
    reading = quality.read(models, frame, faces[0])
    assert reading is not None
    return quality.picture_hint(reading)


def moved(frame: Image, scale: float, dx: float = 0.0) -> Image:
    matrix = np.array([[scale, 0, 320 * (1 - scale) + dx], [0, scale, 230 * (1 - scale)]])
    return np.asarray(cv2.warpAffine(frame, matrix, (640, 480), borderMode=cv2.BORDER_REFLECT), np.uint8)


NEUTRAL = somebody("holder", Pose())
DEFECTS = {
    "": NEUTRAL,
    "no_face": somebody("nobody", Pose()),
    "many_faces": somebody("two", Pose()),
    "come_closer": np.asarray(
        cv2.copyMakeBorder(
            cv2.resize(NEUTRAL, (320, 240)), 120, 120, 160, 160, cv2.BORDER_CONSTANT, value=(90, 90, 90)
        ),
        np.uint8,
    ),
    "too_close": moved(NEUTRAL, 2.6),
    "centre": moved(NEUTRAL, 1.0, dx=-200),
    "more_light": somebody("holder", Pose(light=0.25)),
    "too_bright": somebody("holder", Pose(light=1.6)),
    "look_ahead": somebody("holder", Pose(yaw=25)),
    "hold_still": np.asarray(cv2.blur(NEUTRAL, (25, 1)), np.uint8),
}


@pytest.mark.parametrize("wanted", DEFECTS)
def test_each_defect_has_its_own_hint(models: FaceModels, wanted: str) -> None:
    assert hint(models, DEFECTS[wanted]) == wanted


def test_a_turn_to_the_resident_s_own_left_is_positive(models: FaceModels) -> None:
    yaws = []
    for pose in (Pose(yaw=20), Pose(), Pose(yaw=-20)):
        frame = somebody("holder", pose)
        reading = quality.read(models, frame, models.faces(frame)[0])
        assert reading is not None
        yaws.append(reading.yaw)
    assert yaws[0] > 13 > abs(yaws[1])
    assert yaws[2] < -13


def test_a_bystander_far_behind_does_not_count(models: FaceModels) -> None:
    frame = NEUTRAL.copy()
    small = cv2.resize(frame[20:330, 160:520], (100, 86))
    frame[5:91, 5:105] = small
    assert quality.crowd_hint(models.faces(frame)) == ""
