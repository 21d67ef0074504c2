"""ESC/POS as a printer understands it: bytes in order, one command at a time, onto a roll."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from drivers.thermal_printer.command_lengths import ESC_LENGTHS, FS_LENGTHS, GS_LENGTHS
from drivers.thermal_printer.dots import GLYPH_DOTS, Dots, glyph, qr_dots, scaled
from drivers.thermal_printer.models import DEFAULT_MODEL, Model, find_model
from drivers.thermal_printer.replies import ID_HEADER

ESC, FS, GS, DLE, LF = 0x1B, 0x1C, 0x1D, 0x10, 0x0A
DEFAULT_SPACING = 30  # dots of ESC 2 at 203 dpi
PARTIAL_CUTS = (1, 49, 66)  # m of GS V
CUT_FEED = 80  # dots between head and knife that GS V 65/66 moves the paper
REAL_TIME_LENGTHS = {0x04: 3, 0x05: 3, 0x14: 10}  # DLE EOT n, DLE ENQ n, DLE DC4 8 …: done on arrival, skipped here


@dataclass
class Style:
    """How the next character looks."""

    across: int = 1
    down: int = 1
    bold: bool = False
    underline: int = 0
    inverse: bool = False
    align: int = 0  # 0 left, 1 centre, 2 right
    spacing: int = DEFAULT_SPACING


class Paper(Protocol):
    """What is printed on: a roll, or a picture of one."""

    width: int

    def print_line(self, dots: Dots, text: str, advance: int) -> None: ...

    def feed(self, dots: int) -> None: ...

    def cut(self, partial: bool = False) -> object: ...


class Interpreter:
    """Takes bytes into ``buffer``; ``step`` carries out one command or character, as far as ``model`` can.

    ``reply`` sends bytes back, ``printed`` is called after each printed line, ``paper_status`` answers GS r 1,
    ``automatic`` hears the mask of GS a.
    """

    def __init__(
        self,
        roll: Paper,
        reply: Callable[[bytes], None],
        printed: Callable[[], None],
        paper_status: Callable[[], int],
        model: Model | None = None,
        automatic: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._model = model or find_model(DEFAULT_MODEL)
        self._automatic = automatic
        self.buffer = bytearray()
        self.unknown = 0  # bytes and commands that this printer does not understand
        self._roll = roll
        self._reply = reply
        self._printed = printed
        self._paper_status = paper_status
        self.reset()

    def reset(self) -> None:
        """ESC @: modes back to default, an unprinted line is dropped."""
        self._style = Style()
        self._line: list[Dots] = []
        self._words: list[str] = []
        self._qr_data, self._qr_size, self._qr_level = b"", 3, 48

    def step(self) -> bool:
        """Do one thing. False when the buffer is empty or holds an unfinished command."""
        if not self.buffer:
            return False
        handlers = {ESC: self._esc, GS: self._gs, FS: self._fs, DLE: self._dle, LF: self._line_feed}
        handle = handlers.get(self.buffer[0], self._character)
        used = handle(bytes(self.buffer[: 64 * 1024 + 8]))
        del self.buffer[:used]
        return used > 0

    # each handler returns how many bytes it used, 0 to wait for more ─────────────────────────────────────────────────

    def _character(self, data: bytes) -> int:
        first = data[0]
        if first < 0x20 or first in (0x7F, 0x80, 0xFF):
            self.unknown += first not in (0x0D, 0x00)
            return 1
        size = 1
        if first >= 0x80 and self._model.encoding == "none":  # some letter of some code page, never what was meant
            self._set("?", wide=False)
            return 1
        if first >= 0x81:  # GB18030: two bytes, or four when the second is a digit
            if len(data) < 2:
                return 0
            size = 4 if 0x30 <= data[1] <= 0x39 else 2
        if len(data) < size:
            return 0
        character = data[:size].decode("gb18030", "replace")[0]
        self._set(character, wide=size > 1)
        return size

    def _line_feed(self, _data: bytes) -> int:
        self._print_line()
        return 1

    def _dle(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        size = REAL_TIME_LENGTHS.get(data[1], 1)
        return size if len(data) >= size else 0

    def _esc(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        if data[1] == 0x2A:  # ESC * m nL nH: an old bit image; stepped over
            return _whole(data, 5, lambda d: (3 if d[2] >= 32 else 1) * int.from_bytes(d[3:5], "little"))
        if data[1] == 0x44:  # ESC D n… NUL: tab stops
            end = data.find(0, 2)
            return end + 1 if end >= 0 else 0
        return self._simple(data, ESC_LENGTHS, self._do_esc)

    def _gs(self, data: bytes) -> int:
        if len(data) < 2:
            return 0
        match data[1]:
            case 0x56:
                return self._cut(data)
            case 0x28:
                return self._extended(data)
            case 0x76:
                return self._raster(data)
            case 0x6B:  # GS k: a bar code; stepped over
                self.unknown += 1
                if len(data) >= 3 and data[2] < 65:
                    return data.find(0, 3) + 1
                return _whole(data, 4, lambda d: d[3])
            case _:
                return self._simple(data, GS_LENGTHS, self._do_gs)

    def _fs(self, data: bytes) -> int:
        return self._simple(data, FS_LENGTHS, lambda _code, _arguments: None) if len(data) > 1 else 0

    def _simple(self, data: bytes, lengths: dict[int, int], do: Callable[[int, bytes], None]) -> int:
        size = lengths.get(data[1])
        if size is None:
            self.unknown += 1
            return 1
        if len(data) < 2 + size:
            return 0
        do(data[1], data[2 : 2 + size])
        return 2 + size

    def _do_esc(self, code: int, arguments: bytes) -> None:
        style, n = self._style, arguments[0] if arguments else 0
        match code:
            case 0x40:
                self.reset()
            case 0x21:
                style.bold, style.underline = bool(n & 0x08), 1 if n & 0x80 else 0
                style.down, style.across = 2 if n & 0x10 else 1, 2 if n & 0x20 else 1
            case 0x45 | 0x47:
                style.bold = bool(n & 1)
            case 0x2D:
                style.underline = n % 48
            case 0x61:
                style.align = n % 48
            case 0x33:
                style.spacing = n
            case 0x32:
                style.spacing = DEFAULT_SPACING
            case 0x64:
                self._print_line(feed_if_empty=False)
                self._roll.feed(n * max(style.spacing, GLYPH_DOTS))
            case 0x4A:
                self._print_line(feed_if_empty=False)
                self._roll.feed(n)

    def _do_gs(self, code: int, arguments: bytes) -> None:
        n = arguments[0]
        match code:
            case 0x21:
                self._style.across, self._style.down = (n >> 4 & 7) + 1, (n & 7) + 1
            case 0x42:
                self._style.inverse = bool(n & 1)
            case 0x61:
                self._automatic(n)
            case 0x72 if n in (1, 49) and self._model.fence == "gs_r":
                self._print_line(feed_if_empty=False)
                self._reply(bytes([self._paper_status()]))

    def _cut(self, data: bytes) -> int:
        if len(data) < 3:
            return 0
        feeds = data[2] in (65, 66)
        if feeds and len(data) < 4:
            return 0
        self._print_line(feed_if_empty=False)
        self._roll.feed(CUT_FEED + data[3] if feeds else 0)
        if self._model.cutter:
            self._roll.cut(partial=data[2] in PARTIAL_CUTS)
        return 4 if feeds else 3

    def _raster(self, data: bytes) -> int:
        used = _whole(data, 8, lambda d: int.from_bytes(d[4:6], "little") * int.from_bytes(d[6:8], "little"))
        if used:
            across, rows = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
            bits = np.unpackbits(np.frombuffer(data[8:used], np.uint8)).reshape(rows, across * 8).astype(np.bool_)
            mode = data[3] % 48
            self._picture(scaled(bits, 2 if mode & 1 else 1, 2 if mode & 2 else 1), "")
        return used

    def _extended(self, data: bytes) -> int:
        used = _whole(data, 5, lambda d: int.from_bytes(d[3:5], "little"))
        if used and data[2] == 0x6B and data[5:6] == b"1" and self._model.native_qr:
            self._qr(data[6:7], data[7:used])
        elif used and data[2:7] == b"H\x06\x0000" and self._model.fence == "gs_h":
            self._print_line(feed_if_empty=False)
            self._reply(ID_HEADER + data[7:used] + b"\0")
        elif used:
            self.unknown += 1
        return used

    def _qr(self, function: bytes, arguments: bytes) -> None:
        match function:
            case b"C":
                self._qr_size = max(1, min(16, arguments[0])) if arguments else 3
            case b"E":
                self._qr_level = arguments[0] if arguments else 48
            case b"P":
                self._qr_data = arguments[1:]
            case b"Q" if self._qr_data:
                try:
                    self._picture(qr_dots(self._qr_data, self._qr_level, self._qr_size), "[QR]")
                except ValueError:
                    self.unknown += 1

    # ── onto the roll ───────────────────────────────────────────────────────────────────────────────────────────────

    def _set(self, character: str, wide: bool) -> None:
        style = self._style
        dots = glyph(character, wide)
        if style.bold:
            dots = dots | np.roll(dots, 1, axis=1)
        dots = scaled(dots, style.across, style.down)
        if style.underline:
            dots[-style.underline :, :] = True
        if style.inverse:
            dots = ~dots
        if sum(part.shape[1] for part in self._line) + dots.shape[1] > self._roll.width:
            self._print_line()
        self._line.append(dots)
        self._words.append(character)

    def _print_line(self, feed_if_empty: bool = True) -> None:
        if not self._line:
            if feed_if_empty:
                self._roll.feed(max(self._style.spacing, GLYPH_DOTS))
            return
        height = max(part.shape[0] for part in self._line)
        # characters of different heights stand on one baseline
        parts = [np.pad(part, ((height - part.shape[0], 0), (0, 0))) for part in self._line]
        text = "".join(self._words)
        self._line, self._words = [], []
        self._burn(np.concatenate(parts, axis=1), text, max(self._style.spacing, height))

    def _picture(self, dots: Dots, text: str) -> None:
        self._print_line(feed_if_empty=False)
        self._burn(dots[:, : self._roll.width], text, 0)

    def _burn(self, dots: Dots, text: str, advance: int) -> None:
        free = self._roll.width - dots.shape[1]
        left = (0, free // 2, free)[min(2, self._style.align)]
        self._roll.print_line(np.pad(dots, ((0, 0), (left, 0))), text, advance)
        self._printed()


def _whole(data: bytes, head: int, payload: Callable[[bytes], int]) -> int:
    """Size of a command with ``head`` bytes and a counted payload, or 0 while it is not all there."""
    if len(data) < head:
        return 0
    size = head + payload(data)
    return size if len(data) >= size else 0
