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
from drivers.thermal_printer.simulated_tcp_port import SimulatedTcpPort

ACTIONS = (
    "paper_out", "near_end", "refill", "cover_open", "cover_close", "cutter_jam", "cutter_clear",
    "overheat", "cool_down", "break_head", "break_feed", "repair", "power_off", "power_on",
    "garbage", "silence", "late", "no_fence", "stall", "drop", "offline", "behave",
)  # fmt: skip
LATE_S = 2.0  # long after a driver has given up an answer
BUFFER_BYTES = 1024 * 1024  # a real one has 4 to 64 KB and flow control; a pty has none, so we take what comes
CLEAR_BUFFER = bytes.fromhex("10140801031401060208")  # DLE DC4 8


class ThermalPrinterSimulator:
    """One printer on a pty or a TCP port (``port``); every cut slip becomes a PNG in ``directory``.

    Safe to call from any thread. Without power it answers nothing and has forgotten what it had not printed; ``late``
    answers come after the driver has given up; ``no_fence`` prints everything and confirms nothing; ``stall`` takes no
    more bytes; ``drop`` resets the connection (TCP only), as a printer does whose firmware starts anew.
    """

    def __init__(self, directory: Path, model: str = DEFAULT_MODEL, seed: int = 0, cable: str = "serial") -> None:
        self._lock = threading.RLock()
        self.model = find_model(model)
        self._roll = Roll(self.model.width_dots, directory)
        self._paper, self._near_end, self._cover_open, self._cutter_jammed = True, False, False, False
        self._hot, self._head_broken, self._feed_broken, self._powered = False, False, False, True
        self._lines_left: int | None = None
        self._power_lines: int | None = None  # until the power fails
        self._fault: str | None = None  # garbage, silence, late, no_fence, offline
        self._mask, self._last_told = 0, b""  # of GS a
        self._working = False
        self._chance = random.Random(seed)
        self._tail = b""  # the beginning of a real-time command at the end of the last bytes
        make_port = SimulatedTcpPort if cable == "network" else SimulatedPort
        self._port: SimulatedPort | SimulatedTcpPort = make_port("thermal_printer", self._received)
        self._interpreter = Interpreter(
            self._roll, self._confirm, self._line_printed, self._sensor, self.model, self._tell_from_now_on
        )
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
                case "overheat" | "cool_down":
                    self._hot = action == "overheat"
                case "break_head":
                    self._head_broken = True
                case "break_feed":
                    self._feed_broken = True
                case "repair":
                    self._head_broken, self._feed_broken = False, False
                case "power_off" | "power_on":
                    self._power(action == "power_on")
                case "stall":
                    self._port.stall()
                case "drop":
                    if isinstance(self._port, SimulatedTcpPort):
                        self._port.drop()
                case "behave":
                    self._fault = None
                    self._port.go_on()
                case _:
                    self._fault = action
            self._work()
            self._tell_changes()

    def paper_out_after(self, lines: int) -> None:
        """The roll ends after that many more printed lines."""
        with self._lock:
            self._lines_left = lines

    def power_off_after(self, lines: int) -> None:
        """The power fails after that many more printed lines."""
        with self._lock:
            self._power_lines = lines

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
                "hot": self._hot,
                "broken": "head" if self._head_broken else "feed" if self._feed_broken else None,
                "powered": self._powered,
                "misbehaving": self._fault,
                "waiting_bytes": len(self._interpreter.buffer),
                "unknown_commands": self._interpreter.unknown,
                "slips": [path.name for path in self._roll.slips],
            }

    # ── the wire ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _received(self, data: bytes) -> None:
        with self._lock:
            if not self._powered:
                return
            self._real_time(data)
            room = BUFFER_BYTES - len(self._interpreter.buffer)
            self._interpreter.buffer += data[:room]
            self._work()
            self._tell_changes()

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
        if self._fault == "silence" or not self._powered:
            return
        if self._fault == "garbage":
            self._port.send(bytes([self._chance.choice((0x80, 0xFF, 0x93, 0xE1))]))
            return
        low = self.model.near_end_sensor and (self._near_end or not self._paper)
        answers = {
            1: 0x12 | (0 if self._online else 0x08),
            2: 0x12 | 0x04 * self._cover_open | 0x20 * (not self._paper) | 0x40 * self._in_error,
            3: 0x12 | self._errors,
            4: 0x12 | 0x0C * low | 0x60 * (not self._paper),
        }
        self._port.send(bytes([answers[n]]), delay_s=LATE_S if self._fault == "late" else 0.0)

    @property
    def _errors(self) -> int:
        """Bits of DLE EOT 3, and of the second byte of an automatic status."""
        return 0x04 * self._feed_broken | 0x08 * self._cutter_jammed | 0x20 * self._head_broken | 0x40 * self._hot

    @property
    def _in_error(self) -> bool:
        return self._cutter_jammed or self._head_broken or self._feed_broken

    @property
    def _online(self) -> bool:
        well = self._paper and not self._cover_open and not self._in_error and not self._hot
        return well and self._powered and self._fault != "offline"

    def _confirm(self, answer: bytes) -> None:
        if self._fault not in ("no_fence", "silence"):
            self._port.send(answer)

    def _tell_from_now_on(self, mask: int) -> None:
        """GS a: from now on, and once at once."""
        if self.model.asb:
            self._mask, self._last_told = mask, b""
            self._tell_changes()

    def _tell_changes(self) -> None:
        """Automatic status back, whenever it is another than the last."""
        if not self._mask or not self._powered or self._fault in ("silence", "garbage"):
            return
        low = self.model.near_end_sensor and (self._near_end or not self._paper)
        head = 0x10 | (0 if self._online else 0x08) | 0x20 * self._cover_open
        status = bytes([head, self._errors, 0x03 * low | 0x0C * (not self._paper), 0])
        if status != self._last_told:
            self._last_told = status
            self._port.send(status)

    def _power(self, on: bool) -> None:
        """Off: what it had not printed is forgotten, what hangs out is torn off. On: as it came from the factory."""
        self._powered = on
        self._interpreter.buffer.clear()
        self._interpreter.reset()
        self._tail, self._mask = b"", 0
        if not on:
            self._port.call_off()
            self._roll.cut(torn=True)

    def _work(self) -> None:
        """Print what waits, as long as nothing is in the way."""
        if self._working:  # a line that was printed changed something
            return
        self._working = True
        try:
            while self._online and self._interpreter.step():
                pass
        finally:
            self._working = False

    def _line_printed(self) -> None:
        if self._power_lines is not None:
            self._power_lines -= 1
            if self._power_lines <= 0:
                self._power_lines = None
                self._power(False)
        if self._lines_left is not None:
            self._lines_left -= 1
            if self._lines_left <= 0:
                self._paper, self._lines_left = False, None

    def _sensor(self) -> int:
        return 0x03 * (self._near_end and self.model.near_end_sensor) | 0x0C * (not self._paper)
