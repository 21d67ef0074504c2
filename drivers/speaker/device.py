"""What every loudspeaker can do, whatever plays on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from drivers.device import Driver


@dataclass(frozen=True)
class Heard:
    """What the microphone heard of the test tone."""

    level_db: float
    """Loudness of what was recorded, in dB below full scale: 0 is the loudest, -96 silence."""
    tone_share: float
    """How much of it was the tone: 1 all, 0 none."""


class Speaker(Driver, Protocol):
    """A loudspeaker that nobody has heard is Unknown, never Ready."""

    def test(self) -> Heard:
        """Play a tone of half a second and listen. Raises Fault when it was not heard, or nothing listens."""
        ...
