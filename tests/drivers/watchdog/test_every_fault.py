"""Every fault of the book is provoked by the simulated watchdog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.device import Warning
from drivers.faults import book
from drivers.watchdog.dev_watchdog import DevWatchdog, create
from drivers.watchdog.simulator import WatchdogSimulator
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.drivers.watchdog.conftest import Hands
from tests.thorough import figure


@dataclass
class Bench:
    dog: WatchdogSimulator
    driver: DevWatchdog
    clock: Hands
    folder: Path


def reason(driver: DevWatchdog) -> str:
    status = driver.status()
    assert isinstance(status, Warning), status
    return status.reason


def busy(bench: Bench) -> str:
    bench.dog.misbehave("busy")
    return code_of(create(bench.dog.port).open)


def lost(bench: Bench) -> str:
    bench.dog.misbehave("gone")
    return code_of(bench.driver.keep_alive)


def unverified(bench: Bench) -> str:
    bench.driver.close()
    bench.dog.misbehave("deaf")
    bench.driver.open()
    return reason(bench.driver)


def not_fed(bench: Bench) -> str:
    bench.clock.now += 31
    return reason(bench.driver)


def restarted(bench: Bench) -> str:
    dog = WatchdogSimulator(bench.folder / "after", bench.clock, restarted=True)
    driver = DevWatchdog(dog.port, 60, dog.ioctl, bench.clock)
    driver.open()
    try:
        return reason(driver)
    finally:
        driver.close()
        dog.close()


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "not_found": lambda _: code_of(create("/dev/watchdog-of-nobody").open),
    "busy": busy,
    "lost": lost,
    "unverified": unverified,
    "not_fed": not_fed,
    "restarted": restarted,
    "missing": lambda _: provoking.missing("watchdog", lambda: create("/dev/watchdog-of-nobody")),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        return provoke("watchdog", lambda: create(bench.dog.port))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(dog: WatchdogSimulator, driver: DevWatchdog, clock: Hands, tmp_path: Path) -> Bench:
    return Bench(dog, driver, clock, tmp_path)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"watchdog.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("watchdog.") for code in book() if code.startswith("watchdog.")}
    assert set(PROVOKE) == of_device
    figure(f"watchdog: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
