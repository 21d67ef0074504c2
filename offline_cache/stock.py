"""Pre-printed, numbered sheets: how many are left, which serial comes next, what became of each."""

from __future__ import annotations

import re

from offline_cache.fillings import Fillings
from offline_cache.store import Store
from wire.messages import PrintOutcome

_SERIAL = re.compile(r"(.*?)(\d{1,15})")  # a prefix and the counting digits at the end: "LA 0000123"


class StockError(Exception):
    """The stock cannot do what was asked; the message says why, without personal data."""


class OutOfStock(StockError):
    """No sheet of this type is left, or none was ever loaded."""


class Stock:
    """Sheets leave a tray in the order of their serials, so the next serial is a count. All may raise StoreFailed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._fillings = Fillings(store)

    def load(self, stock_type: str, first_serial: str, count: int) -> None:
        """What lies in the tray now, counted by whoever filled it; replaces what was noted before.

        Raises StockError for a serial without digits at its end, for no sheets, or for sheets that were used already.
        """
        prefix, number, width = _split(first_serial)
        if count < 1 or len(str(number + count - 1)) > width:
            raise StockError(f"{stock_type}: {count} sheets from {first_serial} is no possible filling")
        with self._store.transaction() as database:
            used = self._store.rows(
                "SELECT number FROM sheets WHERE stock_type = ? AND prefix = ? AND number >= ? AND number < ? LIMIT 1",
                (stock_type, prefix, number, number + count),
            )
            if used:
                raise StockError(f"{stock_type}: {_join(prefix, used[0]['number'], width)} was used before; look again")
            database.execute(
                "INSERT OR REPLACE INTO stock (stock_type, prefix, width, next, remaining) VALUES (?, ?, ?, ?, ?)",
                (stock_type, prefix, width, number, count),
            )
            self._fillings.begin(stock_type, prefix, width, number, count)

    def remaining(self, stock_type: str) -> int:
        """Sheets left; 0 for a type that was never loaded."""
        rows = self._store.rows("SELECT remaining FROM stock WHERE stock_type = ?", (stock_type,))
        return int(rows[0]["remaining"]) if rows else 0

    def take(self, order_id: str) -> str:
        """The serial of the sheet that an order is about to be printed on; the same one if it has one already.

        Call it in one transaction with ``Documents.begin_printing``, or let that call it. Raises OutOfStock.
        """
        with self._store.transaction() as database:
            if (held := self.taken(order_id)) is not None:
                return held
            rows = self._store.rows(
                "SELECT stock.* FROM documents JOIN stock USING (stock_type) WHERE order_id = ? AND remaining > 0",
                (order_id,),
            )
            if not rows:
                raise OutOfStock(f"order {order_id}: no sheet is left; fill the tray and load its first serial")
            (row,) = rows
            database.execute(
                "INSERT INTO sheets (stock_type, prefix, number, order_id, state) VALUES (?, ?, ?, ?, 'taken')",
                (row["stock_type"], row["prefix"], row["next"], order_id),
            )
            database.execute(
                "UPDATE stock SET next = next + 1, remaining = remaining - 1 WHERE stock_type = ?", (row["stock_type"],)
            )
            return _join(row["prefix"], row["next"], row["width"])

    def taken(self, order_id: str) -> str | None:
        """The sheet that an order holds and that is not accounted for yet."""
        rows = self._store.rows(
            "SELECT sheets.prefix, number, width FROM sheets JOIN stock USING (stock_type)"
            " WHERE order_id = ? AND sheets.state = 'taken'",
            (order_id,),
        )
        return _join(rows[0]["prefix"], rows[0]["number"], rows[0]["width"]) if rows else None

    def account(self, order_id: str, outcome: PrintOutcome, *, sheet_gone: bool) -> None:
        """Say what became of the sheet that an order holds: used, spoiled, unknown, or back in the tray untouched."""
        state = {PrintOutcome.PRINTED: "used", PrintOutcome.NOT_PRINTED: "spoiled", PrintOutcome.UNKNOWN: "unknown"}
        with self._store.transaction() as database:
            if outcome is PrintOutcome.NOT_PRINTED and not sheet_gone and self._give_back(order_id):
                return
            database.execute(
                "UPDATE sheets SET state = ? WHERE order_id = ? AND state IN ('taken', 'unknown')",
                (state[outcome], order_id),
            )

    def _give_back(self, order_id: str) -> bool:
        """Only the sheet that was drawn last can lie on top again; a tray refilled meanwhile has been counted anew."""
        rows = self._store.rows(
            "SELECT sheets.rowid AS sheet, stock_type FROM sheets JOIN stock USING (stock_type, prefix)"
            " WHERE order_id = ? AND state = 'taken' AND number = next - 1",
            (order_id,),
        )
        if not rows:
            return False
        with self._store.transaction() as database:
            database.execute("DELETE FROM sheets WHERE rowid = ?", (rows[0]["sheet"],))
            database.execute(
                "UPDATE stock SET next = next - 1, remaining = remaining + 1 WHERE stock_type = ?",
                (rows[0]["stock_type"],),
            )
        return True


def _split(serial: str) -> tuple[str, int, int]:
    match = _SERIAL.fullmatch(serial)
    if not match:
        raise StockError(f"{serial!r} does not end in digits: no stock serial")
    return match[1], int(match[2]), len(match[2])


def _join(prefix: str, number: int, width: int) -> str:
    return f"{prefix}{number:0{width}d}"
