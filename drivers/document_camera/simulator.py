"""The document camera from the other end of the wire: a desk over MJPEG, papers laid on it, misbehaviour on request."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from functools import lru_cache

import cv2
import numpy as np

from drivers.camera.mjpeg import MjpegServer
from drivers.document_camera.paper import DESK, WRONG_ADDRESS, Image, draw_tenancy, on_desk, tenancy_of

FPS = 5  # 3 megapixels at 5 a second is what such a camera gives over USB 2 in a dim room
VARIANTS = 3  # with different noise each: a desk that never changes would look like a frozen camera
JPEG_QUALITY = 90
PAPERS = ("proof", "wrong_address", "blurred", "glare", "cut_off", "dark", "none")
MISBEHAVIOURS = ("well", "black", "frozen", "silent", "dropped", "gone")


class DocumentCameraSimulator:
    """Thread-safe. ``port`` is what the kiosk's ``document_camera`` setting takes."""

    def __init__(self, paper: str = "none") -> None:
        self._lock = threading.Lock()
        self._frames: Iterator[bytes] = iter(())
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
        frames = _frames(paper, person)
        with self._lock:
            self._frames = itertools.cycle(frames)

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
            return next(self._frames)


@lru_cache(maxsize=16)
def _frames(paper: str, person: str) -> tuple[bytes, ...]:
    desk = _desk(paper, person)
    rng = np.random.default_rng(11)
    noise = [rng.normal(0, 2.0, desk.shape[:2]).astype(np.float32)[..., None] for _ in range(VARIANTS)]
    return tuple(_encode(np.clip(desk + grain, 0, 255).astype(np.uint8)) for grain in noise)


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
