"""The far end of a network cable: a TCP port on loopback that takes one connection at a time, as most printers do."""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from time import monotonic

import structlog

from drivers.simulated_port import READ_CHUNK, TRAFFIC_CHUNK, TRAFFIC_KEPT

TCP_CLOSE = 7  # linux/tcp_states.h
RECEIVE_BUFFER = 8 * 1024  # bytes; as little as a small printer has, so that a stall is felt soon

log = structlog.get_logger()


class SimulatedTcpPort:
    """As SimulatedPort, whose words it speaks; ``path`` is ``tcp://127.0.0.1:port``."""

    def __init__(self, name: str, on_bytes: Callable[[bytes], None]) -> None:
        self._name = name
        self._on_bytes = on_bytes
        self._due: list[tuple[float, int, bytes]] = []
        self._order = count()
        self._lock = threading.Lock()
        self._stopping, self._stalled, self._dropping = False, False, False
        self._connection: socket.socket | None = None
        self.traffic: deque[tuple[str, bytes]] = deque(maxlen=TRAFFIC_KEPT)
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(4)
        self._listener.setblocking(False)
        self.path = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=f"simulated-{name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Pull the cable. May be called twice."""
        with self._lock:
            if self._stopping:
                return
            self._stopping = True
        self._wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=2.0)

    def send(self, data: bytes, delay_s: float = 0.0) -> None:
        """Send to the driver, now or after ``delay_s``; safe from any thread."""
        with self._lock:
            heappush(self._due, (monotonic() + delay_s, next(self._order), data))
        self._wake()

    def call_off(self) -> None:
        """Forget what is still to be sent."""
        with self._lock:
            self._due.clear()

    def stall(self) -> None:
        """Read no more: the connection stands, and nothing moves (half-open, for whoever is at the other end)."""
        self._stalled = True
        self._wake()

    def go_on(self) -> None:
        """Read again."""
        self._stalled = False
        self._wake()

    def drop(self) -> None:
        """Reset the connection; a new one is taken."""
        self._dropping = True
        self._wake()

    def _wake(self) -> None:
        with suppress(OSError):
            self._waker.send(b"\0")

    def _run(self) -> None:
        while not self._stopping:
            with selectors.DefaultSelector() as selector:
                selector.register(self._listener, selectors.EVENT_READ)
                selector.register(self._woken, selectors.EVENT_READ)
                if self._connection is not None and not self._stalled:
                    selector.register(self._connection, selectors.EVENT_READ)
                ready = {key.fileobj for key, _ in selector.select(self._next_due_s())}
            if self._woken in ready:
                with suppress(BlockingIOError):
                    self._woken.recv(READ_CHUNK)
            if self._dropping:
                self._dropping = False
                self._hang_up()
            if self._listener in ready:
                self._accept()
            if self._connection in ready and not self._stalled:  # stalled since it was looked: not one byte more
                self._receive()
            self._send_what_is_due()
        self._hang_up()
        for end in (self._listener, self._waker, self._woken):
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):
            arrived, _ = self._listener.accept()
            if self._connection is not None and _is_gone(self._connection):
                self._hang_up()
            if self._connection is not None:
                _reset(arrived)  # busy with another
                return
            arrived.setblocking(False)
            self._connection = arrived

    def _hang_up(self) -> None:
        if self._connection is not None:
            _reset(self._connection)
            self._connection = None

    def _receive(self) -> None:
        if self._connection is None:
            return
        if _is_gone(self._connection):  # with what it had sent: a printer forgets the connection as a whole
            self._hang_up()
            return
        try:
            data = self._connection.recv(READ_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up()
            return
        self.traffic.append(("in", data[:TRAFFIC_CHUNK]))
        try:
            self._on_bytes(data)
        except Exception:  # a fault of the simulator must be seen, and must not end the bench
            log.exception("simulator_failed", port=self._name)

    def _next_due_s(self) -> float | None:
        with self._lock:
            return max(0.0, self._due[0][0] - monotonic()) if self._due else None

    def _send_what_is_due(self) -> None:
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > monotonic():
                    return
                data = heappop(self._due)[2]
            self.traffic.append(("out", data[:TRAFFIC_CHUNK]))
            if self._connection is not None:
                with suppress(OSError):  # nobody there: lost
                    self._connection.send(data)


def _is_gone(connection: socket.socket) -> bool:
    """Whether the other end has reset it."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_CLOSE


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
