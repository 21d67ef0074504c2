"""How many rounds a test runs: enough for every change by default, the full count under ``./kiosk test --thorough``."""

from __future__ import annotations

import os

THOROUGH = os.environ.get("KIOSK_THOROUGH") == "1"

_figures: list[str] = []


def rounds(default: int, thorough: int) -> int:
    """The count for this run."""
    return thorough if THOROUGH else default


def figure(text: str) -> None:
    """A line that stands in the test run's closing summary, such as "power cuts: 500 runs, 0 rows lost"."""
    _figures.append(text)


def figures() -> tuple[str, ...]:
    """What was measured so far in this process."""
    return tuple(_figures)
