"""Ink as dots: characters drawn by Noto Sans CJK and QR symbols, for printers without a font and simulated paper."""

from __future__ import annotations

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
QR_LEVELS = {48: "l", 49: "m", 50: "q", 51: "h"}

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
