"""What one frame of a face attempt costs, as a ratio to bare YuNet detection: python -m benchmarks.faces."""

from __future__ import annotations

import importlib.util
import statistics
import time
from collections.abc import Callable

import cv2

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


def main() -> None:
    """Prints one line a part."""
    models = FaceModels.load()
    frame = somebody("holder", Pose())
    face = models.faces(frame)[0]
    reference = reference_embedding(models, face_image("holder"))

    def whole() -> float:
        found = models.faces(frame)[0]
        quality.read(models, frame, found)
        return float(models.embedding(frame, found) @ reference)

    bare = median_ms(lambda: models.faces(frame))
    print(f"threads {cv2.getNumThreads()}, frame {frame.shape[1]} x {frame.shape[0]}, median of {ROUNDS}")
    for name, cost in (
        ("YuNet detection alone", bare),
        ("mesh: yaw, eyes, light", median_ms(lambda: quality.read(models, frame, face))),
        ("SFace embedding", median_ms(lambda: models.embedding(frame, face))),
        ("a whole frame", median_ms(whole)),
    ):
        print(f"{name:28} {cost:7.1f} ms   {cost / bare:5.1f} x bare detection")
    if importlib.util.find_spec("face_recognition") is None:
        print("face_recognition (dlib)      not installed (extra: dlib)")
        return
    import face_recognition  # type: ignore[import-not-found,unused-ignore]

    rgb = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
    cost = median_ms(lambda: face_recognition.face_encodings(rgb))
    print(f"{'face_recognition (dlib)':28} {cost:7.1f} ms   {cost / bare:5.1f} x bare detection")


if __name__ == "__main__":
    main()
