"""One attempt to recognise the card's holder: match, acts, the same person throughout, one outcome."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from kiosk_app.identity import quality
from kiosk_app.identity.liveness import STEPS, Liveness
from kiosk_app.identity.matching import SAME_PERSON, Matching, ReferenceUnusable, cosine, reference_embedding
from kiosk_app.identity.models import MODEL_NAME, Face, FaceModels, Frame
from kiosk_app.identity.quality import Reading
from kiosk_app.session.model import FaceView
from wire.messages import IdentityEvidence

ATTEMPT_S = 20.0  # a resident who does as asked needs 5 to 8 s; three attempts stay within a minute
LOST_S = 0.8  # without a face during the acts: longer than any blink of the detector, too short to change places
STRANGER_FRAMES = 3  # of another face, or a second one, in a row: one bad frame accuses nobody

Reason = Literal["not_same", "not_live", "timed_out", "camera", "photo"]


@dataclass(frozen=True)
class Matched:
    """The card's holder, alive, stands here."""

    evidence: IdentityEvidence


@dataclass(frozen=True)
class Refused:
    """No match. ``camera``: the camera failed; ``photo``: the card's photograph shows no face."""

    reason: Reason


def _utc_now() -> datetime:
    return datetime.now(UTC)


class FaceAttempt:
    """Feed frames until ``outcome`` is there, then ``forget``. One thread. Frames are never kept, vectors only here.

    ``reference``: the card's photo, (126, 102, 3) BGR; ``attempt``: 1 to 3; ``clock``: monotonic seconds;
    ``rng``: secrets.SystemRandom() except in tests. The time runs from the first frame.
    """

    def __init__(
        self,
        models: FaceModels,
        reference: Frame,
        attempt: int,
        consented_at: datetime,
        clock: Callable[[], float],
        rng: random.Random,
        utc_now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._models = models
        self._attempt = attempt
        self._consented_at = consented_at
        self._clock = clock
        self._rng = rng
        self._utc_now = utc_now
        self._started: float | None = None
        self._hint = ""
        self._eyes: list[float] = []
        self._matching: Matching | None = None
        self._liveness: Liveness | None = None
        self._seen_at = 0.0
        self._strangers = 0
        self._crowd = 0
        self.outcome: Matched | Refused | None = None
        try:
            self._matching = Matching(reference_embedding(models, reference))
        except ReferenceUnusable:
            self.outcome = Refused("photo")

    def feed(self, frame: Frame) -> FaceView:
        """One frame, (height, width, 3) BGR unmirrored. Gives what the screen should say now."""
        now = self._clock()
        if self._started is None:
            self._started = now
        if self.outcome is None and self._matching is not None:
            if now - self._started > ATTEMPT_S:
                self.outcome = Refused("timed_out")
            elif self._liveness is None:
                self._match(self._matching, frame, now)
            else:
                self._watch(self._matching, self._liveness, frame, now)
        return self._view(now)

    def camera_failed(self) -> FaceView:
        """The camera gave a fault instead of a frame: the attempt ends."""
        if self.outcome is None:
            self.outcome = Refused("camera")
        return self._view(self._clock())

    def forget(self) -> None:
        """Zeroes the templates and drops all that was measured; the outcome stays."""
        if self._matching is not None:
            self._matching.forget()
        self._matching, self._liveness = None, None
        self._eyes.clear()
        if self.outcome is None:
            self.outcome = Refused("timed_out")

    def _match(self, matching: Matching, frame: Frame, now: float) -> None:
        faces = self._models.faces(frame)
        self._hint = quality.crowd_hint(faces) or quality.place_hint(faces[0], frame)
        if self._hint:
            return
        reading = quality.read(self._models, frame, faces[0])
        self._hint = "no_face" if reading is None else quality.picture_hint(reading)
        if reading is None or self._hint:
            return
        self._eyes.append(reading.eye_ratio)
        matching.add(self._models.embedding(frame, reading.face))
        if matching.result is False:
            self.outcome = Refused("not_same")
        elif matching.result:
            self._liveness = Liveness(self._rng, float(np.median(self._eyes)), now)
            self._seen_at = now

    def _watch(self, matching: Matching, liveness: Liveness, frame: Frame, now: float) -> None:
        faces = self._models.faces(frame)
        self._hint = quality.crowd_hint(faces)
        reading = quality.read(self._models, frame, faces[0]) if faces else None
        self._crowd = self._crowd + 1 if self._hint == "many_faces" else 0
        if reading is None:
            self._hint = "no_face"
            liveness.tick(now)
        else:
            self._seen_at = now
            if self._same_person(matching, frame, reading.face) and not self._crowd:
                self._hint = self._light_hint(reading)
                liveness.feed(reading, now)
            else:
                liveness.tick(now)
        if self._strangers >= STRANGER_FRAMES:
            self.outcome = Refused("not_same")
        elif liveness.failed or self._crowd >= STRANGER_FRAMES or now - self._seen_at > LOST_S:
            self.outcome = Refused("not_live")
        elif liveness.done:  # the last frame looked ahead and was the same person's
            self.outcome = Matched(self._evidence(matching, liveness))

    def _same_person(self, matching: Matching, frame: Frame, face: Face) -> bool:
        vector = self._models.embedding(frame, face)
        same = matching.anchor is not None and cosine(vector, matching.anchor) >= SAME_PERSON
        vector[:] = 0
        self._strangers = 0 if same else self._strangers + 1
        return same

    def _light_hint(self, reading: Reading) -> str:
        """During the acts, a turned head and a moved one are what was asked for."""
        hint = quality.picture_hint(reading)
        return hint if hint in ("more_light", "too_bright") else ""

    def _evidence(self, matching: Matching, liveness: Liveness) -> IdentityEvidence:
        return IdentityEvidence(
            method="card+face",
            result="match",
            score_band=matching.band,
            model=MODEL_NAME,
            challenges=tuple(liveness.completed),
            attempts=self._attempt,
            consented_at=self._consented_at,
            verified_at=self._utc_now(),
        )

    def _view(self, now: float) -> FaceView:
        refused = self.outcome.reason if isinstance(self.outcome, Refused) else ""
        liveness = self._liveness
        overall = ATTEMPT_S - (now - (self._started if self._started is not None else now))
        seconds = overall if liveness is None else min(overall, liveness.seconds_left(now))
        return FaceView(
            attempt=self._attempt,
            hint="" if self.outcome else self._hint,
            challenge="" if liveness is None or self.outcome else liveness.asked,
            seconds_left=None if self.outcome else max(0, math.ceil(seconds)),
            step=0 if liveness is None else len(liveness.completed),
            steps=STEPS if liveness is None else liveness.steps,
            refused=refused,
        )
