"""Every fault of the receipt printer's book is provoked through the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from unittest.mock import patch

import pytest

from drivers.device import Blocked, Unknown, Warning
from drivers.faults import book
from drivers.outcome import NotPrinted, Unsettled
from drivers.thermal_printer import escpos
from drivers.thermal_printer.escpos import EscPosPrinter, create
from drivers.thermal_printer.simulator import ThermalPrinterSimulator
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.drivers.thermal_printer.conftest import slip
from tests.thorough import figure


@dataclass
class Bench:
    printer: ThermalPrinterSimulator
    driver: EscPosPrinter

    def status_after(self, action: str) -> str:
        """The reason of the status while the printer does that."""
        self.printer.act(action)
        status = self.driver.status()
        assert isinstance(status, Blocked | Warning | Unknown)
        return status.reason

    def outcome_after(self, action: str) -> str:
        """Why a slip is not known to be printed when the printer does that."""
        self.printer.act(action)
        outcome = self.driver.print_bytes(slip())
        assert isinstance(outcome, NotPrinted | Unsettled)
        return outcome.reason


def lost(bench: Bench) -> str:
    bench.printer.close()
    return code_of(bench.driver.status)


def silent(bench: Bench) -> str:
    bench.printer.act("power_off")
    return code_of(bench.driver.status)


def stalled(bench: Bench) -> str:
    with (
        patch.object(escpos, "WRITE_S", 0.2),
        patch.object(escpos, "WRITE_BYTES_A_SECOND", 1e9),
        patch.object(EscPosPrinter, "_hindrance", lambda _: None),
    ):
        return bench.outcome_after("stall")


def unconfirmed(bench: Bench) -> str:
    with patch.object(bench.driver, "_print_limit_s", 0.2):
        return bench.outcome_after("no_fence")


def state(action: str) -> Callable[[Bench], str]:
    return lambda bench: bench.status_after(action)


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "not_found": lambda _: code_of(create("/dev/serial/by-id/none").open),
    "port_busy": lambda bench: code_of(create(bench.printer.port).open),
    "lost": lost,
    "stalled": stalled,
    "silent": silent,
    "unconfirmed": unconfirmed,
    "unreadable_status": state("garbage"),
    "paper_out": state("paper_out"),
    "paper_near_end": state("near_end"),
    "cover_open": state("cover_open"),
    "cutter_error": state("cutter_jam"),
    "unrecoverable_error": state("break_head"),
    "recoverable_error": state("break_feed"),
    "overheated": state("overheat"),
    "offline": state("offline"),
    "missing": lambda _: provoking.missing("thermal_printer", lambda: create("/dev/serial/by-id/none")),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        bench.driver.close()  # a host opens the port itself
        return provoke("thermal_printer", lambda: create(bench.printer.port))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(printer: ThermalPrinterSimulator, driver: EscPosPrinter) -> Bench:
    return Bench(printer, driver)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"thermal_printer.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("thermal_printer.") for code in book() if code.startswith("thermal_printer.")}
    assert set(PROVOKE) == of_device
    figure(f"thermal_printer: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
