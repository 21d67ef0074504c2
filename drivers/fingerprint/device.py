"""What every fingerprint reader can do, whatever it speaks."""

from __future__ import annotations

from typing import Protocol

from drivers.device import Driver
from drivers.fingerprint.image import FingerprintImage
from drivers.fingerprint.template import FingerprintTemplate, Verdict


class FingerprintReader(Driver, Protocol):
    """A reader that compares. All verbs wait for a finger at most as long as they are told, and raise only Fault."""

    def enrol(self, limit_s: float = ...) -> FingerprintTemplate:
        """Learn one finger, for this session. Nothing of it may be left after ``forget``."""
        ...

    def verify(self, template: FingerprintTemplate, limit_s: float = ...) -> Verdict:
        """Is the next finger the enrolled one (1:1)? Fault ``wrong_template`` for another reader's."""
        ...

    def forget(self) -> None:
        """Erase what the reader holds of anybody's finger. The end of a session calls it."""
        ...


class FingerprintCamera(Driver, Protocol):
    """A reader that gives the picture away; fprintd never does."""

    def capture(self, limit_s: float = ...) -> FingerprintImage: ...
