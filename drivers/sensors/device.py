"""What every board of door and tamper contacts can do, whatever it speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from drivers.device import Driver


@dataclass(frozen=True)
class Contacts:
    """One look at the cabinet. ``opened`` holds the names of contacts that stand open now."""

    opened: frozenset[str]
    remembered: frozenset[str] = frozenset()
    """Contacts that the board saw open since the last ``acknowledge``; empty where a board has no memory."""


class ContactBoard(Driver, Protocol):
    """Contacts are named door… or tamper…: an open door is a warning (somebody refills), a tamper contact blocks."""

    def contacts(self) -> Contacts:
        """Ask the board now. Time-limited; raises only Fault."""
        ...

    def acknowledge(self) -> None:
        """Staff have looked: the board forgets what it remembered. Nothing happens where a board has no memory."""
        ...
