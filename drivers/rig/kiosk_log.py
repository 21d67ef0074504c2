"""What the kiosk itself says of its devices: the faults in its log, for the dock to show beside the buttons."""

from __future__ import annotations

import json
from pathlib import Path

TAIL_BYTES = 65536  # a log line is a few hundred bytes; the last hundred lines are enough for a page
SHOWN = 8


def recent_faults(log: Path | None) -> list[dict[str, str]]:
    """The last faults, oldest first: at, device, code. Empty without a log, or before there is one."""
    if log is None or not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        lines = file.read().splitlines()
    found: list[dict[str, str]] = []
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # the first line of the tail may be half a line
        if isinstance(entry, dict) and entry.get("device") and entry.get("code"):
            found.append({key: str(entry.get(key, "")) for key in ("timestamp", "device", "code")})
    return found[-SHOWN:]
