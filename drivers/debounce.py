"""When a device counts as lost: after some misses in a row, or at once where a second witness agrees."""

from __future__ import annotations

from drivers.device import Missing, Status, Unknown


class Debounce:
    """Fed by one thread, except ``port_gone``, which the hot-plug's may set."""

    def __init__(self, misses_to_lose: int) -> None:
        self._misses_to_lose = misses_to_lose
        self._misses = 0
        self.port_gone = False

    def answered(self) -> None:
        """A device that answers is there, whatever became of its name in /dev."""
        self._misses = 0
        self.port_gone = False

    def missed(self, known: Status, seen: Status) -> bool:
        """Count one miss: whether ``seen`` is to be believed now. A device that never worked has nothing to lose."""
        self._misses += 1
        two_witnesses = self.port_gone and isinstance(seen, Missing)
        return two_witnesses or self._misses >= self._misses_to_lose or not answers(known)


def answers(status: Status) -> bool:
    """Ready, Warning and Blocked are answers; Missing and Unknown are not."""
    return not isinstance(status, Missing | Unknown)
