"""Paper of a simulated printer: what was burnt since the last cut, and the slips that were cut off."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

from drivers.thermal_printer.dots import Dots

MAX_DOTS = 20_000  # 2.5 m of paper: more on one slip is a runaway, and must not fill the memory
MARGIN = 24  # dots of white around a saved slip, so that it looks like paper


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
        self.cuts: list[str] = []  # of each slip: full, partial or torn
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

    def cut(self, partial: bool = False, torn: bool = False) -> Path | None:
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
        self.cuts.append("torn" if torn else "partial" if partial else "full")
        return path

    def _add(self, band: Dots) -> None:
        if self._rows < MAX_DOTS:
            self._bands.append(band)
            self._rows += band.shape[0]
