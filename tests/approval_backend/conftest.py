"""One office process for the tests that only talk to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from approval_backend.intake.devices import enrol
from approval_backend.office import open_store
from tests.approval_backend.office_process import DEVICE, Kiosk, OfficeProcess
from wire.signing import SigningKey


def enrolled_office(folder: Path) -> tuple[OfficeProcess, SigningKey]:
    """A data folder with one enrolled kiosk; nothing runs yet."""
    key = SigningKey.generate()
    store = open_store(folder / "data")
    enrol(store, DEVICE, key.public().pem())
    store.close()
    return OfficeProcess(folder / "data"), key


@pytest.fixture(scope="package")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    office, key = enrolled_office(tmp_path_factory.mktemp("office"))
    office.start()
    talking = Kiosk(office, key)
    yield talking
    talking.close()
    office.stop()


@pytest.fixture(scope="package")
def version(kiosk: Kiosk) -> str:
    """The catalogue's version."""
    return str(kiosk.get("/healthz").json()["catalogue"])
