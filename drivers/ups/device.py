"""What every uninterruptible power supply can tell, whatever it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from drivers.device import Driver


@dataclass(frozen=True)
class Power:
    """One look at the supply. None: it does not say."""

    on_mains: bool | None
    charge_percent: float | None = None
    runtime_s: float | None = None
    flags: frozenset[str] = frozenset()
    """The words of ``ups.status`` as NUT defines them: OL, OB, LB, RB, …"""


class Ups(Driver, Protocol):
    """A supply that is looked at; it is never switched by the kiosk."""

    def power(self) -> Power:
        """Ask now. Time-limited; raises only Fault."""
        ...
