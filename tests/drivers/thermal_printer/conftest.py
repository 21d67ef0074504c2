"""A simulated printer, a driver on it, and a receipt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from escpos.printer import Dummy

from drivers.thermal_printer.escpos import EscPosPrinter, create
from drivers.thermal_printer.simulator import ThermalPrinterSimulator

QR = "https://hall.example/v?id=0001"


def slip(lines: int = 3) -> bytes:
    paper = Dummy()
    paper.set(align="center", bold=True, double_height=True, double_width=True)
    paper.textln("受理凭证")
    paper.set(align="left", bold=False, normal_textsize=True)
    for line in range(1, lines + 1):
        paper.textln(f"第{line}行 line {line}")
    paper.set(align="center")
    paper.qr(QR, native=True, size=5, ec=1)
    paper.cut()
    return bytes(paper.output)


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[ThermalPrinterSimulator]:
    simulator = ThermalPrinterSimulator(tmp_path)
    yield simulator
    simulator.close()


@pytest.fixture
def driver(printer: ThermalPrinterSimulator) -> Iterator[EscPosPrinter]:
    made = create(printer.port)
    made.open()
    yield made
    made.close()
