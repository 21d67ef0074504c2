"""A face that turns and blinks: the astronaut's picture on its 478-point mesh, rotated in space and drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Points = NDArray[np.float64]

FACES = Path(__file__).parents[1] / "rig" / "faces"
WIDTH, HEIGHT = 640, 480
ZOOM = 2.0  # the picture's face is 72 pixels wide; doubled it fills a fifth of the frame, as at arm's length
ORIGIN = (54.0, 0.0)  # the picture's pixel that becomes the frame's top left corner: face in the middle
AXIS_X, AXIS_Y, AXIS_Z = 336.0, 260.0, 80.0  # the neck's axis in frame pixels: what a head turns about
MESH_POINTS = 468  # the last ten of the 478 are irises: lids must close over them, so they are no corners
CLOSED_LID = 0.9  # lids meet a little above the lower lid, as real ones do

# Upper lid and the lower-lid point straight below it, both eyes (indices of the 468-point face mesh).
LIDS = (
    ((246, 7), (161, 163), (160, 144), (159, 145), (158, 153), (157, 154), (173, 155)),
    ((466, 249), (388, 390), (387, 373), (386, 374), (385, 380), (384, 381), (398, 382)),
)
CREASES = ((247, 30, 29, 27, 28, 56, 190), (467, 260, 259, 257, 258, 286, 414))  # the skin fold that follows the lid


@dataclass(frozen=True)
class Pose:
    """Degrees and pixels. ``yaw`` > 0 turns to the person's own left (the nose goes right in the unmirrored frame)."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    closed: float = 0.0  # eyelids, 0 open to 1 closed
    dx: float = 0.0
    dy: float = 0.0
    light: float = 1.0


@dataclass(frozen=True)
class Puppet:
    """A picture (480, 640, 3), its corners (N, 3; z towards the viewer negative) and which of them the head moves."""

    picture: Image
    corners: Points
    moves: Points  # (N,) 0 for the room and the suit, 1 for the head
    triangles: NDArray[np.int32]


def draw(puppet: Puppet, pose: Pose) -> Image:
    """The puppet in that pose as BGR (480, 640, 3) uint8, without noise."""
    frame = warp(puppet.picture, puppet.corners[:, :2], _posed(puppet, pose), puppet.triangles)
    if pose.light != 1.0:
        frame = np.clip(frame.astype(np.float32) * pose.light, 0, 255).astype(np.uint8)
    return frame


def warp(picture: Image, source: Points, target: Points, triangles: NDArray[np.int32]) -> Image:
    """Each triangle's texture at its new place; triangles with smaller z (third column of ``target``) lie on top."""
    height, width = picture.shape[:2]
    owner = np.zeros((height, width), np.int32)
    order = np.argsort(-target[triangles, 2].mean(axis=1), kind="stable")
    fixed = np.round(target[:, :2] * 16).astype(np.int32)
    for index in order:
        cv2.fillConvexPoly(owner, fixed[triangles[index]], int(index) + 1, shift=4)
    ones = np.ones((len(triangles), 3, 1))
    there = np.concatenate([target[triangles, :2], ones], axis=2)
    flat = np.abs(np.linalg.det(there)) < 1e-3  # a closed lid's triangles have no area: nothing shows of them
    there[flat] = np.eye(3)
    back = np.linalg.solve(there, source[triangles])  # (T, 3, 2): frame pixel -> picture pixel
    back = np.concatenate([np.array([[[1.0, 0], [0, 1], [0, 0]]]), back]).astype(np.float32)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    table = back.reshape(len(back), 6)[owner]
    map_x = xs * table[..., 0] + ys * table[..., 2] + table[..., 4]
    map_y = xs * table[..., 1] + ys * table[..., 3] + table[..., 5]
    return np.asarray(cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _posed(puppet: Puppet, pose: Pose) -> Points:
    points = puppet.corners.copy()
    for pairs, crease in zip(LIDS, CREASES, strict=True):
        for (upper, lower), fold in zip(pairs, crease, strict=True):
            drop = (points[lower] - points[upper]) * pose.closed * CLOSED_LID
            points[upper] += drop
            points[fold] += drop * 0.45
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    axis = np.array([AXIS_X, AXIS_Y, AXIS_Z])
    turned = (points - axis) @ (about_z @ about_x @ about_y).T + axis + np.array([pose.dx, pose.dy, 0.0])
    weight = puppet.moves[:, None]
    return np.asarray(points * (1 - weight) + turned * weight, np.float64)


def mesh() -> Points:
    """The 478 points on the picture, in frame pixels, z scaled alike."""
    points = np.loadtxt(FACES / "astronaut_mesh.csv", delimiter=",", comments="#")
    return np.asarray((points - np.array([*ORIGIN, 0.0])) * ZOOM, np.float64)


def picture() -> Image:
    """The astronaut's head and shoulders, 640 × 480 BGR."""
    whole = cv2.imread(str(FACES / "astronaut.png"))
    if whole is None:
        raise FileNotFoundError(FACES / "astronaut.png")
    to_frame = np.array([[ZOOM, 0, -ORIGIN[0] * ZOOM], [0, ZOOM, -ORIGIN[1] * ZOOM]])
    return np.asarray(cv2.warpAffine(whole, to_frame, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC), np.uint8)


def _ring(centre: tuple[float, float], radii: tuple[float, float], z: float, count: int) -> Points:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    x = centre[0] + radii[0] * np.cos(angle)
    y = centre[1] + radii[1] * np.sin(angle)
    return np.stack([x, y, np.full(count, z)], axis=1)


@cache
def holder() -> Puppet:
    """The astronaut (NASA portrait S93-33103 by way of scikit-image, public domain)."""
    return build(picture(), mesh()[:MESH_POINTS])


def build(face: Image, points: Points) -> Puppet:
    """Head and room as one sheet: the mesh, the hair around it, and what stays where it is."""
    hair = _ring((346.0, 148.0), (152.0, 122.0), 70.0, 28)
    hair = hair[(hair[:, 1] < 245) & (hair[:, 1] > 6)]
    neck = np.array([[286.0, 352.0, 60.0], [335.0, 366.0, 50.0], [385.0, 358.0, 60.0]])
    room = _ring((346.0, 180.0), (235.0, 205.0), 120.0, 24)
    room = room[(room[:, 0] > 2) & (room[:, 0] < WIDTH - 3) & (room[:, 1] > 2) & (room[:, 1] < HEIGHT - 3)]
    edge = [(x, y) for x in range(0, 641, 80) for y in (0, 479)] + [
        (x, y) for y in range(60, 479, 60) for x in (0, 639)
    ]
    border = np.array([[min(x, 639), y, 130.0] for x, y in edge])
    corners = np.concatenate([points, hair, neck, room, border])
    moves = np.concatenate(
        [np.ones(len(points)), np.full(len(hair), 0.9), np.full(3, 0.15), np.zeros(len(room) + len(border))]
    )
    return Puppet(face, corners, moves, _triangles(corners))


def _triangles(corners: Points) -> NDArray[np.int32]:
    subdiv = cv2.Subdiv2D((-10, -10, WIDTH + 20, HEIGHT + 20))
    index: dict[int, int] = {}
    for number, (x, y) in enumerate(corners[:, :2]):
        index[subdiv.insert((float(x), float(y)))] = number
    found = []
    for six in subdiv.getTriangleList():
        three = []
        for x, y in np.reshape(six, (3, 2)):
            if not (-5 <= x <= WIDTH + 5 and -5 <= y <= HEIGHT + 5):
                break
            location, _edge, vertex = subdiv.locate((float(x), float(y)))
            if location != cv2.SUBDIV2D_PTLOC_VERTEX or vertex not in index:
                break
            three.append(index[vertex])
        if len(three) == 3:
            found.append(three)
    return np.array(found, np.int32)
