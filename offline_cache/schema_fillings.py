"""The table that says what was loaded into each tray and when, so that a refill can account for the filling before."""

from __future__ import annotations

FILLINGS = (
    """
    CREATE TABLE fillings (
        seq        INTEGER PRIMARY KEY,
        stock_type TEXT NOT NULL,
        prefix     TEXT NOT NULL,
        width      INTEGER NOT NULL,
        first      INTEGER NOT NULL,
        sheets     INTEGER NOT NULL CHECK (sheets > 0),
        loaded_at  TEXT NOT NULL,
        closed_at  TEXT
    ) STRICT
    """,
    "CREATE UNIQUE INDEX one_open_filling ON fillings (stock_type) WHERE closed_at IS NULL",
    # What older stores know of the filling that is in the tray: from the first sheet that was used of it.
    """
    INSERT INTO fillings (stock_type, prefix, width, first, sheets, loaded_at)
    SELECT stock_type, prefix, width, first, next - first + remaining, strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now')
    FROM (
        SELECT stock.*, coalesce(
            (SELECT min(number) FROM sheets
             WHERE sheets.stock_type = stock.stock_type AND sheets.prefix = stock.prefix),
            next
        ) AS first FROM stock
    ) WHERE next - first + remaining > 0
    """,
)
