"""Looks at PDFs with independent readers: poppler and zbar."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

MM_PER_POINT = 25.4 / 72
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


@dataclass(frozen=True)
class Word:
    """A run of text with its box in mm from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


class Paper:
    """One PDF in a folder of its own."""

    def __init__(self, pdf: bytes, folder: Path) -> None:
        self.path = folder / "paper.pdf"
        self.path.write_bytes(pdf)

    def _run(self, *command: str) -> str:
        return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()

    def info(self) -> dict[str, str]:
        lines = self._run("pdfinfo", str(self.path)).splitlines()
        return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}

    def fonts(self) -> list[str]:
        return self._run("pdffonts", str(self.path)).splitlines()[2:]

    def text(self) -> str:
        """All text without white space, for lines break where they must."""
        return "".join(self._run("pdftotext", str(self.path), "-").split())

    def words(self) -> list[Word]:
        found = _WORD.findall(self._run("pdftotext", "-bbox", str(self.path), "-"))
        words = []
        for *box, text in found:
            left, top, right, bottom = (float(edge) * MM_PER_POINT for edge in box)
            words.append(Word(left, top, right, bottom, unescape(text)))
        return words

    def picture(self, dpi: int) -> Path:
        target = self.path.with_name(f"at_{dpi}")
        self._run("pdftoppm", "-r", str(dpi), "-png", "-singlefile", str(self.path), str(target))
        return target.with_suffix(".png")

    def qr(self, dpi: int = 200) -> str:
        return self._run("zbarimg", "--quiet", "--raw", str(self.picture(dpi))).strip()


Reader = Callable[[bytes], Paper]


@pytest.fixture
def paper(tmp_path: Path) -> Reader:
    """Puts a PDF before the readers."""
    return lambda pdf: Paper(pdf, tmp_path)
