"""What the sync tells the kiosk; posted from its own threads."""

from __future__ import annotations

from dataclasses import dataclass

from wire.messages import Acknowledgement, Decision, Problem


@dataclass(frozen=True)
class OnlineChanged:
    """The office answers as itself, and takes what we send; or it does not."""

    online: bool


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
class DecisionArrived:
    """Stored, its documents too, their signatures verified."""

    decision: Decision


@dataclass(frozen=True)
class CatalogueChanged:
    version: str


@dataclass(frozen=True)
class OfficeTrouble:
    """For technician and fleet, no resident sees it. ``code``: authorisation, untrusted_decision, untrusted_catalogue,
    order_conflict, unexpected. ``detail`` holds no personal data.
    """

    code: str
    detail: str


SyncEvent = OnlineChanged | ItemAccepted | ItemRejected | DecisionArrived | CatalogueChanged | OfficeTrouble
