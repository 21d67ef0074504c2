"""Is the face at the camera the face on the card? Best of several good frames, by SFace's cosine."""

from __future__ import annotations

from typing import Literal

import numpy as np

from kiosk_app.identity.models import Embedding, FaceModels, Frame

# 3,017 LFW images all against all (facts: 1 false accept in 10,000 and in 100,000); calibrate on site.
THRESHOLD = 0.41
HIGH = 0.46
GOOD_FRAMES = 3  # so many before a match counts: one lucky frame is not a person
MAX_FRAMES = 10  # so many good frames without a match are another person: half a second more changes nothing
SAME_PERSON = 0.5  # between frames of one attempt; measured 0.85 and more at 20° of yaw, 0.26 and less between people


class ReferenceUnusable(Exception):
    """No face, or more than one, in the card's photograph."""


def reference_embedding(models: FaceModels, photo: Frame) -> Embedding:
    """The card photo's vector; (126, 102, 3) BGR or larger. Raises ReferenceUnusable."""
    faces = models.faces(photo)
    if len(faces) != 1:
        raise ReferenceUnusable(f"{len(faces)} faces in the card's photograph")
    return models.embedding(photo, faces[0])


def cosine(one: Embedding, other: Embedding) -> float:
    """-1 to 1 of two vectors of length 1."""
    return float(np.dot(one, other))


class Matching:
    """Collects frames that are good enough; ``result`` is None until it is known."""

    def __init__(self, reference: Embedding) -> None:
        self._reference = reference
        self._best = -1.0
        self._frames = 0
        self.anchor: Embedding | None = None  # the best frame's vector: who stands here

    def add(self, vector: Embedding) -> None:
        """One good frame's vector."""
        self._frames += 1
        score = cosine(vector, self._reference)
        if score > self._best:
            self._best, self.anchor = score, vector.copy()

    @property
    def result(self) -> bool | None:
        """True: the card's holder; False: not; None: more frames are needed."""
        if self._frames >= GOOD_FRAMES and self._best >= THRESHOLD:
            return True
        return False if self._frames >= MAX_FRAMES else None

    @property
    def band(self) -> Literal["high", "medium"]:
        """How sure: beyond 1 false accept in 100,000 or in 10,000. Only meaningful after a match."""
        return "high" if self._best >= HIGH else "medium"

    def forget(self) -> None:
        """Zeroes the vectors, then drops the score."""
        self._reference[:] = 0
        if self.anchor is not None:
            self.anchor[:] = 0
        self.anchor, self._best, self._frames = None, -1.0, 0
