"""A UVC camera, a video file or an MJPEG address through OpenCV's VideoCapture."""

from __future__ import annotations

import contextlib
import os
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import structlog
from numpy.typing import NDArray

from drivers.device import Blocked, Fault, Missing, Ready, Status, Unknown

log = structlog.get_logger()

OPEN_TIMEOUT_MS = 4000  # a UVC camera answers within 2 s after a replug; longer means that it is not there
READ_TIMEOUT_MS = 1500  # 7 frames at the 5 fps that a dim room leaves of 30
CATCH_UP_S = 1.0  # reading away what piled up while nobody looked: a socket holds some 100 small frames
FRESH_WAIT_S = 0.004  # a grab that takes this much longer than the quickest one waited for the sensor: it is new
BLACK_MEAN = 6.0  # of 255: a covered lens gives 0 to 3, a night hall with the screen lit 20 and more
BLACK_AFTER_S = 1.0  # exposure control gives some dark frames after opening
FROZEN_AFTER_S = 2.0  # sensor noise makes every live frame differ; a stuck encoder repeats itself
FROZEN_FRAMES = 4  # so many repeats as well: a slow poll alone is no proof


@dataclass(frozen=True)
class Picture:
    """What a camera agreed to: pixels, and pictures a second (0 where it does not say)."""

    width: int
    height: int
    fps: float


class UvcCamera:
    """Blocking, one thread, at most about OPEN_TIMEOUT_MS to open and READ_TIMEOUT_MS a frame.

    ``kind`` is the prefix of the fault codes: the document camera reuses this class.
    """

    def __init__(
        self,
        port: str,
        width: int = 640,
        height: int = 480,
        kind: str = "camera",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._size = (width, height)
        self._kind = kind
        self._clock = clock
        self._capture: cv2.VideoCapture | None = None
        self.granted: Picture | None = None
        """What the camera agreed to at the last ``open``; the wish is only a wish."""
        self._file = Path(port).is_file()
        self._quickest = float("inf")
        self._dark_since: float | None = None
        self._mark = -1
        self._same = 0
        self._same_since = 0.0

    def open(self) -> None:
        """Raises Fault ``lost`` when nothing answers in time."""
        self.close()
        with _quiet():
            capture = self._connect()
        if not capture.isOpened():
            capture.release()
            raise self._fault("lost", "does not open")
        self._capture = capture
        self.granted = Picture(
            int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
            int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            float(capture.get(cv2.CAP_PROP_FPS)),
        )
        if (self.granted.width, self.granted.height) != self._size:
            # A camera gives the nearest of its sizes; the models scale, so it works, but reading small print may not.
            log.warning("camera_other_size", device=self._kind, wished=self._size, granted=self.granted)

    def close(self) -> None:
        """Lets go of the device; may be called twice."""
        if self._capture is not None:
            self._capture.release()
        self._capture = None
        self._forget()

    def status(self) -> Status:
        """Asks for a frame: Ready, Blocked (black, frozen), Missing, or Unknown while not open."""
        if self._capture is None:
            return Unknown()
        try:
            self.frame()
        except Fault as fault:
            return Missing() if fault.code == f"{self._kind}.lost" else Blocked(fault.code)
        return Ready()

    def frame(self) -> NDArray[np.uint8]:
        """The newest frame, (height, width, 3) BGR uint8, older ones dropped. Raises Fault lost, black, frozen."""
        if self._capture is None:
            raise self._fault("lost", "not open")
        self._grab_newest(self._capture)
        got, image = self._capture.retrieve()
        if not got or image is None or image.ndim != 3:
            self.close()
            raise self._fault("lost", "no picture")
        frame = np.asarray(image, np.uint8)
        self._judge(frame)
        return frame

    def _connect(self) -> cv2.VideoCapture:
        if "://" in self._port or self._file:
            limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS]
            return cv2.VideoCapture(self._port, cv2.CAP_FFMPEG, limits)
        if not Path(self._port).exists():  # V4L2 would search for another camera
            return cv2.VideoCapture()
        device = os.path.realpath(self._port)  # OpenCV's V4L2 wants /dev/videoN, not the by-id link
        wishes = [cv2.CAP_PROP_FRAME_WIDTH, self._size[0], cv2.CAP_PROP_FRAME_HEIGHT, self._size[1]]
        wishes += [cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"), cv2.CAP_PROP_BUFFERSIZE, 1]
        wishes += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS]
        return cv2.VideoCapture(device, cv2.CAP_V4L2, wishes)

    def _grab_newest(self, capture: cv2.VideoCapture) -> None:
        end = self._clock() + CATCH_UP_S
        while True:
            before = time.perf_counter()  # how long the device took, whatever clock the test gives
            with _quiet():
                got = capture.grab()
            took = time.perf_counter() - before
            if not got:
                if self._file and capture.set(cv2.CAP_PROP_POS_FRAMES, 0) and capture.grab():
                    return  # a file is a rehearsal: it starts again
                self.close()
                raise self._fault("lost", "stream ended or silent")
            self._quickest = min(self._quickest, took)
            if self._file or took > 2 * self._quickest + FRESH_WAIT_S or self._clock() > end:
                return

    def _judge(self, frame: NDArray[np.uint8]) -> None:
        now = self._clock()
        small = frame[::4, ::4]
        dark = float(small.mean()) < BLACK_MEAN
        self._dark_since = (now if self._dark_since is None else self._dark_since) if dark else None
        if self._dark_since is not None and now - self._dark_since >= BLACK_AFTER_S:
            raise self._fault("black", "lens covered or sensor dead")
        mark = zlib.crc32(np.ascontiguousarray(small).data)
        if mark != self._mark or dark:
            self._mark, self._same_since, self._same = mark, now, 0
            return
        self._same += 1
        if self._same >= FROZEN_FRAMES and now - self._same_since >= FROZEN_AFTER_S and not self._file:
            raise self._fault("frozen", "the same picture again and again")

    def _forget(self) -> None:
        self._quickest = float("inf")
        self._dark_since = None
        self._mark = -1
        self._same = 0
        self._same_since = 0.0

    def _fault(self, code: str, detail: str) -> Fault:
        return Fault(f"{self._kind}.{code}", detail)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """OpenCV prints a line for every camera that is away; the fault says it once and better."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)


def create(port: str, width: int = 640, height: int = 480) -> UvcCamera:
    """``port``: /dev/v4l/by-id/…, a video file, or an http MJPEG address; the size is a wish to a real camera."""
    return UvcCamera(port, width, height)
