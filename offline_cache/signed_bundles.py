"""What the office signs and numbers, kept whole: swapped in one transaction, never back to an older one."""

from __future__ import annotations

from offline_cache.store import Store

UNNUMBERED = 0  # an office that does not number yet; taken only until the first number was seen


class RolledBack(Exception):
    """Rightly signed, but older than one that was in force here, or another content under the same number."""


class SignedBundles:
    """Two slots a name: the newest, and the last proven one. The caller verifies first. May raise StoreFailed."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    def put(self, serial: int, version: str, signed: bytes) -> bool:
        """Make this the newest, in one durable transaction; False if it is already. Raises RolledBack."""
        with self._store.transaction() as database:
            floor = self.floor()
            if serial < floor:
                raise RolledBack(f"{self._name} {version}: number {serial} is below {floor}, which was in force here")
            known = self._row("newest")
            if known is not None and known[0] == version and known[1] == serial:
                return False
            if known is not None and serial == known[1] and serial != UNNUMBERED:
                raise RolledBack(f"{self._name} {version}: number {serial} was given to {known[0]} before")
            database.execute(
                "INSERT OR REPLACE INTO signed_bundles (name, slot, version, serial, signed)"
                " VALUES (?, 'newest', ?, ?, ?)",
                (self._name, version, serial, signed),
            )
            database.execute(
                "INSERT INTO bundle_floors (name, serial) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET serial = excluded.serial",
                (self._name, serial),
            )
        return True

    def prove(self, version: str) -> None:
        """The newest one can be read: from now on it is what a bad successor falls back to."""
        with self._store.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO signed_bundles (name, slot, version, serial, signed)"
                " SELECT name, 'proven', version, serial, signed FROM signed_bundles"
                " WHERE name = ? AND slot = 'newest' AND version = ?",
                (self._name, version),
            )

    def kept(self) -> tuple[bytes, ...]:
        """The signed bytes, in the order in which to try them: newest, then proven where it is another one."""
        rows = self._store.rows(
            "SELECT signed FROM signed_bundles WHERE name = ? ORDER BY slot = 'proven'", (self._name,)
        )
        found = [bytes(row["signed"]) for row in rows]
        return tuple(found[:1] if len(found) == 2 and found[0] == found[1] else found)

    def floor(self) -> int:
        """The highest number ever in force here; 0 before the first."""
        rows = self._store.rows("SELECT serial FROM bundle_floors WHERE name = ?", (self._name,))
        return int(rows[0]["serial"]) if rows else UNNUMBERED

    def _row(self, slot: str) -> tuple[str, int] | None:
        rows = self._store.rows(
            "SELECT version, serial FROM signed_bundles WHERE name = ? AND slot = ?", (self._name, slot)
        )
        return (rows[0]["version"], int(rows[0]["serial"])) if rows else None
