"""A printer that takes bytes at a TCP port, 9100 by custom."""

from __future__ import annotations

import os
import socket
import struct

from drivers.device import Fault
from drivers.thermal_printer.file_line import FileLine

CONNECT_S = 3.0  # a printer on the kiosk's own switch answers within milliseconds
# A printer that lost its power says nothing, and TCP waits for a quarter of an hour: asked after 5 s of silence, every
# 2 s, it is given up after three questions; bytes that nobody acknowledges are given up after 10 s.
KEEPALIVE = ((socket.TCP_KEEPIDLE, 5), (socket.TCP_KEEPINTVL, 2), (socket.TCP_KEEPCNT, 3))
UNACKNOWLEDGED_MS = 10_000


class NetworkLine(FileLine):
    """One connection to one printer. Closing it resets it: bytes that are still on their way are thrown away."""

    def __init__(self, device: str, host: str, port: int) -> None:
        super().__init__(device, f"tcp://{host}:{port}")
        self._address = (host, port)

    def _connect(self) -> int:
        try:
            with socket.create_connection(self._address, CONNECT_S) as connection:
                self._prepare(connection)
                return os.dup(connection.fileno())
        except ConnectionResetError as error:  # taken and dropped: it serves another kiosk, one at a time
            raise Fault(f"{self._device}.port_busy", f"{self.path}: {type(error).__name__}") from None
        except OSError as error:  # also a name that nobody knows, and a time-out
            raise Fault(f"{self._device}.not_found", f"{self.path}: {type(error).__name__}") from None

    @staticmethod
    def _prepare(connection: socket.socket) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # status questions are three bytes long
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
        # the rest of a resident's receipt must not come out when the printer is back
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
