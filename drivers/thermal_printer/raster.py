"""A slip as pictures, for printers whose own font cannot write it; and the hall's logo above every slip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from drivers.thermal_printer.dots import INK_FROM, Dots
from drivers.thermal_printer.interpreter import Interpreter
from drivers.thermal_printer.models import Model

BAND_ROWS = 240  # rows of one GS v 0: below 256, and less than the smallest buffer that printers have, 4 KB at 576 dots
LOGO_SHARE = 0.6  # of the paper's width, at most
LOGO_ROWS = 240  # 3 cm at 203 dpi, at most
CUT = {"full": b"\x1dV\x00", "partial": b"\x1dV\x01"}
_ALIGN_CENTRE, _ALIGN_LEFT = b"\x1ba\x01", b"\x1ba\x00"
# Real-time commands are carried out on arrival, also inside of a picture: one dot more, and they are none.
_REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")
_DEFUSED = 0x18


def drawn(data: bytes, model: Model) -> tuple[bytes, str]:
    """The same slip with every printed line as a picture, and the text that stood on it.

    ``data`` is ESC/POS with GB18030 text. What is unfinished at its end is left out, as a printer would wait for it.
    """
    paper = _Bands(model)
    able = model.model_copy(update={"encoding": "gb18030", "native_qr": True})  # it is we who draw
    interpreter = Interpreter(paper, lambda _: None, lambda: None, lambda: 0, able)
    interpreter.buffer += data
    while interpreter.step():
        pass
    return bytes(paper.out), "".join(paper.text)


def logo(path: Path, model: Model) -> bytes:
    """The picture centred above the slip. Raises ValueError naming the file when it is none."""
    try:
        with Image.open(path) as picture:
            picture.load()
            flat = Image.new("L", picture.size, 255)
            rgba = picture.convert("RGBA")
            flat.paste(rgba.convert("L"), mask=rgba.getchannel("A"))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValueError(f"logo {path}: {type(error).__name__}") from None
    share = min(1.0, model.width_dots * LOGO_SHARE / flat.width, LOGO_ROWS / flat.height)
    size = (max(1, int(flat.width * share)), max(1, int(flat.height * share)))
    dots: Dots = np.asarray(flat.resize(size)) < 255 - INK_FROM
    return _ALIGN_CENTRE + raster(dots) + _ALIGN_LEFT


def with_cut(data: bytes, model: Model) -> bytes:
    """The slip's last cut as this model makes it."""
    for kind, command in CUT.items():
        if data.endswith(command) and kind != model.cut:
            return data.removesuffix(command) + CUT[model.cut]
    return data


def raster(dots: Dots) -> bytes:
    """GS v 0 commands; white to the right is not sent. No bytes for no ink."""
    inked = np.flatnonzero(dots.any(axis=0))
    if not inked.size:
        return b""
    dots = dots[:, : int(inked[-1]) + 1]
    out = bytearray()
    for top in range(0, dots.shape[0], BAND_ROWS):
        band = np.packbits(dots[top : top + BAND_ROWS], axis=1)
        rows, across = band.shape
        out += b"\x1dv0\x00" + across.to_bytes(2, "little") + rows.to_bytes(2, "little") + _defused(band.tobytes())
    return bytes(out)


def _defused(picture: bytes) -> bytes:
    for command in _REAL_TIME:
        picture = picture.replace(command, bytes([_DEFUSED, command[1]]))
    return picture


class _Bands:
    """Paper on which the interpreter prints, written down as commands again."""

    def __init__(self, model: Model) -> None:
        self.width = model.width_dots
        self.text: list[str] = []
        self.out = bytearray()
        self._cut = CUT[model.cut]

    def print_line(self, dots: Dots, text: str, advance: int) -> None:
        self.text.append(text)
        picture = raster(dots)
        self.out += picture
        self.feed(max(0, advance - dots.shape[0]) if picture else max(advance, dots.shape[0]))

    def feed(self, dots: int) -> None:
        while dots > 0:
            self.out += b"\x1bJ" + bytes([min(255, dots)])
            dots -= 255

    def cut(self, partial: bool = False) -> None:
        del partial  # as this model cuts, not as the composer thought
        self.out += self._cut
