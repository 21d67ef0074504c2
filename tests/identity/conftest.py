"""The models, loaded once, and a holder's camera over the real wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.camera.simulator import CameraSimulator
from drivers.camera.uvc import UvcCamera, create
from kiosk_app.identity.models import FaceModels


@pytest.fixture(scope="session")
def models() -> FaceModels:
    return FaceModels.load()


@pytest.fixture(scope="session")
def _running() -> Iterator[CameraSimulator]:
    simulator = CameraSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(_running: CameraSimulator) -> CameraSimulator:
    _running.misbehave("well")
    _running.show("holder")
    return _running


@pytest.fixture
def camera(simulator: CameraSimulator) -> Iterator[UvcCamera]:
    device = create(simulator.port)
    device.open()
    yield device
    device.close()
