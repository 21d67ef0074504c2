from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk_app.housekeeping import CLOCK_LOOK_S, EVERY_S, Housekeeping
from offline_cache.retention import Retention
from offline_cache.store import Store, StoreFailed

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_nobody_is_erased_while_the_time_is_not_known(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "kiosk.db", bytes(32))
    store.subjects.key_for("510107199001010010")
    known: list[datetime | None] = [None]
    told: list[int] = []
    housekeeping = Housekeeping(Retention(store), lambda: known[0], told.append)
    assert housekeeping.look() == CLOCK_LOOK_S
    known[0] = NOW
    assert housekeeping.look() == EVERY_S
    assert told == []
    known[0] = NOW + timedelta(days=1)
    assert housekeeping.look() == EVERY_S
    assert told == [1]
    store.close()


def test_a_store_that_fails_does_not_end_the_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(tmp_path / "kiosk.db", bytes(32))
    store.close()
    housekeeping = Housekeeping(Retention(store), lambda: NOW, lambda _: None)
    with pytest.raises(StoreFailed):
        Retention(store).apply(NOW)
    assert housekeeping.look() == EVERY_S


def test_it_looks_once_at_the_start_and_stops_when_told(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "kiosk.db", bytes(32))
    looked = threading.Event()

    def now() -> datetime:
        looked.set()
        return NOW

    housekeeping = Housekeeping(Retention(store), now, lambda _: None)
    housekeeping.start()
    assert looked.wait(30)
    housekeeping.stop()
    housekeeping.stop()
    store.close()
