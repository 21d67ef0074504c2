"""What every reader of contact and contactless cards can do."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from drivers.device import Driver


class CardLink(Protocol):
    """A card that is powered and ours alone."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        ...

    def transmit(self, apdu: bytes) -> bytes:
        """One command, one answer (data and two status bytes), time-limited. Raises only Fault."""
        ...


class SmartCardReader(Driver, Protocol):
    """A reader. All verbs block for a few seconds at most and raise only Fault."""

    def find_card(self) -> bool:
        """True once for each card that is put in."""
        ...

    def card_present(self) -> bool:
        """Whether a card is in the reader."""
        ...

    def card(self) -> AbstractContextManager[CardLink]:
        """Power the card and keep everybody else out; at the end it is reset, so no PIN stays verified."""
        ...
