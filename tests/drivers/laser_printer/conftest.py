"""One real private printing stack for all tests of this folder; each test begins and ends with well printers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.laser_printer.cups import CupsLaserPrinter, create
from drivers.laser_printer.simulator import PrintStack


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrintStack]:
    stack = PrintStack(Path(tmp_path_factory.mktemp("laser")), sheet_s=0.05)
    try:
        stack.start()
    except RuntimeError as error:
        if str(error).startswith("missing"):
            pytest.skip(str(error))
        raise
    yield stack
    stack.stop()


@pytest.fixture
def stack(running_stack: PrintStack) -> Iterator[PrintStack]:
    running_stack.act("refill")
    yield running_stack
    running_stack.act("refill")


@pytest.fixture
def printer(stack: PrintStack) -> Iterator[CupsLaserPrinter]:
    driver = create(stack.port, stack.server)
    driver.open()
    yield driver
    driver.close()
