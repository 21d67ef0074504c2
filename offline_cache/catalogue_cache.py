"""The catalogue as the office signed it last, for the time without a network."""

from __future__ import annotations

from offline_cache.store import Store
from wire.canonical import canonical_bytes
from wire.messages import CatalogueBundle, SignedCatalogue
from wire.signing import BadSignature, VerifyKey


class UntrustedCatalogue(Exception):
    """Not signed by our office; the one we have stays."""


class CatalogueCache:
    """Holds one catalogue, swapped whole. May raise StoreFailed."""

    def __init__(self, store: Store, office_key: VerifyKey) -> None:
        self._store = store
        self._office_key = office_key

    def put(self, signed: SignedCatalogue) -> bool:
        """Verify and keep; True if it differs from the one before. Raises UntrustedCatalogue with nothing changed."""
        try:
            self._office_key.verify(canonical_bytes(signed.bundle), signed.signature)
        except BadSignature as error:
            raise UntrustedCatalogue(f"catalogue {signed.bundle.version}: {error}") from error
        with self._store.transaction() as database:
            if self.current() == signed.bundle:
                return False
            database.execute(
                "INSERT OR REPLACE INTO catalogue (only, version, signed) VALUES (1, ?, ?)",
                (signed.bundle.version, canonical_bytes(signed)),
            )
        return True

    def current(self) -> CatalogueBundle | None:
        """The catalogue in force, or None on a kiosk that never reached its office."""
        rows = self._store.rows("SELECT signed FROM catalogue")
        return SignedCatalogue.model_validate_json(rows[0]["signed"]).bundle if rows else None
