"""Serial numbers of what kiosks are sent whole: they grow with every change, so that no older one is played back."""

from __future__ import annotations

import time

from approval_backend.store.engine import Store
from approval_backend.store.tables import PublishedBundle


def serial_of(store: Store, name: str, version: str) -> int:
    """The number of this version: the one it has while it is the newest, a higher one when it changed.

    Numbers are at least the Unix time in seconds: an office restored from a backup still goes on above what its
    kiosks have seen.
    """
    with store.write() as session:
        row = session.get(PublishedBundle, name)
        if row is None:
            row = PublishedBundle(name=name, version=version, serial=int(time.time()))
            session.add(row)
        elif row.version != version:
            row.version, row.serial = version, max(row.serial + 1, int(time.time()))
        return row.serial
