"""Is this frame good enough, and if not, what should the person do? One hint at a time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk_app.identity.models import Face, FaceModels, Frame

BYSTANDER = 0.4  # a second face counts from this part of the first one's width: others may queue behind
MIN_WIDTH = 0.16  # of the frame's width: 102 of 640 pixels; SFace looks at 112
MAX_WIDTH = 0.55  # nearer, ears and chin leave the frame
MAX_OFF_CENTRE = 0.25  # of the frame's width or height
MIN_LUMA, MAX_LUMA = 55.0, 205.0  # mean of the face, of 255; beyond, SFace's scores fall quickly
MIN_SHARPNESS = 28.0  # variance of the Laplacian at 112 pixels: still faces 38 to 87, one moved by 25 px 23
MAX_YAW, MAX_PITCH = 12.0, 25.0  # degrees; the mesh calls a level look -10 to 15 of pitch, by the face's build

EYES = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))  # of the mesh: corner, 2 above, corner, 2 below


@dataclass(frozen=True)
class Reading:
    """What one frame says of one face. Degrees; ``yaw`` > 0 is a turn to the person's own left."""

    face: Face
    yaw: float
    pitch: float
    eye_ratio: float  # height to width of the eyes' openings: about 0.3 open, under 0.1 closed
    luma: float
    sharpness: float


def people(faces: list[Face]) -> int:
    """How many people stand here: bystanders far behind do not count."""
    return sum(face.width >= BYSTANDER * faces[0].width for face in faces)


def read(models: FaceModels, frame: Frame, face: Face) -> Reading | None:
    """Measures one face; None where the mesh finds none."""
    mesh = models.mesh(frame, face)
    if mesh is None:
        return None
    across = mesh[454] - mesh[234]  # from the right cheek to the left one
    down = mesh[152] - mesh[10]  # from the forehead to the chin
    x0, y0 = max(0, int(face.x)), max(0, int(face.y))
    crop = frame[y0 : int(face.y + face.height), x0 : int(face.x + face.width)]
    grey = cv2.cvtColor(cv2.resize(crop, (112, 112), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    return Reading(
        face,
        yaw=float(np.degrees(np.arctan2(across[2], across[0]))),
        pitch=float(np.degrees(np.arctan2(down[2], down[1]))),
        eye_ratio=_eye_ratio(mesh),
        luma=float(grey.mean()),
        sharpness=float(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 0.8), cv2.CV_32F).var()),
    )


def crowd_hint(faces: list[Face]) -> str:
    """no_face, many_faces, or nothing to say."""
    if not faces:
        return "no_face"
    return "many_faces" if people(faces) > 1 else ""


def place_hint(face: Face, frame: Frame) -> str:
    """come_closer, too_close, centre, or nothing to say."""
    height, width = frame.shape[:2]
    if face.width < MIN_WIDTH * width:
        return "come_closer"
    if face.width > MAX_WIDTH * width:
        return "too_close"
    off_x = abs(face.x + face.width / 2 - width / 2) / width
    off_y = abs(face.y + face.height / 2 - height / 2) / height
    return "centre" if max(off_x, off_y) > MAX_OFF_CENTRE else ""


def picture_hint(reading: Reading) -> str:
    """more_light, too_bright, hold_still, look_ahead, or nothing to say."""
    if reading.luma < MIN_LUMA:
        return "more_light"
    if reading.luma > MAX_LUMA:
        return "too_bright"
    if abs(reading.yaw) > MAX_YAW or abs(reading.pitch) > MAX_PITCH:
        return "look_ahead"
    return "hold_still" if reading.sharpness < MIN_SHARPNESS else ""


def _eye_ratio(mesh: NDArray[np.float32]) -> float:
    """Mean of both eyes (Soukupová and Čech, 2016), in the plane of the picture."""
    ratios = []
    for corner, above, above_2, corner_2, below_2, below in EYES:
        flat = mesh[[corner, above, above_2, corner_2, below_2, below], :2]
        open_ = np.linalg.norm(flat[1] - flat[5]) + np.linalg.norm(flat[2] - flat[4])
        ratios.append(float(open_ / (2 * np.linalg.norm(flat[0] - flat[3]))))
    return sum(ratios) / 2
