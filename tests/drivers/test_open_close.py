"""Opened and closed over and over, a host and a driver leave no thread and no descriptor behind."""

from __future__ import annotations

import gc
import threading

import psutil
import pytest

from drivers.device import Ready
from drivers.host import DeviceHost
from drivers.sensors.serial_board import SerialBoard, create
from drivers.sensors.simulator import SensorsSimulator
from drivers.ups.nut import NutUps
from drivers.ups.nut import create as create_ups
from drivers.ups.simulator import UpsSimulator
from tests.drivers.listening import LIMIT_S, Listener
from tests.thorough import figure, rounds

ROUNDS = rounds(300, 10_000)
WARM_UP = 20  # whatever is made once for ever is made by then


class Kept:
    """Threads and descriptors of this process."""

    def __init__(self) -> None:
        gc.collect()
        self.threads = threading.active_count()
        self.files = psutil.Process().num_fds()

    def no_more_than(self, before: Kept) -> bool:
        """Fewer is no leak: what an earlier test left may end meanwhile."""
        return self.threads <= before.threads and self.files <= before.files

    def __repr__(self) -> str:
        return f"{self.threads} threads, {self.files} descriptors"


@pytest.mark.timeout(900)
def test_a_host_with_a_serial_driver_leaves_nothing() -> None:
    board = SensorsSimulator()
    before = Kept()
    for round_ in range(ROUNDS + WARM_UP):
        if round_ == WARM_UP:
            before = Kept()
        host: DeviceHost[SerialBoard] = DeviceHost("sensors", lambda: create(board.port), Listener())
        host.start()
        assert host.submit("s", lambda driver: driver.status()).result(LIMIT_S) == Ready()
        assert host.stop()
    after = Kept()
    figure(f"device host on a serial line: {ROUNDS} rounds of open and close, before {before}, after {after}")
    assert after.no_more_than(before)
    board.close()


@pytest.mark.timeout(900)
def test_a_driver_that_finds_nobody_leaves_nothing() -> None:
    before = Kept()
    for _ in range(ROUNDS):
        driver = create("/dev/serial/by-id/none")
        with pytest.raises(Exception, match="not_found"):
            driver.open()
        driver.close()
    assert Kept().no_more_than(before)


@pytest.mark.timeout(900)
def test_a_connection_to_a_service_leaves_nothing() -> None:
    upsd = UpsSimulator()
    driver: NutUps = create_ups(upsd.port)
    for _ in range(min(ROUNDS, 1000)):
        driver.open()
        assert driver.status() == Ready()
        driver.close()
    upsd.close()
    number = int(upsd.port.rpartition(":")[2])
    still = [one for one in psutil.Process().net_connections("tcp") if one.raddr and one.raddr.port == number]
    assert [one for one in still if one.status == psutil.CONN_ESTABLISHED] == []
