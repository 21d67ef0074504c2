"""Who is who to SFace, on the faces that the rig shows."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.camera.cast import somebody
from drivers.camera.puppet import Pose
from drivers.camera.simulator import face_image
from kiosk_app.identity.matching import (
    GOOD_FRAMES,
    MAX_FRAMES,
    Matching,
    ReferenceUnusable,
    cosine,
    reference_embedding,
)
from kiosk_app.identity.models import Embedding, FaceModels


def live(models: FaceModels, who: str, pose: Pose) -> Embedding:
    frame = somebody(who, pose)
    return models.embedding(frame, models.faces(frame)[0])


@pytest.mark.parametrize("pose", [Pose(), Pose(yaw=27), Pose(yaw=-27), Pose(closed=1)], ids=str)
def test_holder_and_other_are_two_people_in_every_pose(models: FaceModels, pose: Pose) -> None:
    cards = {who: reference_embedding(models, face_image(who)) for who in ("holder", "other")}
    for who, stranger in (("holder", "other"), ("other", "holder")):
        vector = live(models, who, pose)
        assert cosine(vector, cards[who]) > 0.55
        assert cosine(vector, cards[stranger]) < 0.3


def test_a_reference_with_no_face_or_two_is_unusable(models: FaceModels) -> None:
    with pytest.raises(ReferenceUnusable, match="0 faces"):
        reference_embedding(models, np.full((126, 102, 3), 180, np.uint8))
    with pytest.raises(ReferenceUnusable, match="2 faces"):
        reference_embedding(models, somebody("two", Pose()))


def unit(angle: float) -> Embedding:
    vector = np.zeros(128, np.float32)
    vector[:2] = np.cos(angle), np.sin(angle)
    return vector


@pytest.mark.parametrize(("score", "result", "band"), [(0.47, True, "high"), (0.42, True, "medium"), (0.40, False, "")])
def test_the_thresholds_part_high_medium_and_no_match(score: float, result: bool, band: str) -> None:
    matching = Matching(unit(0))
    for _ in range(MAX_FRAMES):
        matching.add(unit(float(np.arccos(score))))
    assert matching.result is result
    assert not band or matching.band == band


def test_one_good_frame_is_not_yet_a_match_and_the_best_of_several_counts() -> None:
    matching = Matching(unit(0))
    matching.add(unit(0.1))
    assert matching.result is None
    for _ in range(GOOD_FRAMES - 1):
        matching.add(unit(1.5))
    assert matching.result is True
