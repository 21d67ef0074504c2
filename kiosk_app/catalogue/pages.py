"""Pages under the document camera: live view, one capture, kept in memory until sealed or wiped."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from drivers.device import Fault
from drivers.document_camera.device import DocumentCamera
from drivers.host import DeviceHost
from kiosk_app.session import events
from wire.canonical import bytes_sha256
from wire.messages import MaterialRef

# Those that the resident can mend; the rest is the camera's.
PAGE_PROBLEMS = ("no_page", "cut_off", "too_dark", "blurred", "glare")
LIVE_FRAME_S = 0.1  # ten frames a second are enough to place a sheet of paper


class PageDesk:
    """Posts PageCaptured or PageRefused. ``pages`` are JPEG bytes by SHA-256, in memory only."""

    def __init__(self, host: DeviceHost[DocumentCamera], post: Callable[[object], None]) -> None:
        self._host = host
        self._post = post
        self._lock = threading.Lock()
        self._live: NDArray[np.uint8] | None = None
        self._open = False
        self._preview: str = ""
        self._pages: dict[str, bytes] = {}

    def open(self, session_id: str) -> None:
        self._open = True
        self._host.watch(session_id, self._look, LIVE_FRAME_S)

    def close(self) -> None:
        self._open = False
        self._host.unwatch()
        self._live = None

    def _look(self, camera: DocumentCamera) -> None:
        frame = camera.frame()
        if self._open:
            self._live = frame

    def take(self, session_id: str, kind: str) -> None:
        """One capture; the answer comes as an event."""

        future = self._host.submit(session_id, lambda camera: camera.capture())

        def done(_: object) -> None:
            try:
                jpeg = future.result()
            except Fault as fault:
                code = fault.code.rpartition(".")[2]
                self._post(events.PageRefused(session_id, code if code in PAGE_PROBLEMS else "camera"))
                return
            digest = bytes_sha256(jpeg)
            with self._lock:
                if not self._open:  # the session ended while the camera worked
                    return
                self._pages[digest] = jpeg
                self._preview = digest
            ref = MaterialRef(kind=kind, sha256=digest, media_type="image/jpeg", size_bytes=len(jpeg))
            self._post(events.PageCaptured(session_id, ref))

        future.add_done_callback(done)

    def drop_preview(self) -> None:
        with self._lock:
            self._pages.pop(self._preview, None)
            self._preview = ""

    def preview(self) -> bytes | None:
        """JPEG of the page that waits for yes or retake."""
        return self._pages.get(self._preview)

    def live(self) -> NDArray[np.uint8] | None:
        return self._live

    def pages(self) -> dict[str, bytes]:
        with self._lock:
            return dict(self._pages)

    def wipe(self) -> None:
        self.close()
        with self._lock:
            self._pages.clear()
            self._preview = ""
