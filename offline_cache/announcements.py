"""What the office last had to say to everybody, for the time without a network."""

from __future__ import annotations

from datetime import datetime

from offline_cache.signed_bundles import RolledBack, SignedBundles
from offline_cache.store import Store
from wire.announcements import Announcement, Severity, SignedAnnouncements
from wire.canonical import canonical_bytes, content_sha256
from wire.signing import BadSignature, VerifyKey

_WEIGHT = {Severity.URGENT: 0, Severity.NOTICE: 1, Severity.INFO: 2}


class UntrustedAnnouncements(Exception):
    """Not signed by our office, or older ones played back; those we have stay."""


class Announcements:
    """Swapped whole, like the catalogue. May raise StoreFailed."""

    def __init__(self, store: Store, office_key: VerifyKey) -> None:
        self._kept = SignedBundles(store, "announcements")
        self._office_key = office_key

    def put(self, signed: SignedAnnouncements) -> bool:
        """Verify and keep; True if they differ from those before. Raises UntrustedAnnouncements, nothing changed."""
        bundle = signed.bundle
        try:
            self._office_key.verify(canonical_bytes(bundle), signed.signature)
            return self._kept.put(bundle.serial, content_sha256(bundle), canonical_bytes(signed))
        except (BadSignature, RolledBack) as error:
            raise UntrustedAnnouncements(f"announcements {bundle.serial}: {error}") from error

    def all(self) -> tuple[Announcement, ...]:
        """Every one that is kept, also those of yesterday and tomorrow."""
        kept = self._kept.kept()
        return SignedAnnouncements.model_validate_json(kept[0]).bundle.announcements if kept else ()


def holding(announcements: tuple[Announcement, ...], now: datetime) -> tuple[Announcement, ...]:
    """Those to show at ``now`` (the office's time), the gravest first, then the newest."""
    there = [each for each in announcements if each.holds_at(now)]
    return tuple(sorted(there, key=lambda each: (_WEIGHT[each.severity], -each.shown_from.timestamp())))
