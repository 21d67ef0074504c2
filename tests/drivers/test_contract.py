"""The contract of Driver, on each driver of the house with nobody at the other end."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import get_args

import pytest

from drivers.device import Driver, Fault, Ready, Status, Warning
from drivers.faults import book
from drivers.quality import devices
from drivers.registry import DeviceConfig, build_driver, drivers_of

DRIVERS = [(device, driver) for device in devices() for driver in drivers_of(device)]
NOBODY: dict[str, str] = {"nut": "rig@127.0.0.1:1", "network": "127.0.0.1:1"}  # the others take a path or a name
LIMIT_S = 30.0  # a driver's own limits are a few seconds; the rest is for a loaded machine


@pytest.fixture(params=DRIVERS, ids=lambda pair: ".".join(pair))
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Driver:
    device, name = request.param
    port = NOBODY.get(name, str(tmp_path / "nobody"))
    options = {"server": str(tmp_path / "nobody.sock")} if name == "cups" else {}
    return build_driver(device, DeviceConfig.model_validate({"driver": name, "port": port, **options}))


def asked(act: object) -> Status | str:
    """What a call gives; a fault gives its code."""
    assert callable(act)
    try:
        told: Status | str = act()
    except Fault as fault:
        return fault.code
    return told


def test_every_device_has_a_driver() -> None:
    assert {device for device, _ in DRIVERS} == set(devices())


def test_with_nobody_there_it_says_so_in_time_and_never_that_it_is_ready(driver: Driver) -> None:
    begun = monotonic()
    for said in (asked(driver.open), asked(driver.status)):
        if isinstance(said, str):
            assert said in book()
        else:
            assert said is None or isinstance(said, get_args(Status))
            assert not isinstance(said, Ready | Warning)
    driver.close()
    assert monotonic() - begun < LIMIT_S


def test_it_may_be_closed_before_it_was_opened_and_twice(driver: Driver) -> None:
    driver.close()
    driver.close()
    asked(driver.open)
    driver.close()
    driver.close()
    assert not isinstance(asked(driver.status), Ready | Warning)
    driver.close()
