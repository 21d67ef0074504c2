"""Ink on a simulated roll: dots, glyphs and QR symbols, 576 to a line, and the slips that are cut from it."""

from __future__ import annotations

import os
import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

GLYPH_DOTS = 24  # font A: 12 × 24 for half-width, 24 × 24 for Chinese characters
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")  # Debian: fonts-noto-cjk
FONT_FACE = "Noto Sans Mono CJK SC"
INK_FROM = 110  # grey level of 255 from which a dot is burnt; lower gives fat strokes that fill small characters
MAX_DOTS = 20_000  # 2.5 m of paper: more on one slip is a runaway, and must not fill the memory
QR_LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}
MARGIN = 24  # dots of white around a saved slip, so that it looks like paper

Dots = NDArray[np.bool_]  # rows × columns, True is ink


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    for index in range(10):
        font = ImageFont.truetype(FONT, GLYPH_DOTS, index=index)
        if font.getname()[0] == FONT_FACE:
            return font
    raise FileNotFoundError(f"{FONT} has no face {FONT_FACE}: install fonts-noto-cjk")


@lru_cache(maxsize=2048)
def glyph(character: str, wide: bool) -> Dots:
    """The dots of one character: (24, 24) when ``wide``, else (24, 12)."""
    width = GLYPH_DOTS if wide else GLYPH_DOTS // 2
    picture = Image.new("L", (width, GLYPH_DOTS), 0)
    if not unicodedata.category(character).startswith("C"):
        # the face's ascent is taller than its square: anchored on the baseline, 21 dots down, nothing is cut off
        ImageDraw.Draw(picture).text((0, 21), character, font=_font(), fill=255, anchor="ls")
    return np.asarray(picture) >= INK_FROM


def qr_dots(data: bytes, level: int, module_dots: int) -> Dots:
    """A QR symbol without quiet zone. ValueError (of segno) when the data does not fit."""
    symbol = segno.make(data, error=QR_LEVELS.get(level, "l"), micro=False, boost_error=False)
    matrix = np.array([[cell & 1 for cell in row] for row in symbol.matrix], dtype=np.bool_)
    return scaled(matrix, module_dots, module_dots)


def scaled(dots: Dots, across: int, down: int) -> Dots:
    """Every dot repeated, as the printer enlarges."""
    return np.repeat(np.repeat(dots, across, axis=1), down, axis=0)


class Roll:
    """The paper since the last cut."""

    def __init__(self, width: int, directory: Path) -> None:
        self.width = width
        self._directory = directory
        self._bands: list[Dots] = []
        self._rows = 0
        self._text: list[str] = []
        self.slips: list[Path] = []
        self.texts: list[str] = []  # of each slip, what was printed as characters
        directory.mkdir(parents=True, exist_ok=True)

    @property
    def has_ink(self) -> bool:
        return any(band.any() for band in self._bands)

    def print_line(self, dots: Dots, text: str, advance: int) -> None:
        """Burn one line, at most as wide as the roll, and move on by ``advance`` dots or its height."""
        band = np.zeros((max(dots.shape[0], advance), self.width), np.bool_)
        band[: dots.shape[0], : dots.shape[1]] = dots[:, : self.width]
        self._add(band)
        self._text.append(text)

    def feed(self, dots: int) -> None:
        self._add(np.zeros((dots, self.width), np.bool_))

    def cut(self, torn: bool = False) -> Path | None:
        """Cut or tear the slip off and save it as PNG; None when there is nothing on it."""
        inked = self.has_ink
        picture = np.concatenate(self._bands) if self._bands else None
        text = "\n".join(self._text)
        self._bands, self._rows, self._text = [], 0, []
        if picture is None or not inked:
            return None
        path = self._directory / f"receipt-{len(self.slips) + 1:04d}{'-torn' if torn else ''}.png"
        ink = np.pad(picture, MARGIN)
        half_written = path.with_suffix(".part")
        Image.fromarray(np.where(ink, 0, 255).astype(np.uint8)).convert("1").save(half_written, format="PNG")
        os.replace(half_written, path)  # noqa: PTH105 - whoever watches the directory never sees half a picture
        self.slips.append(path)
        self.texts.append(text)
        return path

    def _add(self, band: Dots) -> None:
        if self._rows < MAX_DOTS:
            self._bands.append(band)
            self._rows += band.shape[0]
