"""What every reader of resident id cards can do, whatever it speaks."""

from __future__ import annotations

from typing import Protocol

from drivers.device import Driver
from drivers.id_card.card import IdCard


class IdCardReader(Driver, Protocol):
    """A reader. All verbs block for at most a few seconds and raise only Fault."""

    def find_card(self) -> bool:
        """True once when a card has been laid; many readers do not find the same card again until it was lifted."""
        ...

    def read_card(self) -> IdCard:
        """The card that was found (it is looked for if not). Call once per laying; the caller keeps the result."""
        ...

    def card_present(self) -> bool:
        """Whether the card that was found still lies there."""
        ...
