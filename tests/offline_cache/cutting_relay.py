"""A way to the office that breaks after so many bytes, on each connection anew."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType

BLOCK = 16 * 1024


class CuttingRelay:
    """Listens on loopback and passes on. ``cut_after``: bytes towards the office before a connection is reset."""

    def __init__(self, port: int, cut_after: int | None = None) -> None:
        self._to = port
        self.cut_after = cut_after
        self.bytes_up = 0
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> CuttingRelay:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                kiosk, _ = self._listening.accept()
                self.connections += 1
                try:
                    office = socket.create_connection(("127.0.0.1", self._to), timeout=10)
                except OSError:
                    _reset(kiosk)
                    continue
                office.settimeout(None)
                threading.Thread(target=self._up, args=(kiosk, office), daemon=True).start()
                threading.Thread(target=self._down, args=(kiosk, office), daemon=True).start()

    def _up(self, kiosk: socket.socket, office: socket.socket) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while piece := kiosk.recv(BLOCK):
                if self.cut_after is not None and passed + len(piece) > self.cut_after:
                    office.sendall(piece[: self.cut_after - passed])
                    self.bytes_up += self.cut_after - passed
                    break
                office.sendall(piece)
                passed += len(piece)
                self.bytes_up += len(piece)
        _reset(kiosk)
        _reset(office)

    @staticmethod
    def _down(kiosk: socket.socket, office: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := office.recv(BLOCK):
                kiosk.sendall(piece)
        with contextlib.suppress(OSError):
            kiosk.shutdown(socket.SHUT_WR)


def _reset(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
        end.close()
