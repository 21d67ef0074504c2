"""Every fault of the book is provoked by the simulated scanner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from drivers.code_scanner.serial_line import SerialLineScanner, create
from drivers.code_scanner.simulator import CodeScannerSimulator
from drivers.faults import book
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.thorough import figure

WAIT_S = 20.0


@dataclass
class Bench:
    scanner: CodeScannerSimulator
    driver: SerialLineScanner

    def shown(self, kind: str) -> str:
        self.scanner.misbehave(kind)
        self.scanner.show("https://hall.example/p/AbCdEfGh", 0.2)
        return code_of(lambda: self.driver.scan(WAIT_S))


def lost(bench: Bench) -> str:
    bench.scanner.close()
    return code_of(bench.driver.status)


def wrong_frame(_: Bench) -> str:
    simulator = CodeScannerSimulator("framed")
    driver = create(simulator.port, "framed")
    driver.open()
    try:
        return Bench(simulator, driver).shown("wrong_frame")
    finally:
        driver.close()
        simulator.close()


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "not_found": lambda _: code_of(create("/dev/serial/by-id/none").open),
    "port_busy": lambda bench: code_of(create(bench.scanner.port).open),
    "lost": lost,
    "cut_off": lambda bench: bench.shown("cut_off"),
    "too_long": lambda bench: bench.shown("too_long"),
    "wrong_frame": wrong_frame,
    "not_text": lambda bench: bench.shown("not_text"),
    "control_characters": lambda bench: bench.shown("keystrokes"),
    "missing": lambda _: provoking.missing("code_scanner", lambda: create("/dev/serial/by-id/none")),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        bench.driver.close()  # a host opens the port itself
        return provoke("code_scanner", lambda: create(bench.scanner.port))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(scanner: CodeScannerSimulator, driver: SerialLineScanner) -> Bench:
    return Bench(scanner, driver)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"code_scanner.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("code_scanner.") for code in book() if code.startswith("code_scanner.")}
    assert set(PROVOKE) == of_device
    figure(f"code_scanner: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
