"""The watchdog: fed it sleeps, forgotten it bites, closed in order it is called off."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.device import Fault, Ready, Warning
from drivers.watchdog.dev_watchdog import DevWatchdog, create
from drivers.watchdog.simulator import WatchdogSimulator
from tests.drivers.watchdog.conftest import Hands


def test_fed_in_time_it_never_bites(dog: WatchdogSimulator, driver: DevWatchdog, clock: Hands) -> None:
    assert driver.limit_s == 60
    for _ in range(10):
        clock.now += 20
        driver.keep_alive()
        assert driver.status() == Ready()
        assert not dog.bites()


def test_forgotten_it_warns_at_half_the_time_and_then_bites(
    dog: WatchdogSimulator, driver: DevWatchdog, clock: Hands
) -> None:
    driver.keep_alive()
    assert dog.fed() == 1
    clock.now += 31
    assert driver.status() == Warning("watchdog.not_fed")
    assert not dog.bites()
    clock.now += 30
    assert dog.bites()


def test_asking_for_the_status_feeds_nothing(dog: WatchdogSimulator, driver: DevWatchdog) -> None:
    driver.status()
    assert dog.fed() == 0


def test_closed_in_order_it_is_called_off(dog: WatchdogSimulator, driver: DevWatchdog, clock: Hands) -> None:
    driver.keep_alive()
    driver.close()
    driver.close()
    clock.now += 1000
    assert not dog.bites()


def test_a_kiosk_that_dies_without_a_farewell_is_bitten(
    dog: WatchdogSimulator, driver: DevWatchdog, clock: Hands
) -> None:
    driver.keep_alive()
    assert dog.fed() == 1
    clock.now += 1000  # nobody closed anything
    assert dog.bites()


def test_one_that_keeps_its_own_limit_is_asked_for_it(dog: WatchdogSimulator, clock: Hands) -> None:
    dog.misbehave("fixed_limit")
    driver = DevWatchdog(dog.port, 60, dog.ioctl, clock)
    driver.open()
    assert driver.limit_s == 30
    driver.close()


def test_a_plain_pipe_is_fed_and_never_believed(dog: WatchdogSimulator) -> None:
    driver = create(dog.port)  # the kernel's own ioctl, which knows that this is no watchdog
    driver.open()
    driver.keep_alive()
    assert dog.fed() == 1
    assert driver.limit_s is None
    assert driver.status() == Warning("watchdog.unverified")
    driver.close()


def test_one_that_goes_away_is_lost_and_found_again(dog: WatchdogSimulator, driver: DevWatchdog) -> None:
    dog.misbehave("gone")
    with pytest.raises(Fault, match=r"watchdog\.lost"):
        driver.keep_alive()
    driver.close()
    with pytest.raises(Fault, match=r"watchdog\.not_found"):
        driver.open()
    dog.behave()
    driver.open()
    driver.keep_alive()
    assert dog.fed() == 1


def test_a_limit_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="limit_s"):
        create(str(tmp_path), limit_s=0)
