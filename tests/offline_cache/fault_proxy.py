"""A proxy of ours between kiosk and office that understands requests, so that it can spoil them exactly."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: close() sends RST, not FIN
SMALL_BUFFER = 2048  # bytes: the kernel of a slow line must not swallow what is still to be sent
PORTAL = b"<html><body>Welcome to the free network. Please log in.</body></html>"
OFFICE_S = 20.0  # the office is on this machine

# What may go wrong with one request, by the names under which tests ask for it.
OF_REQUESTS = (
    "drop_response",
    "duplicate",
    "duplicate_at_once",
    "late",
    "truncate_response",
    "reset_in_response",
    "truncate_request",
    "reset_in_request",
    "swallow",
    "portal_html",
    "portal_json",
    "portal_created",
    "redirect",
    "garbage",
    "endless_headers",
    "html_400",
    "html_409",
    "html_422",
    "status_408",
    "status_425",
    "status_429",
    "status_429_date",
    "status_500",
    "status_502",
    "status_503",
    "status_503_retry",
)
# Refusals in the office's own words and form.
OF_OFFICES = ("problem_400", "problem_409", "problem_422")
# What may go wrong with the line, for as long as it is set.
OF_LINES = ("refused", "half_open", "latency", "slow")
# What may go wrong with TLS, for as long as it is set; only on a proxy that speaks it.
OF_TLS = ("stranger", "expired", "not_yet_valid", "cut_handshake", "plain_answer")


@dataclass(frozen=True)
class Request:
    """One request, read to its end."""

    method: str
    path: str
    head: bytes
    body: bytes


class FaultProxy:
    """Listens on ``port``. ``fault`` stands until changed by ``set``; ``once`` is used up first, request by request.

    ``only`` says which requests can be spoiled; ``hits`` counts what was. Thread-safe.
    """

    def __init__(self, backend: tuple[str, int], contexts: dict[str, ssl.SSLContext] | None = None) -> None:
        self.backend = backend
        self._contexts = contexts or {}  # "": the right one; the others by the names of OF_TLS
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._late: list[Request] = []
        self._stopping = False
        self.port = 0
        self.fault = ""
        self.once: deque[str] = deque()
        self.only: Callable[[str, str], bool] = lambda method, path: True
        self.once_only: Callable[[str, str], bool] = lambda method, path: True  # which requests use up ``once``
        self.hits: Counter[str] = Counter()
        self.rewrite: Callable[[str, bytes], bytes] = lambda path, answer: answer  # the answer must keep its length
        self.latency_s = 1.0
        self.bytes_per_s = 1024.0

    @property
    def url(self) -> str:
        return f"{'https' if self._contexts else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, on the port of before if there was one."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.fault == "slow":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def set(self, fault: str) -> None:
        """Let this stand from now on, "" for nothing; every connection is cut, so that the change is seen at once."""
        self._stop_listening()
        self.fault = fault
        self._changed.set()
        self._changed = threading.Event()
        self._cut()
        if fault == "refused":
            self.hits[fault] += 1
        else:
            self.start()

    def stop(self) -> None:
        self._stopping = True
        self._changed.set()
        self._stop_listening()
        self._cut()

    def deliver_late(self) -> None:
        """What was held back arrives now."""
        with self._lock:
            late, self._late = self._late, []
        for request in late:
            self.hits["delivered_late"] += 1
            with contextlib.suppress(OSError):
                self._ask_office(request)

    # ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def _cut(self) -> None:
        with self._lock:
            connections, self._open = self._open, set()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        fault, changed = self.fault, self._changed
        connection: Any = plain
        try:
            if fault == "half_open":
                self.hits[fault] += 1
                changed.wait()
                return
            if self._contexts:
                connection = self._handshake(plain, fault)
                if connection is None:
                    return
            reader = _slow_reader(connection, self.bytes_per_s) if fault == "slow" else connection.makefile("rb")
            while (request := _read_request(reader)) is not None:
                if not self._act(connection, request, changed):
                    return
        except (OSError, ValueError):
            pass  # either side went away: that is what these tests are about
        finally:
            with self._lock:
                self._open.discard(plain)
            with contextlib.suppress(OSError):
                connection.close() if connection is not None else None
            plain.close()

    def _handshake(self, plain: socket.socket, fault: str) -> ssl.SSLSocket | None:
        if fault in ("cut_handshake", "plain_answer"):
            self.hits[fault] += 1
            plain.recv(65536)
            if fault == "plain_answer":
                plain.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return None
        if fault in OF_TLS:
            self.hits[fault] += 1
        return self._contexts.get(fault, self._contexts[""]).wrap_socket(plain, server_side=True)

    # ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _fault_for(self, request: Request) -> str:
        if not self.only(request.method, request.path):
            return ""
        with self._lock:
            aimed = self.once and self.once_only(request.method, request.path)
            fault = self.once.popleft() if aimed else self.fault
            if fault in OF_REQUESTS or fault in OF_OFFICES or fault in ("latency", "slow"):
                self.hits[fault] += 1
            return fault

    def _act(self, connection: Any, request: Request, changed: threading.Event) -> bool:
        """Serve one request, spoiled or not; False where the connection ends with it."""
        fault = self._fault_for(request)
        if fault in _ANSWERED:
            connection.sendall(_ANSWERED[fault]())
            return True
        match fault:
            case "late":
                with self._lock:
                    self._late.append(request)
                return False
            case "swallow":
                changed.wait()
                return False
            case "truncate_request" | "reset_in_request":
                self._half_to_office(request, reset=fault == "reset_in_request")
                return _hang_up(connection, reset=fault == "reset_in_request")
            case "duplicate":
                self._ask_office(request)
            case "duplicate_at_once":
                threading.Thread(target=self._ask_quietly, args=(request,), daemon=True).start()
            case "endless_headers":
                with contextlib.suppress(OSError):
                    connection.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not changed.wait(0.2):
                        connection.sendall(b"X")
                return False
        answer = self._ask_office(request)
        match fault:
            case "drop_response":
                return _hang_up(connection)
            case "truncate_response" | "reset_in_response":
                connection.sendall(answer[: len(answer) * 2 // 3])
                return _hang_up(connection, reset=fault == "reset_in_response")
            case "latency":
                changed.wait(self.latency_s)
        if fault == "slow":
            _send_slowly(connection, answer, self.bytes_per_s)
        else:
            connection.sendall(answer)
        if self._late and not fault:
            self.deliver_late()
        return True

    def _ask_quietly(self, request: Request) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._ask_office(request)

    def _ask_office(self, request: Request) -> bytes:
        with socket.create_connection(self.backend, timeout=OFFICE_S) as office:
            office.sendall(request.head + request.body)
            return self.rewrite(request.path, _read_answer(office.makefile("rb")))

    def _half_to_office(self, request: Request, *, reset: bool) -> None:
        office = socket.create_connection(self.backend, timeout=OFFICE_S)
        office.sendall(request.head + request.body[: len(request.body) // 2])
        _hang_up(office, reset=reset)
        office.close()


def _hang_up(connection: Any, *, reset: bool = False) -> bool:
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    else:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return False


def _read_head(reader: Any) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = reader.readline(65536)
        if not line:
            return b""
        head += line
    return head


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _read_request(reader: Any) -> Request | None:
    head = _read_head(reader)
    if not head:
        return None
    method, path, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ", 2)
    length = _length(head)
    body = reader.read(length) if length else b""
    return Request(method, path, head, body) if len(body) == length else None


def _read_answer(reader: Any) -> bytes:
    head = _read_head(reader)
    if not head:
        raise ConnectionError("the office hung up")
    return head + (reader.read(_length(head)) if _length(head) else b"")


class _slow_reader:
    """Takes no more from a socket than a line of this speed carries."""

    def __init__(self, connection: Any, bytes_per_s: float) -> None:
        self._connection = connection
        self._per_s = bytes_per_s
        self._buffer = b""

    def _more(self) -> bool:
        piece = self._connection.recv(max(1, int(self._per_s / 8)))
        self._buffer += piece
        threading.Event().wait(len(piece) / self._per_s)
        return bool(piece)

    def readline(self, _limit: int) -> bytes:
        while b"\n" not in self._buffer:
            if not self._more():
                return b""
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line + b"\n"

    def read(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not self._more():
                break
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data


def _send_slowly(connection: Any, data: bytes, bytes_per_s: float) -> None:
    step = max(1, int(bytes_per_s / 8))
    for start in range(0, len(data), step):
        connection.sendall(data[start : start + step])
        threading.Event().wait(step / bytes_per_s)


def _answer(status: int, body: bytes, kind: str, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _problem(status: int) -> bytes:
    said = {"type": "about:blank", "title": "refused", "status": status, "detail": ""}
    return _answer(status, json.dumps(said).encode(), "application/problem+json")


def _in_a_second() -> bytes:
    wrong = datetime.now(UTC).replace(microsecond=0) + timedelta(days=4000)  # by a clock of its own
    return _answer(
        429,
        b"",
        "text/plain",
        Date=format_datetime(wrong, usegmt=True),
        Retry_After=format_datetime(wrong + timedelta(seconds=1), usegmt=True),
    )


_JSON_OF_OTHERS = json.dumps({"status": "ok", "login": "required"}).encode()
_ANSWERED: dict[str, Callable[[], bytes]] = {
    "portal_html": lambda: _answer(200, PORTAL, "text/html"),
    "portal_json": lambda: _answer(200, _JSON_OF_OTHERS, "application/json"),
    "portal_created": lambda: _answer(201, PORTAL, "text/html"),
    "redirect": lambda: _answer(302, b"", "text/html", Location="http://127.0.0.1:9/login"),
    "garbage": lambda: b"\x00\x01\x02 not http at all\r\n\r\n",
    "html_400": lambda: _answer(400, PORTAL, "text/html"),
    "html_409": lambda: _answer(409, PORTAL, "text/html"),
    "html_422": lambda: _answer(422, PORTAL, "text/html"),
    "problem_400": lambda: _problem(400),
    "problem_409": lambda: _problem(409),
    "problem_422": lambda: _problem(422),
    "status_408": lambda: _answer(408, b"", "text/plain"),
    "status_425": lambda: _answer(425, b"", "text/plain"),
    "status_429": lambda: _answer(429, b"", "text/plain", Retry_After="1"),
    "status_429_date": _in_a_second,
    "status_500": lambda: _answer(500, b"oops", "text/plain"),
    "status_502": lambda: _answer(502, PORTAL, "text/html"),
    "status_503": lambda: _answer(503, PORTAL, "text/html"),
    "status_503_retry": lambda: _answer(503, PORTAL, "text/html", Retry_After="1"),
}
