"""Ids of everything that is sent: UUIDv7, so that order of creation is order of id."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """A new UUIDv7 (RFC 9562, 5.7) in its 36-character lower-case form."""
    return str(uuid_utils.uuid7())
