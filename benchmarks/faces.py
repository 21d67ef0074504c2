"""What one frame of a face attempt costs, as a ratio to bare YuNet detection: ./kiosk bench faces."""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable

import cv2

from benchmarks.report import Figure, Report, command
from drivers.camera.cast import somebody
from drivers.camera.puppet import Pose
from drivers.camera.simulator import face_image
from kiosk_app.identity import quality
from kiosk_app.identity.matching import reference_embedding
from kiosk_app.identity.models import FaceModels

ROUNDS = 40


def median_ms(work: Callable[[], object]) -> float:
    """Milliseconds, the median of ROUNDS after three to warm up."""
    times = []
    for number in range(ROUNDS + 3):
        start = time.perf_counter()
        work()
        if number >= 3:
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def run(_options: argparse.Namespace) -> Report:
    models = FaceModels.load()
    frame = somebody("holder", Pose())
    face = models.faces(frame)[0]
    reference = reference_embedding(models, face_image("holder"))

    def whole() -> float:
        found = models.faces(frame)[0]
        quality.read(models, frame, found)
        return float(models.embedding(frame, found) @ reference)

    bare = median_ms(lambda: models.faces(frame))
    costs = {
        "mesh: yaw, eyes, light": median_ms(lambda: quality.read(models, frame, face)),
        "SFace embedding": median_ms(lambda: models.embedding(frame, face)),
        "a whole frame": median_ms(whole),
    }
    if importlib.util.find_spec("face_recognition") is not None:
        import face_recognition  # type: ignore[import-not-found,unused-ignore]

        rgb = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
        costs["face_recognition (dlib)"] = median_ms(lambda: face_recognition.face_encodings(rgb))
    figures = [Figure(name, cost, "ms", bare, "YuNet detection") for name, cost in costs.items()]
    settings = {"rounds": ROUNDS, "threads": cv2.getNumThreads(), "dlib": "face_recognition (dlib)" in costs}
    title = f"One frame of {frame.shape[1]} × {frame.shape[0]}, {cv2.getNumThreads()} threads, median of {ROUNDS}"
    return Report("faces", title, tuple(figures), settings=settings)


def main() -> None:
    command(argparse.ArgumentParser(description=__doc__), run)


if __name__ == "__main__":
    main()
