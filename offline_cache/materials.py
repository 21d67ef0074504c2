"""The captured pages of an envelope: kept with its seal, streamed to the office, wiped with its acknowledgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

import structlog

from offline_cache.items import Material
from offline_cache.store import Store, StoreError
from wire.messages import MaterialRef

log = structlog.get_logger()


class Materials:
    """Every method joins the caller's transaction. All may raise StoreFailed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(
        self, envelope_id: str, handle: str, named: Mapping[str, MaterialRef], materials: Mapping[str, bytes]
    ) -> None:
        """Write the pages to disk, durably, then the rows that name them; undone rows leave files for the sweep."""
        with self._store.transaction() as database:
            for sha256, data in materials.items():
                blob = self._store.blobs.write(handle, sha256, data)
                database.execute(
                    "INSERT INTO envelope_materials (envelope_id, sha256, media_type, size_bytes, blob)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (envelope_id, sha256, named[sha256].media_type, len(data), blob),
                )

    def unsent(self, envelope_id: str) -> tuple[Material, ...]:
        """What the office has not yet confirmed of an envelope; nothing is read before ``Material.open``."""
        rows = self._store.rows(
            "SELECT subject, sha256, media_type, size_bytes, blob"
            " FROM envelope_materials JOIN outbox ON outbox.id = envelope_id"
            " WHERE envelope_id = ? AND NOT sent ORDER BY sha256",
            (envelope_id,),
        )
        return tuple(Material(row["sha256"], row["media_type"], row["size_bytes"], self._opener(row)) for row in rows)

    def mark_sent(self, envelope_id: str, sha256: str) -> None:
        """The office has this one."""
        with self._store.transaction() as database:
            database.execute(
                "UPDATE envelope_materials SET sent = 1 WHERE envelope_id = ? AND sha256 = ?", (envelope_id, sha256)
            )

    def mark_unsent(self, envelope_id: str) -> None:
        """The office lacks them, whatever it said before."""
        with self._store.transaction() as database:
            database.execute("UPDATE envelope_materials SET sent = 0 WHERE envelope_id = ?", (envelope_id,))

    def let_go(self, envelope_id: str) -> None:
        """Nobody needs the pages of this envelope any more: the files go once that is durable."""
        blobs = [
            row["blob"]
            for row in self._store.rows("SELECT blob FROM envelope_materials WHERE envelope_id = ?", (envelope_id,))
        ]
        if not blobs:
            return
        with self._store.transaction() as database:
            database.execute("DELETE FROM envelope_materials WHERE envelope_id = ?", (envelope_id,))
            self._store.after_commit(lambda: self._erase_unnamed(blobs))

    def _opener(self, row: dict[str, Any]) -> Callable[[], BinaryIO]:
        return lambda: self._store.blobs.open(row["subject"], row["sha256"], row["blob"])

    def _erase_unnamed(self, blobs: Iterable[str]) -> None:
        """Only what no envelope names now: the person may have handed in the same page twice."""
        try:
            for blob in blobs:
                if not self._store.rows("SELECT 1 FROM envelope_materials WHERE blob = ? LIMIT 1", (blob,)):
                    self._store.blobs.erase(blob)
        except StoreError as error:  # the commit stands, so its caller must not hear of a failure; the sweep will do it
            log.warning("materials_not_erased", error=type(error).__name__)
