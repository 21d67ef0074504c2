"""A simulated upsd with a driver on it, and Debian's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.ups.nut import NutUps, create
from drivers.ups.private_nut import PrivateNut
from drivers.ups.simulator import UpsSimulator


@pytest.fixture
def upsd() -> Iterator[UpsSimulator]:
    simulator = UpsSimulator()
    yield simulator
    simulator.close()


@pytest.fixture
def driver(upsd: UpsSimulator) -> Iterator[NutUps]:
    made = create(upsd.port)
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="module")
def nut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateNut]:
    if not PrivateNut.installed():
        pytest.skip("Debian's nut-server is not installed")
    private = PrivateNut(tmp_path_factory.mktemp("nut"))
    private.start()
    yield private
    private.stop()
