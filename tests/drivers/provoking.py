"""The faults that DeviceHost raises for every device, provoked; each function gives the code that was told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from drivers.device import Fault, Missing
from drivers.host import DeviceHost
from tests.drivers.listening import LIMIT_S, Listener

MakeDriver = Callable[[], Any]


def code_of(act: Callable[[], object]) -> str:
    """The code of the fault that this raises."""
    with pytest.raises(Fault) as refusal:
        act()
    return refusal.value.code


def missing(name: str, make_absent: MakeDriver) -> str:
    """A command to a device that is not there."""
    heard = Listener()
    host: DeviceHost[Any] = DeviceHost(name, make_absent, heard, poll_s=0.1)
    host.start()
    heard.status(Missing)
    try:
        return code_of(lambda: host.submit("session", lambda driver: driver.status()).result(LIMIT_S))
    finally:
        host.stop()


def driver_failed(name: str, make: MakeDriver) -> str:
    """A mistake of the driver itself: no simulator can make one, so a command does."""

    def mistake(_: Any) -> None:
        raise ZeroDivisionError

    host: DeviceHost[Any] = DeviceHost(name, make, Listener())
    host.start()
    try:
        return code_of(lambda: host.submit("session", mistake).result(LIMIT_S))
    finally:
        host.stop()


def stopped(name: str, make: MakeDriver) -> str:
    """A command after the end."""
    host: DeviceHost[Any] = DeviceHost(name, make, Listener())
    return code_of(lambda: host.submit("session", lambda driver: driver.status()).result(LIMIT_S))


def ended(name: str, make: MakeDriver) -> str:
    """A command that waits behind another when its session ends."""
    host: DeviceHost[Any] = DeviceHost(name, make, Listener())
    host.start()
    busy, go_on = threading.Event(), threading.Event()

    def work(_: Any) -> None:
        busy.set()
        go_on.wait(LIMIT_S)

    try:
        host.submit("another", work)
        assert busy.wait(LIMIT_S)
        waiting = host.submit("session", lambda driver: driver.status())
        host.forget("session")
        go_on.set()
        return code_of(lambda: waiting.result(LIMIT_S))
    finally:
        go_on.set()
        host.stop()


OF_EVERY_DEVICE = {"driver_failed": driver_failed, "stopped": stopped, "ended": ended}
