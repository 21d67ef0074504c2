"""Which paper lies in which tray, as a printer tells it (PWG 5100.7: media-col-ready)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tray:
    """``name`` is the printer's media-source keyword (main, tray-1 …); ``media`` a PWG 5101.1 size name or empty."""

    name: str
    media: str


def trays_of(values: Mapping[str, list[Any]]) -> tuple[Tray, ...]:
    """Loaded trays of Get-Printer-Attributes' answer, in the printer's order; those without a name are left out."""
    found = []
    for entry in values.get("media-col-ready", []):
        if not isinstance(entry, dict):
            continue
        name = _word(entry, "media-source")
        if name:
            found.append(Tray(name, _word(entry, "media-size-name") or _word(entry, "media-key") or _size(entry)))
    return tuple(found)


def _word(entry: Mapping[str, list[Any]], name: str) -> str:
    found = entry.get(name) or [""]
    return found[0] if isinstance(found[0], str) else ""


# hundredths of a millimetre, portrait: the sizes of licence stock, for printers that give numbers only
_KNOWN = {(29700, 42000): "iso_a3_297x420mm", (21000, 29700): "iso_a4_210x297mm", (14800, 21000): "iso_a5_148x210mm"}


def _size(entry: Mapping[str, list[Any]]) -> str:
    size = (entry.get("media-size") or [None])[0]
    if not isinstance(size, dict):
        return ""
    x, y = (size.get("x-dimension") or [0])[0], (size.get("y-dimension") or [0])[0]
    if type(x) is not int or type(y) is not int:
        return ""
    return _KNOWN.get((min(x, y), max(x, y)), "")
