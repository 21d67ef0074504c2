"""The network between kiosk and office: a TCP relay on loopback that can be switched off and on."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
import time

CONNECT_S = 2.0  # the office is on this machine: it answers at once or is not there
CHUNK = 65536
RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: close() sends RST, not FIN


class NetworkRelay:
    """Listens on ``port``; hands each connection on to ``backend``. Off = connections are reset, new ones refused.

    ``delay_s`` is added to what the office answers. Thread-safe.
    """

    def __init__(self, backend: tuple[str, int]) -> None:
        self._backend = backend
        self._lock = threading.Lock()
        self._pairs: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._stopping = False
        self.on = True
        self.delay_s = 0.0
        self.carried = 0  # bytes, both ways
        self.port = 0

    def start(self) -> None:
        self._listen()

    def switch(self, on: bool) -> None:
        """Off: the listener is closed and every connection reset, as by a pulled cable behind a router."""
        if on == self.on:
            return
        self.on = on
        if on:
            self._listen()
        else:
            self._cut()

    def stop(self) -> None:
        """May be called twice."""
        self._stopping = True
        self._cut()

    def _listen(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), name="network-relay", daemon=True).start()

    def _cut(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # close() alone leaves a thread in accept(); shutdown wakes it
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for connection in pairs:  # all of them first: one that is woken closes its other end at once
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        for connection in pairs:
            with contextlib.suppress(OSError):
                # wakes the pair's thread without a word to the far end; its close() then sends the reset
                connection.shutdown(socket.SHUT_RD)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                kiosk, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(kiosk,), name="network-relay-pair", daemon=True).start()

    def _relay(self, kiosk: socket.socket) -> None:
        try:
            office = socket.create_connection(self._backend, timeout=CONNECT_S)
        except OSError:
            kiosk.close()
            return
        office.settimeout(None)
        for connection in (kiosk, office):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._pairs |= {kiosk, office}
        try:
            self._pump(kiosk, office)
        except (OSError, ValueError):
            pass  # either side went away, or the network was switched off: both ends see a closed connection
        finally:
            with self._lock:
                self._pairs -= {kiosk, office}
            kiosk.close()
            office.close()

    def _pump(self, kiosk: socket.socket, office: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(kiosk, selectors.EVENT_READ, office)
            ready.register(office, selectors.EVENT_READ, kiosk)
            while True:
                for key, _ in ready.select():
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    data = source.recv(CHUNK)
                    if not data:
                        return
                    if source is office and self.delay_s:
                        time.sleep(self.delay_s)
                    key.data.sendall(data)
                    self.carried += len(data)
