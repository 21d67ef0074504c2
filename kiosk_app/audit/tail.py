"""Where a log stands when it is opened: its last line, its last checkpoint, what the office has not countersigned."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.audit.entries import GENESIS_HASH, Entry, read_line
from kiosk_app.audit.segments import TailBroken, entries_backwards
from kiosk_app.audit.vocabulary import CHECKPOINT, COUNTERSIGNED, LOG_BEGIN

# Checkpoints older than this many lines are no longer looked for at a start; the outbox and the office have them.
LOOK_BACK = 20_000


@dataclass
class Tail:
    """``uncountersigned``: oldest first. ``since`` counts the events after the last checkpoint."""

    log: str
    kiosk: str
    seq: int
    hash: str
    checkpoint: Entry | None = None
    uncountersigned: list[Entry] = field(default_factory=list)
    since: int = 0


def read_tail(files: list[Path]) -> Tail | None:
    """None where no event was ever kept. Raises TailBroken."""
    tail: Tail | None = None
    countersigned: set[int] = set()
    for looked, entry in enumerate(entries_backwards(files)):
        if tail is None:
            tail = Tail(entry.log, _kiosk_of(files[0]), entry.seq, entry.hash)
        if entry.event == COUNTERSIGNED:
            countersigned.add(int(entry.facts["covers"]))
        elif entry.event == CHECKPOINT:
            tail.checkpoint = tail.checkpoint or entry
            if int(entry.facts["covers"]) in countersigned:
                break
            tail.uncountersigned.insert(0, entry)
        elif tail.checkpoint is None:
            tail.since += 1
        if looked >= LOOK_BACK:
            break
    return tail


def _kiosk_of(first: Path) -> str:
    with first.open("rb") as file:
        line = file.readline()
    try:
        entry = read_line(line.rstrip(b"\n"))
    except ValueError as error:
        raise TailBroken(f"{first}: the first line cannot be read") from error
    # Where the oldest segments were archived the first line is an ordinary one, and the log's id must do.
    return str(entry.facts.get("kiosk", "")) if entry.event == LOG_BEGIN else ""


def previous_checkpoint(tail: Tail | None) -> tuple[int, str]:
    """(event, hash) of the last checkpoint; (0, zeros) before the first."""
    if tail is None or tail.checkpoint is None:
        return 0, GENESIS_HASH
    return int(tail.checkpoint.facts["covers"]), str(tail.checkpoint.facts["covers_hash"])
