"""Plots of a report: how each figure stands to its bare operation, and the curves of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

from benchmarks.report import Curve, Report

matplotlib.use("Agg")  # a kiosk in a hall has no display for plots, nor has CI
from matplotlib import pyplot

OURS, BARE = "#1f6f8b", "#888888"
WIDTH_IN, ROW_IN, CURVE_IN = 9.0, 0.55, 3.0


def draw(report: Report, path: Path) -> None:
    """One picture: a bar chart of ratios, if any figure has one, above the curves."""
    compared = [figure for figure in report.figures if figure.ratio is not None]
    heights = ([1.4 + ROW_IN * len(compared)] if compared else []) + [CURVE_IN] * len(report.curves)
    figure, axes = pyplot.subplots(
        len(heights), 1, figsize=(WIDTH_IN, sum(heights)), height_ratios=heights, squeeze=False, layout="constrained"
    )
    figure.suptitle(report.title, fontsize=11)
    panels = list(axes[:, 0])
    if compared:
        _ratios(panels.pop(0), report)
    for panel, curve in zip(panels, report.curves, strict=True):
        _curve(panel, curve)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _ratios(panel: Any, report: Report) -> None:
    compared = [figure for figure in report.figures if figure.ratio is not None]
    ratios = [figure.ratio or 0.0 for figure in compared]
    labels = [f"{figure.name}\n(beside {figure.bare_name})" for figure in compared]
    bars = panel.barh(labels, ratios, color=OURS, height=0.6)
    panel.bar_label(
        bars,
        [f" {ratio:.2f} ×  ({figure.value:.4g} {figure.unit})" for ratio, figure in zip(ratios, compared, strict=True)],
        fontsize=8,
    )
    panel.axvline(1.0, color=BARE, linewidth=1, linestyle="--")
    panel.set_xlim(0, max([*ratios, 1.0]) * 1.35)
    panel.invert_yaxis()
    panel.set_xlabel("ratio to the bare operation of the same run (dimensionless)", fontsize=8)
    panel.tick_params(labelsize=8)


def _curve(panel: Any, curve: Curve) -> None:
    for label, points in curve.lines.items():
        panel.plot([x for x, _ in points], [y for _, y in points], label=label, linewidth=1.4)
    panel.set_title(curve.title, fontsize=9)
    panel.set_xlabel(curve.x_label, fontsize=8)
    panel.set_ylabel(curve.y_label, fontsize=8)
    panel.set_ylim(bottom=0)
    panel.grid(alpha=0.3)
    panel.tick_params(labelsize=8)
    if len(curve.lines) > 1:
        panel.legend(fontsize=8)
