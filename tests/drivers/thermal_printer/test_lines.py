"""Serial, USB and network: the same printer, the same truth, and an end to every wait."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from unittest.mock import patch

import pytest

from drivers.device import Fault, Ready
from drivers.outcome import NotPrinted, Printed, Unsettled
from drivers.thermal_printer import escpos
from drivers.thermal_printer.escpos import EscPosPrinter, create
from drivers.thermal_printer.line import make_line
from drivers.thermal_printer.network_line import NetworkLine
from drivers.thermal_printer.simulator import ThermalPrinterSimulator
from drivers.thermal_printer.usb_line import UsbLine
from tests.drivers.provoking import code_of
from tests.drivers.thermal_printer.conftest import slip


def wait_until(holds: Callable[[], bool], limit_s: float = 30.0) -> None:
    deadline = monotonic() + limit_s
    while not holds():
        assert monotonic() < deadline, "did not happen in time"
        sleep(0.01)


@pytest.fixture(params=["serial", "usb", "network"])
def cable(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def printer(tmp_path: Path, cable: str) -> Iterator[ThermalPrinterSimulator]:
    simulator = ThermalPrinterSimulator(tmp_path, cable=cable)  # usblp is a file to read and write, and so is a pty
    yield simulator
    simulator.close()


@pytest.fixture
def driver(printer: ThermalPrinterSimulator, cable: str) -> Iterator[EscPosPrinter]:
    made = create(printer.port, transport=cable)  # type: ignore[arg-type]
    made.open()
    yield made
    made.close()


def test_a_slip_comes_out_over_every_cable(driver: EscPosPrinter, printer: ThermalPrinterSimulator) -> None:
    driver.open()  # twice does nothing
    assert driver.status() == Ready()
    assert driver.print_bytes(slip(40)) == Printed()
    assert printer.texts[0].count("\n") == 41
    driver.close()
    driver.close()
    driver.open()
    assert driver.status() == Ready()


def test_a_stall_ends_over_every_cable(driver: EscPosPrinter, printer: ThermalPrinterSimulator) -> None:
    printer.act("stall")
    with (
        patch.object(escpos, "WRITE_S", 0.3),
        patch.object(escpos, "WRITE_BYTES_A_SECOND", 1e9),
        patch.object(EscPosPrinter, "_hindrance", lambda _: None),
    ):
        # more than the kernel keeps for a connection on loopback
        assert driver.print_bytes(b"x" * 20_000_000) == Unsettled("thermal_printer.stalled")


def test_a_pulled_cable_is_a_named_fault_over_every_cable(
    driver: EscPosPrinter, printer: ThermalPrinterSimulator
) -> None:
    printer.close()
    assert code_of(driver.status) in ("thermal_printer.lost", "thermal_printer.silent")
    assert isinstance(driver.print_bytes(slip()), NotPrinted)


def test_nobody_home_is_not_found(cable: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        nobody = {"network": f"tcp://127.0.0.1:{taken.getsockname()[1]}"}.get(cable, str(tmp_path / "lp9"))
        assert code_of(create(nobody, transport=cable).open) == "thermal_printer.not_found"  # type: ignore[arg-type]


def test_what_an_address_is_read_as() -> None:
    assert isinstance(make_line("tcp://printer.hall.example", "auto", 9600), NetworkLine)
    assert make_line("tcp://[::1]:9101", "auto", 9600).path == "tcp://::1:9101"  # type: ignore[attr-defined]
    assert make_line("printer", "network", 9600).path == "tcp://printer:9100"  # type: ignore[attr-defined]
    assert isinstance(make_line("/dev/usb/lp0", "auto", 9600), UsbLine)
    with pytest.raises(ValueError, match="carrier pigeon"):
        create("/dev/x", transport="carrier pigeon")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is not tcp"):
        create("tcp://")


# ── network ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def distant(tmp_path: Path) -> Iterator[tuple[ThermalPrinterSimulator, EscPosPrinter]]:
    simulator = ThermalPrinterSimulator(tmp_path, cable="network")
    made = create(simulator.port)
    made.open()
    yield simulator, made
    made.close()
    simulator.close()


def test_a_reset_between_two_slips_costs_one_status(distant: tuple[ThermalPrinterSimulator, EscPosPrinter]) -> None:
    printer, driver = distant
    assert driver.status() == Ready()
    printer.act("drop")
    wait_until(lambda: printer._port._connection is None)  # type: ignore[union-attr]
    assert code_of(driver.status) == "thermal_printer.lost"
    driver.close()
    driver.open()  # as the host does
    assert driver.status() == Ready()


def test_a_reset_in_mid_slip_is_unsettled_and_the_next_slip_is_clean(
    distant: tuple[ThermalPrinterSimulator, EscPosPrinter],
) -> None:
    printer, driver = distant
    with patch.object(printer._interpreter, "_reply", lambda _: printer.act("drop")):
        assert driver.print_bytes(slip(2)) == Unsettled("thermal_printer.lost")
    assert driver.print_bytes(slip(1)) == Printed()
    assert printer.texts[-1] == "受理凭证\n第1行 line 1\n[QR]"


def test_a_connection_that_stands_but_says_nothing_is_silent(
    distant: tuple[ThermalPrinterSimulator, EscPosPrinter],
) -> None:
    printer, driver = distant
    printer.act("stall")  # half open: the kernel still takes our questions
    assert code_of(driver.status) == "thermal_printer.silent"
    assert driver.print_bytes(slip()) == NotPrinted("thermal_printer.silent")


def test_a_second_kiosk_is_turned_away(distant: tuple[ThermalPrinterSimulator, EscPosPrinter]) -> None:
    printer, driver = distant
    second = create(printer.port)

    def work() -> None:
        second.open()
        second.status()

    assert code_of(work) in ("thermal_printer.port_busy", "thermal_printer.lost")  # how soon it is told is the kernel's
    assert driver.status() == Ready()


def test_bytes_on_their_way_die_with_the_connection(distant: tuple[ThermalPrinterSimulator, EscPosPrinter]) -> None:
    printer, driver = distant
    printer.act("stall")
    driver._line.write(b"previous resident\n" * 20_000, 5.0)
    driver.close()
    printer.act("behave")
    driver.open()
    assert driver.print_bytes(slip(1)) == Printed()
    assert printer.texts[-1] == "受理凭证\n第1行 line 1\n[QR]"


# ── USB ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_kiosk_holds_the_usb_printer(tmp_path: Path) -> None:
    printer = ThermalPrinterSimulator(tmp_path)
    first, second = create(printer.port, transport="usb"), create(printer.port, transport="usb")
    first.open()
    assert code_of(second.open) == "thermal_printer.port_busy"
    first.close()
    second.open()
    assert second.status() == Ready()
    second.close()
    printer.close()


def test_a_usb_printer_with_nothing_to_say_is_waited_for_and_not_hammered(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    os.mkfifo(path)
    line = UsbLine("thermal_printer", str(path))
    line.open()
    with patch.object(os, "read", wraps=os.read) as read:
        assert line.read(0.2) == b""
    assert read.call_count <= 2
    line.close()
    with pytest.raises(Fault, match="lost"):
        line.write(b"x", 0.1)
