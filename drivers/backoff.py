"""How long to wait before a device is tried again."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST_S = 1.0  # a replugged cable is seen within a second or two
MOST_S = 60.0  # a device that has been away for hours costs one try a minute
JITTER = 0.2  # ± a fifth, so that eight devices of one hub do not all come back in the same instant


class Backoff:
    """Doubles from ``first_s`` to ``most_s`` with jitter; ``reset`` after a success."""

    def __init__(
        self, first_s: float = FIRST_S, most_s: float = MOST_S, chance: Callable[[], float] = random.random
    ) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance
        self._failures = 0

    def next_s(self) -> float:
        """Seconds until the next try: never above ``most_s``, never below four fifths of the step."""
        # the exponent is capped: 2.0 ** 2000 raises, and a device may be away for days
        plain = min(self._most_s, self._first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return min(self._most_s, plain * (1 + JITTER * (2 * self._chance() - 1)))

    def reset(self) -> None:
        self._failures = 0
