"""The wire of both simulated cameras: JPEG after JPEG over HTTP on loopback, always the newest."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODES = ("well", "frozen", "silent", "refuse")
BOUNDARY = b"frame"


class MjpegServer:
    """Sends ``next_jpeg()`` to whoever opens ``url``, ``fps`` times a second, until told to misbehave.

    ``next_jpeg`` is called from the connections' threads and must be quick. A slow reader misses frames: time
    goes on without it, as before a lens.
    """

    def __init__(self, next_jpeg: Callable[[], bytes], fps: float) -> None:
        self._next_jpeg = next_jpeg
        self._interval_s = 1.0 / fps
        self._mode = "well"
        self._last = b""
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def url(self) -> str:
        """Where VideoCapture opens it. Raises RuntimeError before ``start``."""
        if self._server is None:
            raise RuntimeError("the camera's server is not started")
        return f"http://127.0.0.1:{self._server.server_address[1]}/stream.mjpg"

    def start(self, port: int = 0) -> None:
        """Listens on loopback; port 0 takes a free one."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._serve(self)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the kiosk's log tells what the camera did."""

        self._stopping = False
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="mjpeg", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Drops every connection and the port; may be called twice."""
        self._stopping = True
        self.drop()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._server, self._thread = None, None

    def misbehave(self, mode: str) -> None:
        """well; frozen repeats the last frame; silent keeps the line open; refuse drops it and new ones."""
        if mode not in MODES:
            raise ValueError(f"unknown misbehaviour {mode!r}; there are {', '.join(MODES)}")
        with self._changed:
            self._mode = mode
            self._changed.notify_all()
        if mode == "refuse":
            self.drop()

    def drop(self) -> None:
        """Cuts every open stream in the middle of a frame, as a pulled cable does; new connections are served."""
        with self._changed:
            streams = list(self._open)
            self._changed.notify_all()
        for stream in streams:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        if self._mode == "refuse" or self._stopping:
            request.send_error(503)
            return
        stream = request.connection
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)  # little room for old frames
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._changed:
            self._open.add(stream)
        try:
            request.send_response(200)
            request.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY.decode()}")
            request.end_headers()
            self._send_frames(request)
        except OSError:
            pass  # the kiosk closed its end
        finally:
            request.close_connection = True
            with self._changed:
                self._open.discard(stream)

    def _send_frames(self, request: BaseHTTPRequestHandler) -> None:
        due = time.monotonic()
        while not self._stopping and self._mode != "refuse":
            with self._changed:
                if self._changed.wait_for(lambda: self._stopping, timeout=max(0.0, due - time.monotonic())):
                    return
                if self._mode == "silent":
                    self._changed.wait(timeout=0.5)
                    continue
                if self._mode != "frozen" or not self._last:
                    self._last = self._next_jpeg()
                jpeg = self._last
            head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (BOUNDARY, len(jpeg))
            request.wfile.write(head + jpeg + b"\r\n")
            due = max(due + self._interval_s, time.monotonic())
