"""What the sync tells the kiosk; posted from its own threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from offline_cache.office_faults import Reason
from wire.messages import Acknowledgement, Decision, Problem


@dataclass(frozen=True)
class OnlineChanged:
    """The office answers as itself, and takes what we send; or it does not, and why, where that is known."""

    online: bool
    reason: Reason | None = field(default=None, compare=False)


@dataclass(frozen=True)
class ItemAccepted:
    envelope_id: str
    ack: Acknowledgement


@dataclass(frozen=True)
class ItemRejected:
    """A dead letter: the resident needs a receipt that says what happens next, staff an alarm."""

    envelope_id: str
    problem: Problem


@dataclass(frozen=True)
class BacklogChanged:
    """What is still on its way, dead letters aside. ``oldest``: when its oldest was sealed, None when nothing waits;
    ``oldest_age_s``: seconds since then by the best clock there is.
    """

    remaining: int
    oldest: datetime | None
    oldest_age_s: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class DecisionArrived:
    """Stored, its documents too, their signatures verified."""

    decision: Decision


@dataclass(frozen=True)
class CatalogueChanged:
    version: str


@dataclass(frozen=True)
class AnnouncementsChanged:
    serial: int


@dataclass(frozen=True)
class ClockJumped:
    """Somebody or something set the wall clock, by so many seconds. Timers and order do not hang on it."""

    by_s: float


@dataclass(frozen=True)
class OfficeTrouble:
    """For technician and fleet, no resident sees it. ``detail`` holds no personal data. ``code``: authorisation, tls,
    clock, portal, refuses_everything, untrusted_decision, untrusted_catalogue, untrusted_announcements,
    order_conflict, unexpected.
    """

    code: str
    detail: str


SyncEvent = (
    OnlineChanged
    | ItemAccepted
    | ItemRejected
    | BacklogChanged
    | DecisionArrived
    | CatalogueChanged
    | AnnouncementsChanged
    | ClockJumped
    | OfficeTrouble
)
