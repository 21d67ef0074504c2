"""What a benchmark found: figures beside the bare operation of the same run, as a table, JSON and a plot."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A measured value; ``bare`` is the operation that it wraps, measured in the same run, in the same unit."""

    name: str
    value: float
    unit: str
    bare: float | None = None
    bare_name: str = ""
    budget: str = ""  # the design's, as text: it is compared by eyes, never by code

    @property
    def ratio(self) -> float | None:
        return self.value / self.bare if self.bare else None


@dataclass(frozen=True)
class Curve:
    """One plot of lines; each line is its points (x, y)."""

    title: str
    x_label: str
    y_label: str
    lines: dict[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class Report:
    """One run of one benchmark."""

    name: str
    title: str
    figures: tuple[Figure, ...]
    curves: tuple[Curve, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)  # what was varied, so that the run can be repeated

    def table(self) -> str:
        """One line a figure: value, bare operation, ratio, budget."""
        rows = [
            (
                figure.name,
                f"{_short(figure.value)} {figure.unit}",
                f"{figure.bare_name} {_short(figure.bare)} {figure.unit}" if figure.bare is not None else "",
                f"{figure.ratio:.2f} ×" if figure.ratio is not None else "",
                f"budget {figure.budget}" if figure.budget else "",
            )
            for figure in self.figures
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
        return "\n".join([self.title, *(f"  {line.rstrip()}" for line in lines)])

    def write(self, folder: Path) -> None:
        """NAME.json and NAME.png."""
        from benchmarks.plots import draw

        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "name": self.name,
            "title": self.title,
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
            "settings": self.settings,
            "figures": [{**asdict(figure), "ratio": figure.ratio} for figure in self.figures],
            "curves": [asdict(curve) for curve in self.curves],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (folder / f"{self.name}.json").write_text(text + "\n", encoding="utf-8")
        draw(self, folder / f"{self.name}.png")


def command(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], Report]) -> None:
    """The command line of one benchmark: its own options, and ``--out``."""
    parser.add_argument("--out", type=Path, help="write NAME.json and NAME.png to this folder")
    options = parser.parse_args()
    report = run(options)
    print(report.table())
    if options.out:
        report.write(options.out)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
