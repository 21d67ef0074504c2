"""How long to wait for an office that says nothing: short while it is usually quick, longer where the way is long."""

from __future__ import annotations

import threading

LONGEST_S = 60.0  # a link with 30 s of latency still gets its answer; a half-open one holds a thread no longer
MARGIN = 2.0  # of the time that the last answer took


class Patience:
    """A factor on every time limit: doubled by silence, set by answers. Thread-safe.

    A fixed limit is either too short for a satellite link, which then never gets anything through, or so long that a
    dead connection holds the sender for minutes. After the longest wait it begins anew with the shortest, so that a
    network that comes back is noticed soon.
    """

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._factor = 1.0

    def seconds(self, usual_s: float) -> float:
        """How long to wait now where ``usual_s`` is enough on a usual day."""
        return max(usual_s, min(usual_s * self._factor, self._longest_s))

    def answered(self, usual_s: float, took_s: float) -> None:
        """An answer came after ``took_s`` seconds of waiting."""
        with self._lock:
            self._factor = max(1.0, MARGIN * took_s / usual_s)

    def silent(self, usual_s: float) -> None:
        """None came in the time that ``seconds(usual_s)`` gave."""
        with self._lock:
            self._factor = 1.0 if usual_s * self._factor >= self._longest_s else self._factor * 2
