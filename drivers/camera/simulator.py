"""The face camera from the other end of the wire: plays people over MJPEG, acts on request, misbehaves on request."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from drivers.camera import cast, clips
from drivers.camera.mjpeg import MjpegServer
from drivers.camera.puppet import HEIGHT, WIDTH, Image

CARD_PHOTO = (102, 126)  # width, height of the picture in a resident card's chip
MISBEHAVIOURS = ("well", "black", "frozen", "silent", "dropped", "gone")


class CameraSimulator:
    """Thread-safe. ``port`` is what the kiosk's ``camera`` setting takes, the same way as /dev/v4l/by-id/….

    The picture is not mirrored; "left" and "right" are the resident's own: ``turn_left`` moves the nose to the
    right of the frame. A screen that shows a mirror image flips it for display only.
    """

    def __init__(self, cache_dir: Path | None = None, who: str = "nobody") -> None:
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._clips: dict[tuple[str, str], list[bytes]] = {}
        self._who = who
        self._playing = "idle"
        self._at = 0
        self._black = False
        self._still = False
        self._rng = np.random.default_rng()
        self._server = MjpegServer(self._next_jpeg, clips.FPS)

    @property
    def port(self) -> str:
        """The MJPEG address. Raises RuntimeError before ``start``."""
        return self._server.url

    @property
    def who(self) -> str:
        """Who stands before the camera: holder, other, two, nobody."""
        return self._who

    def start(self, port: int = 0) -> None:
        """Draws the clips if this is the first time, then listens on loopback."""
        self._clips = clips.load(self._cache_dir)
        self._server.start(port)

    def stop(self) -> None:
        """May be called twice."""
        self._server.stop()

    def show(self, who: str) -> None:
        """Changes who is before the camera: holder, other, two, nobody. Raises ValueError for anybody else."""
        if who not in cast.CAST:
            raise ValueError(f"unknown person {who!r}; there are {', '.join(cast.CAST)}")
        with self._lock:
            self._who, self._playing, self._at, self._still = who, "idle", 0, False

    def act(self, what: str) -> None:
        """turn_left, turn_right, blink (then neutral again), look_ahead (at once). Two or no people do nothing."""
        if what not in clips.ACTS:
            raise ValueError(f"unknown act {what!r}; there are {', '.join(clips.ACTS)}")
        with self._lock:
            known = (self._who, what) in self._clips
            self._playing, self._at = (what if known else "idle"), 0

    def hold_photo(self, held: bool = True) -> None:
        """A printed photograph instead of a person: one frame with fresh sensor noise, nothing else moves."""
        with self._lock:
            self._still = held

    def misbehave(self, mode: str) -> None:
        """well, black (lens covered), frozen, silent, dropped (once, cable pulled), gone (until well)."""
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
                return clips.encode(np.abs(self._rng.normal(0, 1.2, (HEIGHT, WIDTH, 3))).astype(np.uint8))
            if self._still:
                first = cv2.imdecode(np.frombuffer(self._clips[self._who, "idle"][0], np.uint8), cv2.IMREAD_COLOR)
                return clips.encode(clips.noisy(np.asarray(first, np.uint8), self._rng))
            frames = self._clips[self._who, self._playing]
            if self._at >= len(frames):
                self._playing, self._at = "idle", 0
                frames = self._clips[self._who, "idle"]
            self._at += 1
            return frames[self._at - 1]


@cache
def _portrait(who: str) -> Image:
    return cast.still(who)


def face_image(who: str) -> Image:
    """A still of ``holder`` or ``other`` for the card: (126, 102, 3) BGR uint8, head and shoulders."""
    return np.asarray(cv2.resize(_portrait(who), CARD_PHOTO, interpolation=cv2.INTER_AREA), np.uint8)
