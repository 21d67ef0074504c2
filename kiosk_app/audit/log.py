"""What happened on this kiosk, each line chained to the one before; no personal data."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from wire.canonical import content_sha256

GENESIS = "0" * 64


class AuditEvent(StrEnum):
    """The closed list. ``-init`` and ``-complete`` come in pairs; a complete carries its disposition."""

    KIOSK_START = "kiosk-start"
    SESSION_START = "session-start"
    SESSION_END = "session-end"
    CONSENT_GIVEN = "consent-given"
    CONSENT_REFUSED = "consent-refused"
    IDENTITY_INIT = "identity-init"
    IDENTITY_COMPLETE = "identity-complete"
    APPLICATION_SEALED = "application-sealed"
    APPLICATION_ACCEPTED = "application-accepted"
    APPLICATION_DEAD_LETTER = "application-dead-letter"
    HUMAN_ASKED = "human-asked"
    PRINT_INIT = "print-init"
    PRINT_COMPLETE = "print-complete"
    FAILSAFE = "failsafe"


class AuditBroken(ValueError):
    """The chain does not hold; the message names the line."""


class AuditLog:
    """One JSON line an event, durable when ``record`` returns: {at, event, ids…, previous, hash}."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._last = _mend_tail(path)
        self._file = path.open("ab", buffering=0)

    def record(self, event: AuditEvent, **facts: str) -> None:
        """Ids, codes and counts only: names and numbers of persons never come here."""
        with self._lock:
            entry: dict[str, str] = {
                "at": datetime.now(UTC).isoformat(),
                "event": event.value,
                **facts,
                "previous": self._last,
            }
            entry["hash"] = content_sha256(entry)
            self._file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            os.fsync(self._file.fileno())
            self._last = entry["hash"]

    def close(self) -> None:
        self._file.close()


def verify(path: Path) -> int:
    """Number of events. Raises AuditBroken naming the first line that does not follow from the one before."""
    last = GENESIS
    count = 0
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            entry = json.loads(line)
            claimed = entry.pop("hash")
        except (json.JSONDecodeError, KeyError, UnicodeDecodeError, AttributeError, TypeError) as error:
            raise AuditBroken(f"{path}: line {number} cannot be read") from error
        if entry.get("previous") != last:
            raise AuditBroken(f"{path}: line {number} does not follow line {number - 1}: something was cut or moved")
        if content_sha256(entry) != claimed:
            raise AuditBroken(f"{path}: line {number} was changed")
        last = claimed
        count = number
    return count


def _mend_tail(path: Path) -> str:
    """The last hash. A line that a power cut left half-written is cut off: it was never acknowledged."""
    if not path.exists():
        return GENESIS
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) != len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    lines = whole.splitlines()
    return str(json.loads(lines[-1])["hash"]) if lines else GENESIS
