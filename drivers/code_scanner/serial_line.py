"""A code scanner on a serial line: one code a line, within time, within size, and inert."""

from __future__ import annotations

from time import monotonic

from drivers.code_scanner.device import ScannedCode
from drivers.code_scanner.framing import LARGEST_CODE_BYTES, Scanner, find_scanner
from drivers.device import Fault, Ready, Status, Unknown
from drivers.serial_port import SerialPort

BETWEEN_S = 0.5  # bytes of one code follow at once; a USB hub may hold them back for some milliseconds
AGAIN_S = 1.0  # a hand that holds a code before the scanner shows it several times
MOST_HELD = LARGEST_CODE_BYTES + 16  # a frame that is longer is thrown away as it comes


class SerialLineScanner:
    """Blocking, one thread. Most scanners only talk: that the line stands is all that ``status`` can know."""

    def __init__(self, port: str, scanner: Scanner) -> None:
        self._line = SerialPort("code_scanner", port, scanner.baud)
        self._scanner = scanner
        self._last = ("", float("-inf"))
        self._held = b""

    def open(self) -> None:
        self._line.open()

    def close(self) -> None:
        self._line.close()
        self._forget()

    def status(self) -> Status:
        """Ready while the line stands, Unknown while it is not open. Codes that nobody asked for are forgotten.

        Raises Fault lost.
        """
        if not self._line.is_open:
            return Unknown()
        self._line.read(0.0)
        self._held = b""
        return Ready()

    def scan(self, wait_s: float) -> ScannedCode | None:
        """As CodeScanner says."""
        self._line.discard_input()
        self._held = b""
        end = monotonic() + wait_s
        while (text := self._next(end)) is not None:
            now = monotonic()
            before, self._last = self._last, (text, now)
            if text != before[0] or now - before[1] >= AGAIN_S:
                return ScannedCode(text, now)
        return None

    def _next(self, end: float) -> str | None:
        """The text of the next frame that is not empty; None when nothing began until ``end``."""
        while True:
            frame = self._frame(end)
            if frame is None:
                return None
            if text := self._scanner.text(frame):
                return text

    def _frame(self, end: float) -> bytes | None:
        too_long = False
        while True:
            if length := self._scanner.end_of(self._held):
                frame, self._held = self._held[: length - 1], self._held[length:]
                if too_long:
                    raise Fault("code_scanner.too_long", f"more than {LARGEST_CODE_BYTES} bytes")
                return frame
            begun = bool(self._held) or too_long
            left = BETWEEN_S if begun else end - monotonic()
            data = self._line.read(left) if left > 0 else b""
            if not data:
                held, self._held = len(self._held), b""
                if too_long:
                    raise Fault("code_scanner.too_long", f"more than {LARGEST_CODE_BYTES} bytes, and no end")
                if held:
                    raise Fault("code_scanner.cut_off", f"{held} bytes, then nothing for {BETWEEN_S} s")
                return None
            self._held += data
            if len(self._held) > MOST_HELD and not self._scanner.end_of(self._held):
                self._held, too_long = b"", True
                if monotonic() > end + BETWEEN_S:  # a line that never stops holds nobody
                    raise Fault("code_scanner.too_long", "no end in sight")

    def _forget(self) -> None:
        """What was read may name a person."""
        self._last, self._held = ("", float("-inf")), b""


def create(port: str, model: str = "generic") -> SerialLineScanner:
    """``port``: /dev/serial/by-id/…; ``model``: a row of scanners.toml."""
    return SerialLineScanner(port, find_scanner(model))
