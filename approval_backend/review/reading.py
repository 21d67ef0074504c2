"""What a machine saw on a page: lines of text with confidence and place."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One line of text. ``left``, ``top``, ``height`` in pixels of the page; ``confidence`` 0 to 1."""

    text: str = field(repr=False)
    confidence: float
    left: float = 0.0
    top: float = 0.0
    height: float = 1.0


@dataclass(frozen=True)
class Reading:
    """A page as read. ``repr`` shows no text: pages hold names and addresses."""

    lines: tuple[Line, ...]
    milliseconds: int


def in_reading_order(lines: tuple[Line, ...]) -> list[list[Line]]:
    """Rows from top to bottom, each from left to right; boxes that overlap by half their height share a row."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda item: item.top + item.height / 2):
        middle = line.top + line.height / 2
        if rows and abs(middle - (rows[-1][0].top + rows[-1][0].height / 2)) < 0.5 * min(
            line.height, rows[-1][0].height
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda item: item.left) for row in rows]
