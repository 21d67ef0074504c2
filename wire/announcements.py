"""What the office tells everybody in its halls: a closing day, a road works, a new service."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field, model_validator

from wire.messages import Message
from wire.text import Bilingual

MOST_ANNOUNCEMENTS = 50  # a strip that nobody reads to its end helps nobody; a bound for the parser, too


class Severity(StrEnum):
    INFO = "info"
    NOTICE = "notice"
    URGENT = "urgent"


class Announcement(Message):
    """One sentence for everybody; shown from ``shown_from`` until ``until``, by the office's time."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")
    text: Bilingual
    severity: Severity = Severity.INFO
    shown_from: AwareDatetime
    until: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Announcement:
        if self.until <= self.shown_from:
            raise ValueError("until must be later than shown_from")
        return self

    def holds_at(self, now: datetime) -> bool:
        """Whether it is to be shown at this time."""
        return self.shown_from <= now < self.until


class AnnouncementBundle(Message):
    """All of them, as of ``serial``: each new text of the office has a higher one."""

    serial: int = Field(ge=0)
    announcements: tuple[Announcement, ...] = Field(default=(), max_length=MOST_ANNOUNCEMENTS)


class SignedAnnouncements(Message):
    bundle: AnnouncementBundle
    signature: str  # office key over canonical_bytes(bundle)
