"""One line of the audit log: its canonical bytes, its hash, and what can be wrong with it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from wire.canonical import canonical_bytes

GENESIS_HASH = "0" * 64  # what the first line says it follows
_HASH_MEMBER = re.compile(rb'"hash":"([0-9a-f]{64})",')
_KEYS = {"at", "event", "facts", "log", "previous", "seq"}


class LineUnreadable(ValueError):
    """Not a line of an audit log."""


class LineChanged(ValueError):
    """The line's hash is not the hash of the line."""


@dataclass(frozen=True)
class Entry:
    """A line as read. ``at`` is the kiosk's wall clock, UTC ISO 8601; ``log`` the id of the log it belongs to."""

    seq: int
    at: str
    event: str
    log: str
    previous: str
    hash: str
    facts: dict[str, Any] = field(repr=False)


def line_of(seq: int, at: str, event: str, facts: dict[str, Any], log: str, previous: str) -> tuple[bytes, str]:
    """(line with its newline, its hash). The hash is over the canonical line (RFC 8785) without the hash member."""
    body = {"at": at, "event": event, "facts": facts, "log": log, "previous": previous, "seq": seq}
    digest = hashlib.sha256(canonical_bytes(body)).hexdigest()
    return canonical_bytes(body | {"hash": digest}) + b"\n", digest


def read_line(line: bytes) -> Entry:
    """A line without its newline. Raises LineUnreadable, LineChanged.

    The hash is compared with the bytes as they stand, so any other spelling of the same JSON is a change too.
    """
    members = _HASH_MEMBER.findall(line)
    if len(members) != 1:
        raise LineUnreadable("no line of an audit log")
    if hashlib.sha256(_HASH_MEMBER.sub(b"", line)).hexdigest() != members[0].decode():
        raise LineChanged("the line was changed")
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise LineUnreadable("not JSON") from error
    digest = raw.pop("hash", None) if isinstance(raw, dict) else None
    if digest is None or set(raw) != _KEYS or not isinstance(raw["facts"], dict) or type(raw["seq"]) is not int:
        raise LineUnreadable("a member is missing, or one too many")
    if not all(isinstance(raw[name], str) for name in ("at", "event", "log", "previous")):
        raise LineUnreadable("a member has the wrong type")
    return Entry(raw["seq"], raw["at"], raw["event"], raw["log"], raw["previous"], digest, raw["facts"])
