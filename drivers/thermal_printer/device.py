"""What every receipt printer can do, whatever it speaks."""

from __future__ import annotations

from typing import Protocol

from drivers.device import Driver
from drivers.outcome import Outcome
from drivers.thermal_printer.models import Model


class ThermalPrinter(Driver, Protocol):
    """A receipt printer with a cutter."""

    @property
    def model(self) -> Model:
        """What this printer can do: whoever composes a receipt asks here for columns and encoding."""
        ...

    def print_bytes(self, data: bytes) -> Outcome:
        """Print one receipt, commands and cut included, and wait until the printer says that it is out."""
        ...
