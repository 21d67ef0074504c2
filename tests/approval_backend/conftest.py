"""One office process for the tests that only talk to it."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from approval_backend.intake.devices import enrol
from approval_backend.office import keep_database_url, open_store
from tests.approval_backend.office_process import DEVICE, Kiosk, OfficeProcess
from tests.approval_backend.postgresql import PostgresServer
from wire.signing import SigningKey

# An empty database's address, or None: SQLite in the data folder.
NewDatabase = Callable[[], str | None]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    # not pytest's folder: the server runs as another user, who may not walk through it
    folder = Path(tempfile.mkdtemp(prefix="kiosk-postgresql-"))
    server = PostgresServer(folder, durable=False)  # these tests do not cut its power
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Every test that takes it (or ``kiosk``) runs on both."""
    if request.param == "sqlite":
        return lambda: None
    server: PostgresServer = request.getfixturevalue("postgresql")
    return lambda: server.create(f"office_{secrets.token_hex(4)}")


def enrolled_office(folder: Path, database: str | None = None) -> tuple[OfficeProcess, SigningKey]:
    """A data folder with one enrolled kiosk; nothing runs yet."""
    key = SigningKey.generate()
    if database is not None:
        keep_database_url(folder / "data", database)
    store = open_store(folder / "data")
    enrol(store, DEVICE, key.public().pem())
    store.close()
    return OfficeProcess(folder / "data"), key


@pytest.fixture(scope="package")
def kiosk(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> Iterator[Kiosk]:
    office, key = enrolled_office(tmp_path_factory.mktemp("office"), new_database())
    office.start()
    talking = Kiosk(office, key)
    yield talking
    talking.close()
    office.stop()


@pytest.fixture(scope="package")
def version(kiosk: Kiosk) -> str:
    """The catalogue's version."""
    return str(kiosk.get("/healthz").json()["catalogue"])
