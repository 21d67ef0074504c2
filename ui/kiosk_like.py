"""What the screens need of an appliance; kiosk_app.app builds the real one, gallery and tests their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk_app.session.model import Session

Frame = NDArray[np.uint8]  # height x width x 3, blue-green-red as OpenCV gives it


class KioskLike(Protocol):
    """One appliance, seen from its screen. Every method returns at once; none of them raises."""

    @property
    def session(self) -> Session:
        """The newest session, an immutable value."""

    def subscribe(self, callback: Callable[[Session], None]) -> None:
        """Call back on every change, from whatever thread makes it."""

    def post(self, event: Any) -> None:
        """Hand over an event of kiosk_app.session.events; from any thread."""

    def face_frame(self) -> Frame | None:
        """The newest picture of the face camera, or None while there is none."""

    def page_frame(self) -> Frame | None:
        """The newest picture of the document camera, or None while there is none."""

    def captured_page(self) -> bytes | None:
        """The page that waits for yes or retake, as JPEG, or None."""

    def search(self, query: str) -> list[str]:
        """Codes of the services that fit characters or pinyin initials, best first; all of them for an empty query."""

    def start(self) -> None: ...

    def stop(self) -> None: ...
