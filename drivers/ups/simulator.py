"""A supply behind an upsd, from the other end of the wire: the words of NUT's protocol, which also misbehave."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

NAME = "rig"
# what a small line-interactive supply says; a status is a scene that a person can play
SCENES: dict[str, tuple[str, int, int]] = {
    "mains": ("OL", 100, 1800),
    "charging": ("OL CHRG", 62, 1100),
    "battery": ("OB DISCHRG", 71, 1250),
    "low": ("OB DISCHRG LB", 8, 90),
    "worn": ("OL RB", 100, 300),
    "overload": ("OL OVER", 100, 600),
    "bypass": ("OL BYPASS", 100, 1800),
    "alarm": ("OL ALARM", 100, 1800),
    "off": ("OFF", 100, 1800),
    "shutting_down": ("FSD OB LB", 3, 20),
    "starting": ("WAIT", 0, 0),
    "nonsense": ("HELLO", 100, 1800),
}
ERRORS = ("DATA-STALE", "DRIVER-NOT-CONNECTED", "UNKNOWN-UPS", "ACCESS-DENIED")
LINE_FAULTS = (
    "silence", "garbage", "split", "glued", "truncated", "endless", "other_ups", "hang_up", "wrong_end", "late",
)  # fmt: skip
KINDS = (*LINE_FAULTS, *(code.lower().replace("-", "_") for code in ERRORS))
LATE_S = 3.0  # longer than the driver waits
TRAFFIC_KEPT, TRAFFIC_CHUNK = 64, 64  # as on a simulated serial port
READ_MOST = 1024


class _Conversation(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.converse(self.request)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, converse: Callable[[socket.socket], None]) -> None:
        self.converse = converse
        super().__init__(("127.0.0.1", port), _Conversation)


class UpsSimulator:
    """One upsd on loopback (``port`` is ``rig@127.0.0.1:N``). Safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._scene = "mains"
        self._kind: str | None = None
        self.traffic: deque[tuple[str, bytes]] = deque(maxlen=TRAFFIC_KEPT)
        self._open: set[socket.socket] = set()
        self._closing = threading.Event()
        self._server: _Server | None = None
        self._number = 0
        self.start()

    @property
    def port(self) -> str:
        return f"{NAME}@127.0.0.1:{self._number}"

    def start(self) -> None:
        """Run (again), on the same port."""
        if self._server is None:
            self._closing.clear()
            self._server = _Server(self._number, self._converse)
            self._number = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, args=(0.05,), name="simulated-ups", daemon=True).start()

    def close(self) -> None:
        """Stop the service, as ``kill`` would: every connection breaks. May be called twice."""
        server, self._server = self._server, None
        if server is None:
            return
        self._closing.set()
        server.shutdown()
        server.server_close()
        with self._lock:
            for line in self._open:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def play(self, scene: str) -> None:
        """One of SCENES. ValueError names what is allowed."""
        if scene not in SCENES:
            raise ValueError(f"{scene!r} is none of {', '.join(SCENES)}")
        with self._lock:
            self._scene = scene

    def misbehave(self, kind: str) -> None:
        """Show one of KINDS until ``behave``. ValueError names what is allowed."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._lock:
            self._kind = kind

    def behave(self) -> None:
        with self._lock:
            self._kind = None

    def state(self) -> dict[str, Any]:
        """For the dock."""
        with self._lock:
            return {"port": self.port, "scene": self._scene, "misbehaving": self._kind}

    def _converse(self, line: socket.socket) -> None:
        with self._lock:
            self._open.add(line)
        held = b""
        try:
            while data := line.recv(READ_MOST):
                self.traffic.append(("in", data[:TRAFFIC_CHUNK]))
                *questions, held = (held + data).split(b"\n")
                for question in questions:
                    self._say(line, question, self._answer(question.decode("ascii", "replace")))
        except OSError:
            pass  # the driver hung up, or we were closed
        finally:
            with self._lock:
                self._open.discard(line)

    def _answer(self, question: str) -> bytes:
        with self._lock:
            kind, (status, charge, runtime) = self._kind, SCENES[self._scene]
        for code in ERRORS:
            if kind == code.lower().replace("-", "_"):
                return f"ERR {code}\n".encode()
        words = question.split()
        values = {"battery.charge": charge, "battery.runtime": runtime, "ups.status": status}
        match words:
            case ["LIST", "VAR", ups] if ups == NAME:
                lines = [f'VAR {NAME} {name} "{value}"' for name, value in values.items()]
                return "\n".join([f"BEGIN {question}", *lines, f"END {question}", ""]).encode()
            case ["GET", "VAR", ups, name] if ups == NAME and name in values:
                return f'VAR {NAME} {name} "{values[name]}"\n'.encode()
            case ["GET", "VAR", ups, _] if ups == NAME:
                return b"ERR VAR-NOT-SUPPORTED\n"
            case ["LIST" | "GET", "VAR", _, *_]:
                return b"ERR UNKNOWN-UPS\n"
            case _:
                return b"ERR UNKNOWN-COMMAND\n"

    def _say(self, line: socket.socket, question: bytes, answer: bytes) -> None:
        with self._lock:
            kind = self._kind
        match kind:
            case "silence":
                return
            case "late":
                if self._closing.wait(LATE_S):
                    return
            case "garbage":
                answer = bytes(byte | 0x80 for byte in answer[:-1]) + b"\n"
            case "glued":
                answer += answer
            case "truncated":
                answer = answer[: len(answer) // 2]
            case "endless":
                answer = b"BEGIN " + question + b"\n" + b'VAR rig a.b "1"\n' * 5000
            case "other_ups":
                answer = answer.replace(b"VAR rig ups", b"VAR rag ups")
            case "wrong_end":
                answer = answer.replace(b"END ", b"ENDE ") + b"\n" * 2000
            case "hang_up":
                line.shutdown(socket.SHUT_RDWR)
                return
        self.traffic.append(("out", answer[:TRAFFIC_CHUNK]))
        step = 1 if kind == "split" else len(answer) or 1
        for at in range(0, len(answer), step):
            line.sendall(answer[at : at + step])
