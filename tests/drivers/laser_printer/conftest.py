"""One real private printing stack for all tests of this folder; each test begins and ends with well printers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cups
import pytest

from drivers.laser_printer.cups import CupsLaserPrinter, create
from drivers.laser_printer.job_watch import Patience
from drivers.laser_printer.simulated_ipp import SimulatedIppPrinter
from drivers.laser_printer.simulator import PrintStack

QUICK = Patience(poll=0.05, blocked=0.5)


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
def spoken() -> Iterator[SimulatedIppPrinter]:
    """A printer that says what it is told."""
    simulator = SimulatedIppPrinter()
    yield simulator
    simulator.close()


@pytest.fixture
def queue_to(stack: PrintStack) -> Iterator[Callable[[str], str]]:
    """Makes a queue for A3 that leads to an address; gives its name."""
    connection = cups.Connection(host=stack.server)
    made: list[str] = []

    def make(uri: str) -> str:
        name = f"to-{len(made)}"
        connection.addPrinter(name, device=uri, filename=str(Path(stack.server).parent / "licences-a3.ppd"))
        made.append(name)
        connection.acceptJobs(name)
        connection.enablePrinter(name)
        return name

    yield make
    for name in made:
        cups.Connection(host=stack.server).deletePrinter(name)


@pytest.fixture
def printer(stack: PrintStack) -> Iterator[CupsLaserPrinter]:
    driver = create(stack.port, stack.server, patience=QUICK)
    driver.open()
    yield driver
    driver.close()
