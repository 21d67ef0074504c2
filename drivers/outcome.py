"""What became of a print: printed, not printed, or nobody knows. Handed over is not paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Printed:
    """The device itself confirmed that the paper came out."""


@dataclass(frozen=True)
class NotPrinted:
    """Known: no paper came out. ``reason`` is a fault code."""

    reason: str


@dataclass(frozen=True)
class Unsettled:
    """Paper may or may not have come out; nobody retries by themselves. ``reason`` is a fault code."""

    reason: str


Outcome = Printed | NotPrinted | Unsettled
