"""An 80 mm ESC/POS printer from the other end of the wire: it draws what it gets, runs out of paper, and misbehaves."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

from drivers.simulated_port import SimulatedPort
from drivers.thermal_printer.interpreter import DLE, Interpreter
from drivers.thermal_printer.models import DEFAULT_MODEL, find_model
from drivers.thermal_printer.simulated_paper import Roll

ACTIONS = (
    "paper_out", "near_end", "refill", "cover_open", "cover_close", "cutter_jam", "cutter_clear",
    "garbage", "silence", "offline", "behave",
)  # fmt: skip
BUFFER_BYTES = 1024 * 1024  # a real one has 4 to 64 KB and flow control; a pty has none, so we take what comes
CLEAR_BUFFER = bytes.fromhex("10140801031401060208")  # DLE DC4 8


class ThermalPrinterSimulator:
    """One printer on a pty (``port``); every cut slip becomes a PNG in ``directory``. Safe to call from any thread."""

    def __init__(self, directory: Path, model: str = DEFAULT_MODEL, seed: int = 0) -> None:
        self._lock = threading.RLock()
        self.model = find_model(model)
        self._roll = Roll(self.model.width_dots, directory)
        self._paper, self._near_end, self._cover_open, self._cutter_jammed = True, False, False, False
        self._lines_left: int | None = None
        self._fault: str | None = None  # garbage, silence, offline
        self._chance = random.Random(seed)
        self._tail = b""  # the beginning of a real-time command at the end of the last bytes
        self._port = SimulatedPort("thermal_printer", self._received)
        self._interpreter = Interpreter(self._roll, self._port.send, self._line_printed, self._sensor)
        self.port = self._port.path

    def close(self) -> None:
        """Unplug the printer."""
        self._port.close()

    def act(self, action: str) -> None:
        """Do one of ACTIONS. ValueError names what is allowed."""
        if action not in ACTIONS:
            raise ValueError(f"{action!r} is none of {', '.join(ACTIONS)}")
        with self._lock:
            match action:
                case "paper_out":
                    self._paper = False
                case "near_end":
                    self._near_end = True
                case "refill":
                    # whoever changes the roll tears off what hangs out
                    self._roll.cut(torn=True)
                    self._paper, self._near_end, self._lines_left = True, False, None
                case "cover_open" | "cover_close":
                    self._cover_open = action == "cover_open"
                case "cutter_jam" | "cutter_clear":
                    self._cutter_jammed = action == "cutter_jam"
                case "behave":
                    self._fault = None
                case _:
                    self._fault = action
            self._work()

    def paper_out_after(self, lines: int) -> None:
        """The roll ends after that many more printed lines."""
        with self._lock:
            self._lines_left = lines

    def babble(self, data: bytes) -> None:
        """Send bytes that nobody asked for."""
        self._port.send(data)

    @property
    def slips(self) -> list[Path]:
        """Pictures of the cut (or torn) slips, oldest first."""
        with self._lock:
            return list(self._roll.slips)

    @property
    def texts(self) -> list[str]:
        """What each slip says, as characters; a QR symbol is "[QR]"."""
        with self._lock:
            return list(self._roll.texts)

    @property
    def traffic(self) -> list[tuple[str, bytes]]:
        """The last bytes on the wire: ("in"|"out", at most 64 bytes)."""
        return list(self._port.traffic)

    def state(self) -> dict[str, Any]:
        """For the dock."""
        with self._lock:
            return {
                "port": self.port,
                "model": self.model.code,
                "paper": "out" if not self._paper else "near_end" if self._near_end else "ok",
                "cover_open": self._cover_open,
                "cutter_jammed": self._cutter_jammed,
                "misbehaving": self._fault,
                "waiting_bytes": len(self._interpreter.buffer),
                "unknown_commands": self._interpreter.unknown,
                "slips": [path.name for path in self._roll.slips],
            }

    # ── the wire ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _received(self, data: bytes) -> None:
        with self._lock:
            self._real_time(data)
            room = BUFFER_BYTES - len(self._interpreter.buffer)
            self._interpreter.buffer += data[:room]
            self._work()

    def _real_time(self, data: bytes) -> None:
        """Requests that are answered on arrival, wherever they stand, whatever waits in the buffer."""
        seen = self._tail + data
        at = seen.find(DLE)
        while at >= 0 and len(seen) - at >= 3:
            if seen[at + 1] == 0x04 and 1 <= seen[at + 2] <= 4:
                self._answer(seen[at + 2])
            elif CLEAR_BUFFER.startswith(seen[at : at + len(CLEAR_BUFFER)]):
                if len(seen) - at < len(CLEAR_BUFFER):
                    break
                if self.model.clear_buffer:
                    self._interpreter.buffer.clear()
                    self._interpreter.reset()
            at = seen.find(DLE, at + 1)
        self._tail = seen[at:] if at >= 0 else b""

    def _answer(self, n: int) -> None:
        if self._fault == "silence":
            return
        if self._fault == "garbage":
            self._port.send(bytes([self._chance.choice((0x80, 0xFF, 0x93, 0xE1))]))
            return
        answers = {
            1: 0x12 | (0 if self._online else 0x08),
            2: 0x12 | 0x04 * self._cover_open | 0x20 * (not self._paper) | 0x40 * self._cutter_jammed,
            3: 0x12 | 0x08 * self._cutter_jammed,
            4: 0x12 | 0x0C * (self._near_end or not self._paper) | 0x60 * (not self._paper),
        }
        self._port.send(bytes([answers[n]]))

    @property
    def _online(self) -> bool:
        return self._paper and not self._cover_open and not self._cutter_jammed and self._fault != "offline"

    def _work(self) -> None:
        """Print what waits, as long as nothing is in the way."""
        while self._online and self._interpreter.step():
            pass

    def _line_printed(self) -> None:
        if self._lines_left is not None:
            self._lines_left -= 1
            if self._lines_left <= 0:
                self._paper, self._lines_left = False, None

    def _sensor(self) -> int:
        return 0x03 * self._near_end | 0x0C * (not self._paper)
