"""A simulated scanner and a driver on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drivers.code_scanner.serial_line import SerialLineScanner, create
from drivers.code_scanner.simulator import CodeScannerSimulator


@pytest.fixture
def scanner() -> Iterator[CodeScannerSimulator]:
    simulator = CodeScannerSimulator()
    yield simulator
    simulator.close()


@pytest.fixture
def driver(scanner: CodeScannerSimulator) -> Iterator[SerialLineScanner]:
    made = create(scanner.port)
    made.open()
    yield made
    made.close()
