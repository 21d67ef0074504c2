"""A stand-in for the office: commits to a real database before it answers, and misbehaves on demand.

On plain sockets (http.server), because a web framework will not drop a connection in the middle of an answer.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.offline_cache.samples import DEVICE_KEY, NOW, catalogue
from wire.announcements import SignedAnnouncements
from wire.canonical import bytes_sha256
from wire.device_auth import verify_request
from wire.envelopes import open_envelope
from wire.messages import Acknowledgement, Application, Decision, Envelope
from wire.signing import BadSignature

PORTAL = b"<html><body>Welcome to the free network. Please log in.</body></html>"


class Office:
    """``misbehave[kind]`` holds what goes wrong with the next calls of that kind (intake, material, decision,
    catalogue, health), in order; ``always[kind]`` for all of them; ``poison`` ids always make intake fail with 500.
    """

    def __init__(self, database: Path) -> None:
        self._path = database
        self._lock = threading.Lock()
        self._port = 0
        self._server: _Server | None = None
        self.misbehave: dict[str, deque[str]] = defaultdict(deque)
        self.always: dict[str, str] = {}
        self.poison: set[str] = set()
        self.decisions: dict[str, Decision] = {}
        self.catalogue = catalogue()
        self.announcements: SignedAnnouncements | None = None  # None: an office from before there were any
        self.calls: list[tuple[str, float]] = []
        with self.connect() as connection:
            connection.execute("CREATE TABLE envelopes (n INTEGER PRIMARY KEY, id TEXT UNIQUE, hash TEXT)")
            connection.execute("CREATE TABLE intakes (id TEXT)")  # every knock, doubled ones too
            connection.execute("CREATE TABLE materials (sha256 TEXT PRIMARY KEY, data BLOB)")

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Listen; after a stop, on the same port as before."""
        office = self

        class Handler(_Handler):
            pass

        Handler.office = office
        self._server = _Server(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Nobody listens any more."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server.drop_all()
            self._server = None

    def received(self) -> list[str]:
        """Ids of the envelopes that were taken in, in order, each as often as it was committed."""
        with self.connect() as connection:
            return [row[0] for row in connection.execute("SELECT id FROM envelopes ORDER BY n")]

    def knocks(self, envelope_id: str) -> int:
        with self.connect() as connection:
            return int(connection.execute("SELECT count(*) FROM intakes WHERE id = ?", (envelope_id,)).fetchone()[0])

    def material(self, sha256: str) -> bytes | None:
        with self.connect() as connection:
            row = connection.execute("SELECT data FROM materials WHERE sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else None

    def forget_materials(self) -> None:
        with self.connect() as connection:
            connection.execute("DELETE FROM materials")

    def next_fault(self, kind: str) -> str:
        with self._lock:
            self.calls.append((kind, time.monotonic()))
            return self.misbehave[kind].popleft() if self.misbehave[kind] else self.always.get(kind, "")

    def count(self, kind: str) -> int:
        with self._lock:
            return sum(1 for called, _ in self.calls if called == kind)

    def take_in(self, body: bytes) -> tuple[int, dict[str, Any]]:
        envelope = Envelope.model_validate_json(body)
        content = open_envelope(envelope, DEVICE_KEY.public())
        identity, digest = envelope.sealed.id, envelope.content_sha256
        with self._lock, self.connect() as connection:
            connection.execute("INSERT INTO intakes VALUES (?)", (identity,))
            if identity in self.poison:
                return 500, {}
            if isinstance(content, Application):
                have = {row[0] for row in connection.execute("SELECT sha256 FROM materials")}
                if {ref.sha256 for ref in content.materials} - have:
                    return 422, problem(422, "https://example.invalid/problems/materials-missing")
            row = connection.execute("SELECT hash FROM envelopes WHERE id = ?", (identity,)).fetchone()
            if row and row[0] != digest:
                return 409, problem(409)
            connection.execute("INSERT OR IGNORE INTO envelopes (id, hash) VALUES (?, ?)", (identity, digest))
        ack = Acknowledgement(id=identity, content_sha256=digest, reference="AA01-0001", received_at=NOW)
        return 200, ack.model_dump(mode="json")

    def keep_material(self, sha256: str, data: bytes) -> tuple[int, dict[str, Any]]:
        if bytes_sha256(data) != sha256:
            return 422, problem(422)
        with self._lock, self.connect() as connection:
            connection.execute("INSERT OR IGNORE INTO materials VALUES (?, ?)", (sha256, data))
        return 204, {}


def problem(status: int, kind: str = "about:blank") -> dict[str, Any]:
    return {"type": kind, "title": "refused", "status": status, "detail": ""}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # kept-alive connections end when the client lets go

    def __init__(self, *args: Any) -> None:
        self._open: set[Any] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def drop_all(self) -> None:
        for request in list(self._open):
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Dropped connections are what these tests are for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms for the client's delayed acknowledgement
    office: Office

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/healthz":
            self._serve("health", lambda body: (200, {"status": "ok", "catalogue": "1"}))
        elif path == "/v1/catalogue":
            self._serve("catalogue", lambda body: (200, self.office.catalogue.model_dump(mode="json")), signed=True)
        elif path == "/v1/announcements":
            self._serve("announcements", self._announcements, signed=True)
        elif path.endswith("/decision"):
            self._serve("decision", lambda body: self._decision(path.split("/")[3]), signed=True)

    def do_POST(self) -> None:
        self._serve("intake", self.office.take_in)

    def do_PUT(self) -> None:
        sha256 = self.path.rsplit("/", 1)[-1]
        self._serve("material", lambda body: self.office.keep_material(sha256, body), signed=True)

    def _announcements(self, _: bytes) -> tuple[int, dict[str, Any]]:
        signed = self.office.announcements
        return (200, signed.model_dump(mode="json")) if signed else (404, problem(404))

    def _decision(self, application_id: str) -> tuple[int, dict[str, Any]]:
        found = self.office.decisions.get(application_id)
        return (200, found.model_dump(mode="json")) if found else (204, {})

    def _serve(self, kind: str, work: Any, *, signed: bool = False) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.office.next_fault(kind)
        if signed:
            try:
                verify_request(self.command, self.path, body, dict(self.headers), DEVICE_KEY.public())
            except BadSignature:
                return self._answer(401, problem(401))
        if fault.startswith("status "):
            status = int(fault.split()[1])
            return self._answer(status, problem(status), {"Retry-After": "1"} if status == 429 else {})
        if fault == "portal":
            return self._raw(200, PORTAL, "text/html")
        if fault == "portal 404":
            return self._raw(404, PORTAL, "text/html")
        if fault == "redirect":
            return self._raw(302, b"", "text/html", {"Location": "http://127.0.0.1:9/login"})
        if fault == "refuse":
            return self._drop()
        status, answer = work(body)
        if fault == "twice":  # a proxy that repeats the request
            status, answer = work(body)
        if fault == "slow":
            threading.Event().wait(3.0)  # beyond the patience of the client under test
        if fault == "drip":
            self.send_response(status)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b" ")
                threading.Event().wait(0.05)
        if fault == "endless":
            self.send_response(status)
            self.send_header("Content-Length", str(10**10))
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b" " * 1_000_000)
        if fault == "drop after commit":
            return self._drop()
        if fault == "truncate":
            self.send_response(status)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode()[:20])
            return self._drop()
        if fault == "other ack":
            answer = answer | {"content_sha256": "0" * 64}
        return self._answer(status, answer)

    def _answer(self, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        kind = "application/problem+json" if status >= 400 else "application/json"
        self._raw(status, b"" if status == 204 else json.dumps(answer).encode(), kind, headers)

    def _raw(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drop(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.close()
