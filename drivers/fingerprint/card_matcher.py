"""The place for a licensed matcher of the features on resident cards (GA/T 1012). None comes with this kiosk."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Protocol, cast

from drivers.device import Fault
from drivers.fingerprint.image import FingerprintImage
from drivers.fingerprint.template import Verdict

GROUP = "kiosk.card_fingerprint_matcher"  # the plug-in's entry point: a callable without arguments that makes one


class CardMatcher(Protocol):
    """Compares a live picture with one 512-byte feature record of the card; raises only Fault."""

    def compare(self, live: FingerprintImage, features: bytes) -> Verdict: ...


def installed_matcher() -> CardMatcher:
    """The one that is installed. Fault ``fingerprint.matcher_missing`` for none, and for two."""
    found = tuple(entry_points(group=GROUP))
    if len(found) != 1:
        raise Fault("fingerprint.matcher_missing", f"{len(found)} plug-ins of {GROUP}")
    return cast(Callable[[], CardMatcher], found[0].load())()
