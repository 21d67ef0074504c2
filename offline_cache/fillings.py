"""Fillings of a tray with numbered paper: what was loaded, and what became of every sheet until the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from offline_cache.store import Store


@dataclass(frozen=True)
class Filling:
    """Serials from first to last, all accounted for: used + spoiled + unknown + remaining = sheets.

    ``unknown`` counts sheets of prints without a known outcome; ``remaining`` is the store's own count.
    """

    stock_type: str
    first_serial: str
    last_serial: str
    sheets: int
    used: int
    spoiled: int
    unknown: int
    remaining: int
    loaded_at: datetime


class Fillings:
    """All may raise StoreFailed; writing joins the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, stock_type: str, prefix: str, width: int, first: int, sheets: int) -> None:
        """A tray was filled; the filling before is closed as it stands."""
        now = datetime.now(UTC).isoformat()
        with self._store.transaction() as database:
            database.execute(
                "UPDATE fillings SET closed_at = ? WHERE stock_type = ? AND closed_at IS NULL", (now, stock_type)
            )
            database.execute(
                "INSERT INTO fillings (stock_type, prefix, width, first, sheets, loaded_at) VALUES (?, ?, ?, ?, ?, ?)",
                (stock_type, prefix, width, first, sheets, now),
            )

    def current(self, stock_type: str) -> Filling | None:
        """What lies in the tray now, None where nothing was ever loaded."""
        rows = self._store.rows("SELECT * FROM fillings WHERE stock_type = ? AND closed_at IS NULL", (stock_type,))
        if not rows:
            return None
        (row,) = rows
        first, end = int(row["first"]), int(row["first"]) + int(row["sheets"])
        found = {
            each["state"]: int(each["n"])
            for each in self._store.rows(
                "SELECT state, count(*) AS n FROM sheets WHERE stock_type = ? AND prefix = ? AND number >= ?"
                " AND number < ? GROUP BY state",
                (stock_type, row["prefix"], first, end),
            )
        }
        gone = sum(found.values())
        return Filling(
            stock_type=stock_type,
            first_serial=f"{row['prefix']}{first:0{row['width']}d}",
            last_serial=f"{row['prefix']}{end - 1:0{row['width']}d}",
            sheets=int(row["sheets"]),
            used=found.get("used", 0),
            spoiled=found.get("spoiled", 0),
            unknown=found.get("unknown", 0) + found.get("taken", 0),
            remaining=int(row["sheets"]) - gone,
            loaded_at=datetime.fromisoformat(row["loaded_at"]),
        )
