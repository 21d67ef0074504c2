"""How long to wait after the n-th failure in a row."""

from __future__ import annotations

import random

FIRST_S = 60.0  # nobody is waiting: a minute costs nothing, and a fleet is sixty times gentler than at a second
WAITED_FOR_S = 1.0  # somebody stands at the screen
LONGEST_S = 3600.0  # a fleet that lost its office for a night must not stand at its door all at once, nor for a day


def delay_s(failures: int, longest_s: float = LONGEST_S, first_s: float = FIRST_S) -> float:
    """1, 2, 4 … times ``first_s`` up to ``longest_s``, each ± 50 %, so that kiosks of one power cut spread out."""
    exponent = min(max(failures, 1) - 1, 20)  # 2**20 s is beyond any cap; more only overflows
    return float(min(first_s * 2**exponent * random.uniform(0.5, 1.5), longest_s))
