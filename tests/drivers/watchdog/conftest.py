"""A simulated watchdog with a clock that a test moves, and a driver on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.watchdog.dev_watchdog import DevWatchdog
from drivers.watchdog.simulator import WatchdogSimulator


class Hands:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def dog(tmp_path: Path, clock: Hands) -> Iterator[WatchdogSimulator]:
    simulator = WatchdogSimulator(tmp_path, clock)
    yield simulator
    simulator.close()


@pytest.fixture
def driver(dog: WatchdogSimulator, clock: Hands) -> Iterator[DevWatchdog]:
    made = DevWatchdog(dog.port, 60, dog.ioctl, clock)
    made.open()
    yield made
    made.close()
