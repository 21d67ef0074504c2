"""The document camera from the other end of the wire: a desk over MJPEG, papers laid on it, misbehaviour on request."""

from __future__ import annotations

import threading
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.camera.mjpeg import MjpegServer
from drivers.document_camera.paper import DESK, WRONG_ADDRESS, Image, draw_tenancy, on_desk, tenancy_of

FPS = 5  # 3 megapixels at 5 a second is what such a camera gives over USB 2 in a dim room
GRAIN_ROWS = 1024  # where in its noise a frame begins: one that seldom repeats, as a live sensor's never does
JPEG_QUALITY = 90
PAPERS = ("proof", "wrong_address", "blurred", "glare", "cut_off", "dark", "none")
MISBEHAVIOURS = ("well", "black", "frozen", "silent", "dropped", "gone")


class DocumentCameraSimulator:
    """Thread-safe. ``port`` is what the kiosk's ``document_camera`` setting takes."""

    def __init__(self, paper: str = "none") -> None:
        self._lock = threading.Lock()
        self._rng = np.random.default_rng()
        self._black = False
        self._server = MjpegServer(self._next_jpeg, FPS)
        self.show(paper)

    @property
    def port(self) -> str:
        """The MJPEG address. Raises RuntimeError before ``start``."""
        return self._server.url

    def start(self, port: int = 0) -> None:
        """Listens on loopback."""
        self._server.start(port)

    def stop(self) -> None:
        """May be called twice."""
        self._server.stop()

    def show(self, paper: str, person: str = "holder") -> None:
        """Lays one of PAPERS down; ``person`` is a table of people.toml.

        Takes about half a second the first time, for the drawing.
        """
        if paper not in PAPERS:
            raise ValueError(f"unknown paper {paper!r}; there are {', '.join(PAPERS)}")
        desk = _desk(paper, person)
        with self._lock:
            self._looks_at = desk

    def misbehave(self, mode: str) -> None:
        """well, black (lamp off, lens covered), frozen, silent, dropped (once), gone (until well)."""
        if mode not in MISBEHAVIOURS:
            raise ValueError(f"unknown misbehaviour {mode!r}; there are {', '.join(MISBEHAVIOURS)}")
        with self._lock:
            self._black = mode == "black"
        self._server.misbehave({"frozen": "frozen", "silent": "silent", "gone": "refuse"}.get(mode, "well"))
        if mode == "dropped":
            self._server.drop()

    def _next_jpeg(self) -> bytes:
        with self._lock:
            if self._black:
                return _encode(np.zeros((DESK[1], DESK[0], 3), np.uint8))
            first = int(self._rng.integers(GRAIN_ROWS))
            desk = self._looks_at
        height, width = desk.shape[:2]
        grain = _grain()[first : first + height, :width]
        # A few frames in turn would do for a person, but not for a driver that asks every five seconds: its questions
        # fall in step with them, and a desk that looks the same four times over is a frozen camera.
        return _encode(np.asarray(cv2.add(desk, grain, dtype=cv2.CV_8U), np.uint8))


@cache
def _grain() -> NDArray[np.int8]:
    """Noise of a dim room, the same in all three colours; taller than a frame."""
    rows = np.random.default_rng(11).normal(0, 2.0, (DESK[1] + GRAIN_ROWS, DESK[0], 1))
    return np.repeat(np.rint(np.clip(rows, -127, 127)).astype(np.int8), 3, axis=2)


@lru_cache(maxsize=16)
def _desk(paper: str, person: str) -> Image:
    if paper == "none":
        return on_desk(None)
    desk = on_desk(draw_tenancy(tenancy_of(person, WRONG_ADDRESS if paper == "wrong_address" else None)))
    if paper == "cut_off":
        return np.asarray(np.roll(desk, 420, axis=1)[:, 420:].copy(), np.uint8)
    if paper == "dark":
        return np.asarray((desk * 0.14).astype(np.uint8), np.uint8)
    if paper == "blurred":
        return np.asarray(cv2.GaussianBlur(desk, (0, 0), 5), np.uint8)
    if paper == "glare":
        spot = np.zeros((DESK[1], DESK[0]), np.float32)
        cv2.ellipse(spot, (760, 820), (330, 190), 25, 0, 360, 1.0, -1)
        return np.asarray(np.clip(desk + 255 * cv2.GaussianBlur(spot, (0, 0), 40)[..., None], 0, 255), np.uint8)
    return desk


def _encode(frame: Image) -> bytes:
    done, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise RuntimeError("OpenCV did not encode a JPEG")
    return bytes(data)
