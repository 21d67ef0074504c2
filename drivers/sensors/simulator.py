"""An input board from the other end of the wire: contacts that a person opens, and a line that misbehaves."""

from __future__ import annotations

import threading
from typing import Any

from drivers.sensors.boards import DEFAULT_BOARD, find_board
from drivers.sensors.serial_board import WIRED
from drivers.simulated_port import SimulatedPort

LATE_S = 1.5  # longer than the driver waits
KINDS = ("silence", "garbage", "late", "split", "glued", "noise", "endless", "wide", "stalled", "keeps_memory")
LONGEST_COMMAND = 64


class SensorsSimulator:
    """One board on a pty (``port``). Its methods are a person's hands and may be called from any thread."""

    def __init__(self, board: str = DEFAULT_BOARD) -> None:
        self._lock = threading.RLock()
        self._board = find_board(board)
        self._open = 0
        self._memory = 0
        self._kind: str | None = None
        self._held = b""
        self._port = SimulatedPort("sensors", self._received)
        self.port = self._port.path

    def close(self) -> None:
        """Unplug the board."""
        self._port.close()

    def open_contact(self, name: str) -> None:
        """Open a door, or the housing. KeyError for a contact that our cabinet does not have."""
        with self._lock:
            self._open |= 1 << WIRED[name]
            self._memory |= self._open

    def close_contact(self, name: str) -> None:
        with self._lock:
            self._open &= ~(1 << WIRED[name])

    def misbehave(self, kind: str) -> None:
        """Show one of KINDS until ``behave``. ValueError names what is allowed."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._lock:
            self._kind = kind
        if kind == "stalled":
            self._port.stall()

    def behave(self) -> None:
        """Be a good board again."""
        with self._lock:
            self._kind = None
        self._port.go_on()
        self._port.call_off()

    def babble(self, data: bytes) -> None:
        """Send bytes that nobody asked for."""
        self._port.send(data)

    def state(self) -> dict[str, Any]:
        """For the dock."""
        with self._lock:
            opened = sorted(name for name, number in WIRED.items() if self._open >> number & 1)
            return {"port": self.port, "open": opened, "misbehaving": self._kind}

    @property
    def traffic(self) -> list[tuple[str, bytes]]:
        """The last bytes on the wire: ("in"|"out", at most 64 bytes)."""
        return list(self._port.traffic)

    def _received(self, data: bytes) -> None:
        with self._lock:
            self._held = (self._held + data)[-LONGEST_COMMAND:]
            for command, answer in ((self._board.ask, self._levels), (self._board.clear, self._clear)):
                asked = command.encode("latin-1")
                if asked and self._held.endswith(asked):
                    self._held = b""
                    self._say(answer())

    def _levels(self) -> bytes:
        if self._board.code == "numato_8":  # a terminal: echo, answer, prompt
            return f"gpio readall\n\r{self._open:02X}\n\r>".encode("ascii")
        return f"I={self._open:02X},{self._memory:02X}\n".encode("ascii")

    def _clear(self) -> bytes:
        if self._kind == "keeps_memory":
            return b"M0=NO\n"
        self._memory = self._open
        return b"M0=OK\n"

    def _say(self, answer: bytes) -> None:
        match self._kind:
            case "silence" | "stalled":
                return
            case "late":
                self._port.send(answer, LATE_S)
            case "garbage":
                self._port.send(bytes(255 - byte for byte in answer[:-1]) + answer[-1:])
            case "split":  # a byte at a time
                for place, byte in enumerate(answer):
                    self._port.send(bytes([byte]), place * 0.005)
            case "glued":
                self._port.send(answer + answer)
            case "noise":
                self._port.send(b"\xff\x00\x80" + answer)
            case "endless":
                self._port.send(b"I=" * 1000)
            case "wide":
                self._port.send(answer.replace(b"=", b"=7F"))
            case _:
                self._port.send(answer)
