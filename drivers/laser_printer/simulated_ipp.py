"""A printer that says what it is told, in IPP bytes over HTTP: for words that ippeveprinter does not know.

It prints nothing. Get-Printer-Attributes gets its attributes, Get-Jobs its jobs, Cancel-Job is noted. CUPS speaks the
same words, so it can also stand for a spooler that refuses what the machine's own would grant to root.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from drivers.laser_printer import ipp
from drivers.laser_printer.ipp_message import (
    BOOLEAN,
    CHARSET,
    ENUM,
    INTEGER,
    JOB,
    KEYWORD,
    LANGUAGE,
    NAME,
    OPERATION,
    PRINTER,
    URI,
    Group,
    Message,
    UnreadableMessage,
    decode,
    encode,
)

KINDS = ("garbage", "http_error", "refuse", "silence", "drip")
OK, BAD_REQUEST, NOT_AUTHORISED = 0x0000, 0x0400, 0x0403
TAGS = (
    ("attributes-charset", CHARSET), ("attributes-natural-language", LANGUAGE), ("printer-state", ENUM),
    ("printer-state-reasons", KEYWORD), ("device-uri", URI), ("media-supported", KEYWORD),
    ("printer-is-accepting-jobs", BOOLEAN), ("media-ready", KEYWORD),
    ("marker-names", NAME), ("marker-types", KEYWORD), ("marker-levels", INTEGER), ("marker-low-levels", INTEGER),
    ("media-source", KEYWORD), ("media-size-name", KEYWORD), ("x-dimension", INTEGER), ("y-dimension", INTEGER),
    ("job-id", INTEGER), ("job-name", NAME), ("job-state", ENUM), ("job-state-reasons", KEYWORD),
    ("job-impressions-completed", INTEGER),
)  # fmt: skip


class SimulatedIppPrinter:
    """Listens on loopback at ``uri`` until ``close``. ``attributes`` and ``jobs`` may be changed at any time."""

    def __init__(self) -> None:
        self.attributes: dict[str, list[Any]] = {"printer-state": [3], "printer-state-reasons": ["none"]}
        self.jobs: list[dict[str, list[Any]]] = []
        self.cancelled: list[int] = []
        self.refused: set[int] = set()  # operations that nobody may ask for
        self._kind: str | None = None
        self._over = threading.Event()
        printer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # libcups waits for 100 Continue

            def do_POST(self) -> None:
                printer._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.uri = f"ipp://localhost:{self._server.server_address[1]}/ipp/print"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="simulated-ipp")
        self._thread.start()

    def close(self) -> None:
        """Power off."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def says(self, *reasons: str, **attributes: list[Any]) -> None:
        """These printer-state-reasons from now on, and other attributes with _ for -."""
        self.attributes = {"printer-state": [3], "printer-state-reasons": list(reasons) or ["none"]}
        self.attributes |= {name.replace("_", "-"): values for name, values in attributes.items()}

    def misbehave(self, kind: str | None) -> None:
        """One of KINDS, or None to be well again. ValueError names what there is."""
        if kind is not None and kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        self._kind = kind

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        match self._kind:
            case "silence":
                self._over.wait()
            case "http_error":
                request.send_error(500)
            case "garbage":
                self._send(request, b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x44\xff\xff and then nothing")
            case "drip":
                self._send(request, b"\x02\x00", and_more=True)
            case _:
                self._send(request, self._message(body))

    def _message(self, body: bytes) -> bytes:
        head = Group(OPERATION, {"attributes-charset": ["utf-8"], "attributes-natural-language": ["en"]})
        try:
            asked = decode(body)
        except UnreadableMessage:
            return encode(Message(BAD_REQUEST, [head]), TAGS)
        if self._kind == "refuse" or asked.code in self.refused:
            return encode(Message(NOT_AUTHORISED, [head]), TAGS)
        groups: list[Group] = []
        if asked.code == ipp.GET_PRINTER_ATTRIBUTES:
            groups = [Group(PRINTER, dict(self.attributes))]
        elif asked.code == ipp.GET_JOBS:
            groups = [Group(JOB, job) for job in self.jobs]
        elif asked.code == ipp.CANCEL_JOB:
            self.cancelled += next(asked.of(OPERATION), {}).get("job-id", [])
        return encode(Message(OK, [head, *groups]), TAGS)

    def _send(self, request: BaseHTTPRequestHandler, body: bytes, *, and_more: bool = False) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/ipp")
        if and_more:
            request.send_header("Connection", "close")
        else:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        try:
            request.wfile.write(body)
            while and_more and not self._over.wait(0.1):
                request.wfile.write(b"\0")
        except OSError:
            return
