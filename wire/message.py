"""The base of every message on the wire, and the patterns of ids and hashes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

UUID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
SHA256_PATTERN = r"^[0-9a-f]{64}$"
DEVICE_PATTERN = r"^[a-z0-9][a-z0-9-]{1,40}$"


class Message(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
