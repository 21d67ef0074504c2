"""A card in a virtual reader: vpcd's side of the wire is pcscd's, ours is the card's.

Big-endian length of two bytes, then an APDU, or one control byte: 0 off, 1 on, 2 reset, 4 "your ATR?".
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import structlog

POWER_OFF, POWER_ON, RESET, ASK_ATR = 0, 1, 2, 4
RECONNECT_S = 0.1  # pcscd may be on its way back
CONNECT_LIMIT_S = 2.0
HANDS_S = 0.6  # a card stays out at least so long: pcscd looks every 0.4 s, and no hand is faster

log = structlog.get_logger()


class Pull(Exception):
    """Raised by a card's answer: the card is pulled out right now."""


class Bounce(Exception):
    """Raised by a card's answer: the contact breaks and is back before pcscd looks."""


class VirtualSlot:
    """Keeps a card in one slot of a vpcd, through restarts of pcscd, until ``take`` or ``close``."""

    def __init__(self, port: int, atr: Callable[[], bytes], reset: Callable[[], None], on_apdu: OnApdu) -> None:
        self._port = port
        self._atr = atr
        self._reset = reset
        self._on_apdu = on_apdu
        self._changed = threading.Condition()
        self._inserted = False
        self._closing = False
        self._out_since = float("-inf")
        self._line: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name=f"virtual-card-{port}", daemon=True)
        self._thread.start()

    def insert(self) -> None:
        """Put the card in; one that is in stays."""
        with self._changed:
            self._inserted = True
            self._changed.notify_all()

    def take(self) -> None:
        """Pull the card out."""
        with self._changed:
            if self._inserted:
                self._inserted, self._out_since = False, monotonic()
            self._hang_up()
            self._changed.notify_all()

    def close(self) -> None:
        """May be called twice."""
        with self._changed:
            self._closing, self._inserted = True, False
            self._hang_up()
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=3.0)

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._inserted or self._closing)
                while not self._closing and (left := self._out_since + HANDS_S - monotonic()) > 0:
                    self._changed.wait(left)
                if self._closing:
                    return
                if not self._inserted:
                    continue
            try:
                line = socket.create_connection(("127.0.0.1", self._port), CONNECT_LIMIT_S)
            except OSError:
                with self._changed:
                    self._changed.wait(RECONNECT_S)
                continue
            line.settimeout(None)
            with self._changed:
                if not self._inserted:
                    line.close()
                    continue
                self._line = line
            try:
                self._serve(line)
            except Pull:
                self.take()
            except Bounce:
                line.close()
                continue
            except OSError:
                log.debug("virtual_card_line_broken", port=self._port)
            except Exception:  # a fault of the simulator must be seen, and must not end the bench
                log.exception("simulator_failed", port=self._port)
            line.close()
            with self._changed:
                self._changed.wait(RECONNECT_S)

    def _serve(self, line: socket.socket) -> None:
        while (message := _message(line)) is not None:
            if len(message) == 1:
                if message[0] == ASK_ATR:
                    _send(line, self._atr())
                elif message[0] in (POWER_OFF, POWER_ON, RESET):
                    self._reset()
                continue
            answer = self._on_apdu(message)
            if answer is not None:
                _send(line, answer)


OnApdu = Callable[[bytes], bytes | None]


def _send(line: socket.socket, data: bytes) -> None:
    line.sendall(len(data).to_bytes(2, "big") + data)


def _message(line: socket.socket) -> bytes | None:
    head = _exactly(line, 2)
    return None if head is None else _exactly(line, int.from_bytes(head, "big"))


def _exactly(line: socket.socket, count: int) -> bytes | None:
    data = b""
    while len(data) < count:
        # vpcd sends length and message apart and waits for our TCP to say that it has the first: 40 ms an APDU
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        piece = line.recv(count - len(data))
        if not piece:
            return None
        data += piece
    return data
