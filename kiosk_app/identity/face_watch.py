"""One face attempt on the camera's frames; keeps the newest frame for the preview, and nothing after the end."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import structlog
from numpy.typing import NDArray

from drivers.camera.device import Camera
from drivers.device import Fault
from drivers.host import DeviceHost
from drivers.id_card.card import IdCard
from drivers.id_card.photo import Bgr, decode_photo
from kiosk_app.identity.attempt import FaceAttempt, Matched, Refused
from kiosk_app.identity.models import FaceModels
from kiosk_app.session import events

log = structlog.get_logger()

FRAME_S = 0.05  # 20 frames a second: a blink lasts 100 to 400 ms, so it is seen in at least two frames


@dataclass
class _Running:
    session_id: str
    photo: bytes = field(repr=False)
    number: int  # 1 to 3
    consented_at: str
    attempt: FaceAttempt | None = None  # made at the first step
    told: object = None


class FaceWatch:
    """Posts FaceProgress when what the screen says changes, then FaceMatched or FaceRefused."""

    def __init__(
        self,
        host: DeviceHost[Camera],
        models: FaceModels,
        post: Callable[[object], None],
        decode: Callable[[bytes], Bgr] = decode_photo,
    ) -> None:
        """``decode`` is the deployment's photo decoder (drivers.id_card.photo.CardPhotos.decode)."""
        self._host = host
        self._decode = decode
        self._models = models
        self._post = post
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._frame: NDArray[np.uint8] | None = None

    def begin(self, session_id: str, card: IdCard, attempt: int, consented_at: str) -> None:
        """The card's photo is decoded on the camera's thread: a vendor's library may need its whole time limit."""
        self.end()
        running = _Running(session_id, card.photo, attempt, consented_at)
        with self._lock:
            self._running = running
        self._host.watch(session_id, lambda camera: self._step(running, camera), FRAME_S)

    def _prepare(self, running: _Running) -> bool:
        """Whether there is an attempt now, to be fed."""
        if running.attempt is not None:
            return True
        try:
            reference = self._decode(running.photo)
        except Fault as fault:  # not the camera's: its host must not hear of it
            log.warning("card_photo_unreadable", code=fault.code)
            if self._running is running:
                self._finish(events.FaceRefused(running.session_id, "photo"))
            return False
        started = datetime.fromisoformat(running.consented_at)
        attempt = FaceAttempt(self._models, reference, running.number, started, time.monotonic, secrets.SystemRandom())
        with self._lock:
            if self._running is not running:  # ended meanwhile
                attempt.forget()
                return False
            running.attempt = attempt
        return True

    def _step(self, running: _Running, camera: Camera) -> None:
        if not self._prepare(running):
            return
        try:
            frame = camera.frame()
        except Fault:
            if self._running is running:
                self._finish(events.FaceRefused(running.session_id, "camera"))
            raise
        with self._lock:
            if self._running is not running or running.attempt is None:
                return
            self._frame = frame
            view = running.attempt.feed(frame)
            outcome = running.attempt.outcome
        match outcome:
            case Matched(evidence):
                self._finish(events.FaceMatched(running.session_id, evidence))
            case Refused(reason):
                self._finish(events.FaceRefused(running.session_id, reason))
            case _ if view != running.told:
                running.told = view
                self._post(events.FaceProgress(running.session_id, view))

    def _finish(self, event: object) -> None:
        self.end()
        self._post(event)

    def frame(self) -> NDArray[np.uint8] | None:
        """The newest frame while an attempt runs, BGR uint8; None otherwise."""
        return self._frame

    def end(self) -> None:
        """Stops looking and forgets frames and templates; may be called at any time, twice too."""
        self._host.unwatch()
        with self._lock:
            running, self._running, self._frame = self._running, None, None
            if running is not None and running.attempt is not None:
                running.attempt.forget()
