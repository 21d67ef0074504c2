"""A simulated input board and a driver on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.sensors.serial_board import SerialBoard, create
from drivers.sensors.simulator import SensorsSimulator


@pytest.fixture
def board() -> Iterator[SensorsSimulator]:
    simulator = SensorsSimulator()
    yield simulator
    simulator.close()


@pytest.fixture
def driver(board: SensorsSimulator) -> Iterator[SerialBoard]:
    made = create(board.port)
    made.open()
    yield made
    made.close()
