"""The rendered clips of the simulated camera: drawn once, kept as MJPEG files in a cache folder."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from drivers.camera.cast import CAST, somebody
from drivers.camera.puppet import FACES, Image, Pose

FPS = 20  # enough to see a blink of 0.3 s closed five times or so
JPEG_QUALITY = 90
NOISE = 2.0  # standard deviation of the sensor's noise, of 255
IDLE_S, TURN_S, BLINK_S = 3.0, 1.6, 0.7
TURN_YAW = 27.0  # degrees: what people do who are asked to turn a little
ACTS = ("turn_left", "turn_right", "blink", "look_ahead")
CLIPS = {"holder": ("idle", *ACTS[:3]), "other": ("idle", *ACTS[:3]), "two": ("idle",), "nobody": ("idle",)}


def poses(act: str) -> list[Pose]:
    """The poses of one act, FPS a second, beginning and ending near the middle of the idle movement."""
    seconds = {"idle": IDLE_S, "blink": BLINK_S}.get(act, TURN_S)
    count = round(seconds * FPS)
    return [_pose(act, number / count) for number in range(count)]


def _pose(act: str, part: float) -> Pose:
    if act == "idle":  # nobody stands still: breath, balance, the light of the screen
        wave = 2 * math.pi * part
        yaw, pitch = 1.6 * math.sin(wave), 1.0 * math.sin(2 * wave)
        return Pose(
            yaw,
            pitch,
            0.8 * math.sin(wave),
            0.0,
            2.5 * math.sin(wave),
            1.5 * math.sin(2 * wave),
            1 + 0.03 * math.sin(wave),
        )
    if act == "blink":
        return Pose(closed=_plateau(part, 0.2, 0.75))
    side = 1.0 if act == "turn_left" else -1.0
    swing = _plateau(part, 0.3, 0.7)
    return Pose(yaw=side * TURN_YAW * swing, pitch=1.5 * swing, dx=side * 4 * swing)


def _plateau(part: float, rise: float, fall: float) -> float:
    """0 at both ends, 1 between ``rise`` and ``fall``, smooth."""
    edge = min(part / rise, (1 - part) / (1 - fall), 1.0)
    return 0.5 - 0.5 * math.cos(math.pi * edge)


def load(cache: Path | None = None) -> dict[tuple[str, str], list[bytes]]:
    """Every clip as a list of JPEG files, keyed by (who, act). Draws them the first time, about 8 s."""
    root = cache or Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kiosk-never-closes"
    folder = root / f"faces-{_fingerprint()}"
    if not folder.is_dir():
        _render_all(folder)
    return {(who, act): split((folder / f"{who}-{act}.mjpeg").read_bytes()) for who in CAST for act in CLIPS[who]}


def split(mjpeg: bytes) -> list[bytes]:
    """The JPEG files of a raw MJPEG file: FF D8 FF cannot stand inside the entropy-coded data."""
    starts = []
    at = mjpeg.find(b"\xff\xd8\xff")
    while at >= 0:
        starts.append(at)
        at = mjpeg.find(b"\xff\xd8\xff", at + 3)
    return [mjpeg[a:b] for a, b in zip(starts, [*starts[1:], len(mjpeg)], strict=True)]


def encode(frame: Image, quality: int = JPEG_QUALITY) -> bytes:
    """BGR to JPEG."""
    done, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError("OpenCV did not encode a JPEG")
    return bytes(data)


def noisy(frame: Image, rng: np.random.Generator, sigma: float = NOISE) -> Image:
    """With sensor noise: without it a healthy camera would look frozen."""
    grain = rng.normal(0, sigma, frame.shape[:2]).astype(np.float32)[..., None]
    return np.asarray(np.clip(frame + grain, 0, 255), np.uint8)


def _render_all(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix="drawing-"))
    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda clip: _render(work, *clip), [(w, a) for w in CAST for a in CLIPS[w]]))
        try:
            work.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was quicker: its clips are the same
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _render(work: Path, who: str, act: str) -> None:
    rng = np.random.default_rng(7)
    jpegs = [encode(noisy(somebody(who, pose), rng)) for pose in poses(act)]
    (work / f"{who}-{act}.mjpeg").write_bytes(b"".join(jpegs))


def _fingerprint() -> str:
    """Of everything the clips are made from, so that a change draws them anew."""
    here = Path(__file__).parent
    files = [
        here / "puppet.py",
        here / "cast.py",
        here / "clips.py",
        FACES / "astronaut.png",
        FACES / "astronaut_mesh.csv",
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
