"""The catalogue as the office signed it last, for the time without a network."""

from __future__ import annotations

from offline_cache.signed_bundles import RolledBack, SignedBundles
from offline_cache.store import Store
from wire.canonical import canonical_bytes
from wire.messages import CatalogueBundle, SignedCatalogue
from wire.signing import BadSignature, VerifyKey


class UntrustedCatalogue(Exception):
    """Not signed by our office, or an older one played back; the one we have stays."""


class CatalogueCache:
    """The newest catalogue, and the last one that the kiosk could read. May raise StoreFailed."""

    def __init__(self, store: Store, office_key: VerifyKey) -> None:
        self._kept = SignedBundles(store, "catalogue")
        self._office_key = office_key

    def put(self, signed: SignedCatalogue) -> bool:
        """Verify and keep; True if it differs from the one before. Raises UntrustedCatalogue with nothing changed."""
        bundle = signed.bundle
        try:
            self._office_key.verify(canonical_bytes(bundle), signed.signature)
            return self._kept.put(bundle.serial, bundle.version, canonical_bytes(signed))
        except (BadSignature, RolledBack) as error:
            raise UntrustedCatalogue(f"catalogue {bundle.version}: {error}") from error

    def current(self) -> CatalogueBundle | None:
        """The newest catalogue, or None on a kiosk that never reached its office."""
        kept = self.in_order()
        return kept[0] if kept else None

    def in_order(self) -> tuple[CatalogueBundle, ...]:
        """Those to try, the newest first: where it cannot be read, the last proven one serves on."""
        return tuple(SignedCatalogue.model_validate_json(signed).bundle for signed in self._kept.kept())

    def prove(self, version: str) -> None:
        """This version, the newest, could be read."""
        self._kept.prove(version)
