"""HTTP connections that give up on a peer that stands still, never on one that is merely slow."""

from __future__ import annotations

import array
import fcntl
import io
import select
import termios
import time
from functools import partial
from http.client import HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from offline_cache.patience import Patience

STALL_S = 10.0  # without one block sent, or one byte of the kernel's queue taken by the other side
BLOCK = 4096  # bytes; with STALL_S: an upload below 410 B/s is given up, one of 1 KB/s ends
SLOWEST_ANSWER = 512.0  # bytes/s, beyond the grace: an answer that drips is given up, one of 1 KB/s is read
ANSWER_GRACE_S = 30.0
QUEUE_POLL_S = 0.05  # the kernel has no event for "taken"; only slow uploads ever ask twice


class NobodyTakes(Exception):
    """An upload stands still."""


class Drips(Exception):
    """An answer comes, but more slowly than would ever end."""


class _Answering(io.RawIOBase):
    """Reads from a socket within a silence limit and a least rate, headers included."""

    def __init__(self, sock: Any, silence_s: float | None, grace_s: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)  # keeps the descriptor until the answer is read
        self._silence_s = ANSWER_GRACE_S if silence_s is None else silence_s
        self._grace_s = grace_s
        self._began: float | None = None  # with the first byte: how long that may take is the silence limit's
        self._received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._left_s()
        if left <= 0:
            raise Drips("an answer without end")
        self._sock.settimeout(min(self._silence_s, left))
        try:
            count = int(self._raw.readinto(buffer) or 0)
        except TimeoutError:
            if left < self._silence_s:
                raise Drips("an answer without end") from None
            raise
        if self._began is None:
            self._began = time.monotonic()
        self._received += count
        return count

    def _left_s(self) -> float:
        if self._began is None:
            return float("inf")
        return self._grace_s + self._received / SLOWEST_ANSWER - (time.monotonic() - self._began)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _AnsweringSocket:
    """What http.client reads an answer from: it asks a socket for a file, once."""

    def __init__(self, sock: Any, silence_s: float | None, grace_s: float) -> None:
        self._reading = partial(_Answering, sock, silence_s, grace_s)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reading())


class _Paced(HTTPConnection):
    """Sends in blocks, each with a time limit, and waits for an answer only once the other side took everything.

    A socket's own time limit covers a whole sendall(): too short for a big page on a slow line. And what the kernel
    took is not yet sent: on a slow line the silence before the answer is our own upload.
    """

    patience: Patience
    grace_s: float

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.response_class = self._timed_answer  # type: ignore[assignment]

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        view = memoryview(data)
        for start in range(0, len(view), BLOCK):
            self.sock.settimeout(self.patience.seconds(STALL_S))
            try:
                self.sock.sendall(view[start : start + BLOCK])
            except TimeoutError:
                raise NobodyTakes("an upload that nobody takes") from None

    def getresponse(self) -> Any:
        self._wait_until_taken()
        asked = time.monotonic()
        response: Any = super().getresponse()
        response.waited_s = time.monotonic() - asked  # for an answer, our own upload not counted
        return response

    def _wait_until_taken(self) -> None:
        answer = select.poll()
        if not hasattr(self.sock, "version"):  # in TLS a session ticket looks like an answer
            answer.register(self.sock, select.POLLIN)
        least = _queued(self.sock)
        moved_at = time.monotonic()
        while least and not answer.poll(QUEUE_POLL_S * 1000):
            queued = _queued(self.sock)
            if queued < least:
                least, moved_at = queued, time.monotonic()
            elif time.monotonic() - moved_at > self.patience.seconds(STALL_S):
                raise NobodyTakes("an upload that nobody takes")

    def _timed_answer(self, sock: Any, **options: Any) -> HTTPResponse:
        silence_s = self.timeout if isinstance(self.timeout, int | float) else None
        return HTTPResponse(_AnsweringSocket(sock, silence_s, self.grace_s), **options)  # type: ignore[arg-type]


class _PacedTLS(_Paced, HTTPSConnection):
    """The same below TLS."""


def _queued(sock: Any) -> int:
    """Bytes that the other side has not confirmed yet (SIOCOUTQ, tcp(7))."""
    count = array.array("i", [0])
    fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, count)
    return count[0]


class _Adapter(HTTPAdapter):
    def __init__(self, patience: Patience, grace_s: float) -> None:
        limits = {"patience": patience, "grace_s": grace_s}
        self._pools = {
            "http": type("_Pool", (HTTPConnectionPool,), {"ConnectionCls": type("_Http", (_Paced,), limits)}),
            "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": type("_Https", (_PacedTLS,), limits)}),
        }
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools


def new_session(patience: Patience, grace_s: float = ANSWER_GRACE_S) -> requests.Session:
    """A session for one thread. Its calls may raise NobodyTakes or Drips besides requests' own exceptions."""
    session = requests.Session()
    session.trust_env = False  # no proxy, CA bundle or .netrc from whoever started the process
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(patience, grace_s))
    return session
