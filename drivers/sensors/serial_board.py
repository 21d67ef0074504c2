"""Reads door and tamper contacts from an input board on a serial line; what the board says is data (boards.toml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from time import monotonic

from drivers.device import Blocked, Fault, Ready, Status, Unknown, Warning
from drivers.sensors.boards import DEFAULT_BOARD, Board, Levels, find_board
from drivers.sensors.device import Contacts
from drivers.serial_port import SerialPort

ANSWER_S = 1.0  # 20 bytes at 9600 baud take 20 ms; fifty times that for a USB hub that wakes up
WRITE_S = 1.0
ANSWER_MOST = 256  # bytes; the longest answer of the table has 24
WIRED = {"door": 0, "tamper": 1}  # the inputs of our own cabinet
NAME = re.compile(r"(door|tamper)[a-z0-9_]*")


class SerialBoard:
    """One board on one port.

    Contacts are wired normally closed in a loop, so that a cut cable is an open contact. ``open_level`` is what an
    input reads while its contact is open: 1 with the usual pull-up, 0 with a pull-down.
    """

    def __init__(self, port: str, board: Board, wired: Mapping[str, int], open_level: int = 1) -> None:
        self._line = SerialPort("sensors", port, board.baud)
        self._board = board
        self._wired = _checked(wired, board)
        if open_level not in (0, 1):
            raise ValueError(f"open_level: {open_level} is neither 0 nor 1")
        self._open_level = open_level

    def open(self) -> None:
        self._line.open()

    def close(self) -> None:
        self._line.close()

    def status(self) -> Status:
        """Blocked while a tamper contact is open or remembered, Warning while a door is; Unknown if unreadable."""
        try:
            seen = self.contacts()
        except Fault as fault:
            if fault.code == "sensors.garbled":
                return Unknown(fault.code)
            raise
        if any(name.startswith("tamper") for name in seen.opened | seen.remembered):
            return Blocked("sensors.tampered")
        if seen.opened:
            return Warning("sensors.door_open")
        return Ready()

    def contacts(self) -> Contacts:
        """Ask now. Faults ``silent``, ``garbled``, and those of the line."""
        levels: Levels = self._board.read(self._ask(self._board.ask))
        pulled = 0 if self._open_level else (1 << self._board.inputs) - 1
        return Contacts(self._names(levels.now ^ pulled), self._names(levels.memory))

    def acknowledge(self) -> None:
        """Let the board forget short openings. Fault ``not_cleared`` when it does not agree."""
        if self._board.clear:
            self._board.read_cleared(self._ask(self._board.clear))

    def _names(self, mask: int) -> frozenset[str]:
        return frozenset(name for name, number in self._wired.items() if mask >> number & 1)

    def _ask(self, command: str) -> bytes:
        """One command; the newest whole answer up to its end byte. What came before the question is thrown away.

        A late answer to an earlier question may be taken: it is what the board saw a second ago, and true of then.
        """
        self._line.discard_input()
        self._line.write(command.encode("latin-1"), WRITE_S)
        end = self._board.end.encode("latin-1")
        deadline = monotonic() + ANSWER_S
        answer = b""
        while not answer.endswith(end):
            left = deadline - monotonic()
            data = self._line.read(left, ANSWER_MOST) if left > 0 else b""
            if not data:
                code = "sensors.garbled" if answer else "sensors.silent"
                raise Fault(code, f"{len(answer)} bytes in {ANSWER_S} s")
            answer += data
            if len(answer) > ANSWER_MOST:
                raise Fault("sensors.garbled", f"more than {ANSWER_MOST} bytes")
        return answer.split(end)[-2] + end


def _checked(wired: Mapping[str, int], board: Board) -> dict[str, int]:
    if not wired:
        raise ValueError("wired: names no contact")
    for name, number in wired.items():
        if NAME.fullmatch(name) is None:
            raise ValueError(f"wired.{name}: a contact is called door… or tamper…")
        if not 0 <= number < board.inputs:
            raise ValueError(f"wired.{name}: {board.code} has inputs 0 to {board.inputs - 1}")
    return dict(wired)


def create(
    port: str, board: str = DEFAULT_BOARD, wired: Mapping[str, int] | None = None, open_level: int = 1
) -> SerialBoard:
    """The registry's entry. ``wired`` says which input each contact hangs on: ``{door = 0, tamper = 1}``."""
    return SerialBoard(port, find_board(board), WIRED if wired is None else wired, open_level)
