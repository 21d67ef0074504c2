"""Who can stand before the simulated camera: the holder, somebody else, two people, nobody."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.puppet import (
    HEIGHT,
    MESH_POINTS,
    WIDTH,
    Image,
    Points,
    Pose,
    Puppet,
    build,
    draw,
    holder,
    mesh,
    picture,
    warp,
)

CAST = ("holder", "other", "two", "nobody")

# Face parts as indices of the 468-point mesh.
OUTLINE: tuple[int, ...] = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377)
OUTLINE += (152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))
EYES: tuple[tuple[int, ...], ...] = ((33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),)
EYES += ((263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),)
LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
BEARD: tuple[int, ...] = (132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361)
BEARD += (425, 427, 393, 164, 167, 205, 207)

# Displacements in units of the distance between the eyes: (centre landmark, reach, stretch x, stretch y, shift y).
# Found by search for a low SFace cosine at a sure YuNet detection; tests/identity/test_matching.py holds it below 0.3.
SHAPE = (
    (168, 0.9, 0.857, 1.016, -0.09),  # between the eyes
    (4, 0.35, 0.831, 1.034, -0.09),  # tip of the nose
    (13, 0.45, 1.275, 0.94, -0.063),  # mouth
    (152, 0.8, 0.973, 1.044, 0.031),  # chin
    (159, 0.3, 0.86, 1.226, 0.059),  # the eyes
    (386, 0.3, 0.86, 1.226, 0.059),
    (9, 0.5, 0.751, 1.139, -0.08),  # brow
    (205, 0.4, 1.3, 0.976, 0.09),  # the cheeks
    (425, 0.4, 1.3, 0.976, 0.09),
)


def somebody(who: str, pose: Pose) -> Image:
    """One noiseless frame of that cast member, BGR (480, 640, 3)."""
    if who == "holder":
        return draw(holder(), pose)
    if who == "other":
        return draw(other(), pose)
    if who == "two":
        left, right = (
            draw(holder(), pose),
            draw(other(), Pose(yaw=-pose.yaw, dx=-pose.dx, dy=pose.dy, light=pose.light)),
        )
        return np.ascontiguousarray(np.hstack([left[:, 176:496], right[:, 176:496]]))
    if who == "nobody":
        return np.asarray(np.clip(_empty_hall().astype(np.float32) * pose.light, 0, 255), np.uint8)
    raise ValueError(f"nobody of that name stands before the camera: {who!r}; there are {', '.join(CAST)}")


def still(who: str) -> Image:
    """The portrait for that person's card: 102:126, three times the size of the card's picture (378, 306, 3)."""
    if who not in ("holder", "other"):
        raise ValueError(f"no card belongs to {who!r}")
    frame = somebody(who, Pose())
    return np.asarray(cv2.resize(frame[68:422, 177:464], (306, 378), interpolation=cv2.INTER_AREA), np.uint8)


@cache
def _empty_hall() -> Image:
    shade = np.linspace(205, 150, HEIGHT, dtype=np.float32)[:, None, None] * np.array([0.93, 0.97, 1.0], np.float32)
    hall = np.repeat(shade, WIDTH, axis=1)
    hall[360:] *= 0.6  # the floor
    cv2.rectangle(hall, (60, 90), (210, 360), (120, 130, 140), -1)  # a door
    cv2.rectangle(hall, (400, 120), (590, 250), (170, 190, 200), 6)  # a notice board
    return cv2.GaussianBlur(np.clip(hall, 0, 255).astype(np.uint8), (0, 0), 2).astype(np.uint8)


@cache
def other() -> Puppet:
    """Not the astronaut to a machine: her mesh pulled to other proportions, other hair and brows.

    SFace's cosine to her, measured: 0.21 between the card stills, 0.10 to 0.26 over every pose of the clips.
    """
    face, points = disguise(SHAPE)
    return build(face, points)


def disguise(shape: tuple[tuple[int, float, float, float, float], ...]) -> tuple[Image, Points]:
    """The picture and the 468 mesh points after pulling the face to ``shape`` and repainting it."""
    points = mesh()[:MESH_POINTS]
    target = points.copy()
    unit = float(np.linalg.norm(points[33, :2] - points[263, :2]))
    for landmark, reach, stretch_x, stretch_y, shift_y in shape:
        centre = target[landmark, :2]
        away = target[:, :2] - centre
        weight = np.exp(-((away / (reach * unit)) ** 2).sum(axis=1))[:, None]
        target[:, :2] += weight * (away * np.array([stretch_x - 1, stretch_y - 1]) + np.array([0.0, shift_y * unit]))
    puppet = holder()
    corners = puppet.corners.copy()
    corners[:MESH_POINTS] = target
    face = warp(_repainted(points), puppet.corners[:, :2], corners, puppet.triangles)
    return face, target


def _mask(points: Points, parts: tuple[tuple[int, ...], ...], soft: float) -> NDArray[np.float32]:
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    for part in parts:
        cv2.fillPoly(mask, [np.round(points[list(part), :2]).astype(np.int32)], 1.0, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), soft), np.float32)[..., None]


def _repainted(points: Points) -> Image:
    """Black hair, heavy brows, the shadow of a beard, pale lips; a dark coat for the orange suit."""
    face = picture().astype(np.float32)
    skin = _mask(points, (OUTLINE,), 6)
    eyes = _mask(points, EYES, 1.5)
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    head = np.clip(1.06 - np.hypot((xs - 346) / 150, (ys - 144) / 122)[..., None], 0, 0.06) / 0.06
    luma = face @ np.array([0.114, 0.587, 0.299], np.float32)
    calm = cv2.GaussianBlur(face, (0, 0), 2.5)
    brown = (calm[..., 2] - calm[..., 0])[..., None]  # hair is browner than the wall behind it
    hair = head * (1 - skin) * np.clip((brown - 28) / 12 + (calm[..., 1:2] < 110), 0, 1)
    face = face * (1 - hair) + hair * luma[..., None] * np.array([0.26, 0.25, 0.25], np.float32)
    tone = np.array([0.93, 0.95, 0.97], np.float32)
    neck = (np.clip((ys - 235) / 30, 0, 1) * (np.abs(xs - 332) < 72))[..., None] * np.clip((brown - 25) / 15, 0, 1)
    skinny = np.clip(skin + neck, 0, 1) * (1 - eyes)
    face = face * (1 - skinny) + skinny * face * tone
    face *= 1 - 0.72 * _mask(points, BROWS, 2.0) * (1 - eyes)
    lips = _mask(points, (LIPS,), 1.5)
    beard = _mask(points, (BEARD,), 5) * (1 - lips)
    face *= 1 - 0.16 * beard
    grey = luma[..., None] * np.array([0.78, 0.80, 0.92], np.float32)
    face = face * (1 - 0.7 * lips) + 0.7 * lips * grey
    orange = np.clip((brown - 90) / 40, 0, 1) * (ys > 300)[..., None]
    face = face * (1 - orange) + orange * luma[..., None] * np.array([0.55, 0.40, 0.33], np.float32)
    return np.asarray(np.clip(face, 0, 255), np.uint8)
