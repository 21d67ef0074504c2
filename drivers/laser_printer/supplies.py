"""How much toner is left, as far as a printer tells (PWG 5107.3: marker-names, marker-levels and their kin)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LOW_PERCENT = 10  # where a printer names no mark of its own: some 200 sheets of a small cartridge


@dataclass(frozen=True)
class Supply:
    """One cartridge or box. ``percent`` is None when the printer does not know (it says -1, -2 or -3).

    A waste box fills: its ``percent`` is what it holds, and full is bad.
    """

    name: str
    percent: int | None
    low_at: int = LOW_PERCENT
    fills: bool = False

    @property
    def low(self) -> bool:
        """Known to be near its end; an unknown level promises nothing and warns of nothing."""
        return self.percent is not None and not self.fills and self.percent <= self.low_at


def supplies_of(values: Mapping[str, list[Any]]) -> tuple[Supply, ...]:
    """Supplies of Get-Printer-Attributes' answer; what does not fit together is left out, never guessed."""
    levels = values.get("marker-levels", [])
    found = []
    for place, level in enumerate(levels):
        if type(level) is not int:
            continue
        name, kind = _at(values, "marker-names", place, str), _at(values, "marker-types", place, str)
        low = _at(values, "marker-low-levels", place, int)
        found.append(
            Supply(
                name=name or f"supply {place + 1}",
                percent=level if 0 <= level <= 100 else None,
                low_at=low if low is not None and 0 <= low <= 100 else LOW_PERCENT,
                fills=(kind or "").startswith("waste"),
            )
        )
    return tuple(found)


def _at(values: Mapping[str, list[Any]], name: str, place: int, kind: type) -> Any:
    found = values.get(name, [])
    return found[place] if place < len(found) and type(found[place]) is kind else None
