"""Every fault of the book is provoked by the simulated board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from drivers.device import Blocked, Unknown, Warning
from drivers.faults import book
from drivers.sensors import serial_board
from drivers.sensors.serial_board import SerialBoard, create
from drivers.sensors.simulator import SensorsSimulator
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.thorough import figure


@dataclass
class Bench:
    board: SensorsSimulator
    driver: SerialBoard

    def reason(self) -> str:
        status = self.driver.status()
        assert isinstance(status, Blocked | Unknown | Warning), status
        return status.reason


def lost(bench: Bench) -> str:
    bench.board.close()
    return code_of(bench.driver.status)


def silent(bench: Bench) -> str:
    bench.board.misbehave("silence")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(serial_board, "ANSWER_S", 0.2)
        return code_of(bench.driver.status)


def stalled(bench: Bench) -> str:
    bench.board.misbehave("stalled")
    return code_of(bench.driver.status)


def garbled(bench: Bench) -> str:
    bench.board.misbehave("garbage")
    return bench.reason()


def not_cleared(bench: Bench) -> str:
    bench.board.misbehave("keeps_memory")
    return code_of(bench.driver.acknowledge)


def opened(contact: str) -> Callable[[Bench], str]:
    def provoke(bench: Bench) -> str:
        bench.board.open_contact(contact)
        return bench.reason()

    return provoke


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "not_found": lambda _: code_of(create("/dev/serial/by-id/none").open),
    "port_busy": lambda bench: code_of(create(bench.board.port).open),
    "lost": lost,
    "stalled": stalled,
    "silent": silent,
    "garbled": garbled,
    "not_cleared": not_cleared,
    "door_open": opened("door"),
    "tampered": opened("tamper"),
    "missing": lambda _: provoking.missing("sensors", lambda: create("/dev/serial/by-id/none")),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        bench.driver.close()  # a host opens the port itself
        return provoke("sensors", lambda: create(bench.board.port))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(board: SensorsSimulator, driver: SerialBoard) -> Bench:
    return Bench(board, driver)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"sensors.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("sensors.") for code in book() if code.startswith("sensors.")}
    assert set(PROVOKE) == of_device
    figure(f"sensors: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
