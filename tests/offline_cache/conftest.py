"""A store on a real file, as production opens it; a stand-in office that really listens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.store import Store
from tests.offline_cache.office import Office
from tests.offline_cache.samples import STORE_KEY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store.open(path, STORE_KEY)
    yield store
    store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office.db")
    office.start()
    yield office
    office.stop()
