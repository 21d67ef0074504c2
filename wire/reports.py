"""What a kiosk reports of itself: its numbered paper at each refill, and events that an operator must know."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from wire.message import Message


class StockReconciliation(Message):
    """One filling of a tray, closed at the next one; body of kind ``stock_reconciliation``.

    Every serial from first to last is in exactly one of the counts; ``counted`` is what a person found in the tray.
    """

    stock_type: str = Field(min_length=1, max_length=40)
    first_serial: str = Field(min_length=1, max_length=40)
    last_serial: str = Field(min_length=1, max_length=40)
    used: int = Field(ge=0)
    spoiled: int = Field(ge=0)
    unknown: int = Field(ge=0)  # nobody knows what became of them; staff account for each
    remaining: int = Field(ge=0)  # by the kiosk's own count
    counted: int | None = Field(default=None, ge=0)  # None: nobody counted
    loaded_at: datetime
    closed_at: datetime


class FleetEventKind(StrEnum):
    """The closed list."""

    STARTED = "started"
    FAILSAFE = "failsafe"
    DEVICE_LOST = "device_lost"
    DEVICE_BACK = "device_back"
    DEAD_LETTER = "dead_letter"
    TAMPER = "tamper"
    LOW_PAPER = "low_paper"


class FleetEvent(Message):
    """Something that happened at a kiosk; body of kind ``fleet_event``. Never lost, unlike a heartbeat."""

    kind: FleetEventKind
    device: str = Field(default="", max_length=40)  # which device, for the kinds that have one
    code: str = Field(default="", max_length=80)  # fault code, or where it failed
    count: int | None = Field(default=None, ge=0)  # dead letters there are now
    at: datetime
