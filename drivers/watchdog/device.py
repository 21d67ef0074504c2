"""What every watchdog can do."""

from __future__ import annotations

from typing import Protocol

from drivers.device import Driver


class Watchdog(Driver, Protocol):
    """Opening it starts the count-down: from then on it restarts the machine unless it is fed, or closed in order."""

    @property
    def limit_s(self) -> float | None:
        """Seconds without a keep-alive until it bites; None when it does not say."""
        ...

    def keep_alive(self) -> None:
        """Start the count-down anew. To be called by the part whose hanging shall restart the machine."""
        ...
