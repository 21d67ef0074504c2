"""How wide text is on a receipt printer, and where its lines break."""

from __future__ import annotations

import re

# A word of letters, digits and their signs stays together; every other character may start a line.
_PIECE = re.compile(r"[!-~]+|.", re.DOTALL)
_NEVER_FIRST = "，。；：、！？）》」』”’…"  # 行首禁则: these do not start a line


def columns(text: str) -> int:
    """Columns of font A: what GB18030 writes in one byte takes one, everything else two."""
    return sum(1 if len(character.encode("gb18030")) == 1 else 2 for character in text)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns (at least 4); words stay whole where they fit.

    An empty text gives one empty line.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width):
        if columns(line + piece) <= width:
            line += piece
            continue
        moved = ""
        while line and piece[0] in _NEVER_FIRST and not moved:  # the mark takes the character before it along
            line, moved = line[:-1], line[-1]
        lines.append(line.rstrip())
        line = (moved + piece).lstrip()
    lines.append(line.rstrip())
    return lines


def _pieces(text: str, width: int) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(text.replace("\n", " ")):
        pieces += [piece[start : start + width] for start in range(0, len(piece), width)]
    return pieces
