"""Every fault of the book is provoked by the simulator; the same words come from Debian's upsd in test_nut.py."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.device import Blocked, Fault, Unknown, Warning
from drivers.faults import book
from drivers.ups import nut
from drivers.ups.nut import NutUps, create
from drivers.ups.simulator import UpsSimulator
from tests.drivers import provoking
from tests.thorough import figure


def told(driver: NutUps) -> str:
    """The code that a look at the supply tells, as a fault or as the reason of a status."""
    try:
        status = driver.status()
    except Fault as fault:
        return fault.code
    assert isinstance(status, Blocked | Unknown | Warning), status
    return status.reason


def scene(name: str) -> Callable[[UpsSimulator], str]:
    def provoke(upsd: UpsSimulator) -> str:
        upsd.play(name)
        return _told_once(upsd)

    return provoke


def line(kind: str) -> Callable[[UpsSimulator], str]:
    def provoke(upsd: UpsSimulator) -> str:
        upsd.misbehave(kind)
        return _told_once(upsd)

    return provoke


def _told_once(upsd: UpsSimulator) -> str:
    driver = create(upsd.port)
    try:
        return told(driver)
    finally:
        driver.close()


def service_down(upsd: UpsSimulator) -> str:
    upsd.close()
    return _told_once(upsd)


def silent(upsd: UpsSimulator) -> str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(nut, "ANSWER_S", 0.3)
        return line("silence")(upsd)


PROVOKE: dict[str, Callable[[UpsSimulator], str]] = {
    "not_found": line("unknown_ups"),
    "service_down": service_down,
    "lost": line("hang_up"),
    "silent": silent,
    "garbled": line("garbage"),
    "refused": line("access_denied"),
    "data_stale": line("data_stale"),
    "driver_lost": line("driver_not_connected"),
    "starting": scene("starting"),
    "unknown_status": scene("nonsense"),
    "on_battery": scene("battery"),
    "battery_low": scene("low"),
    "battery_worn": scene("worn"),
    "overload": scene("overload"),
    "bypass": scene("bypass"),
    "off": scene("off"),
    "shutting_down": scene("shutting_down"),
    "alarm": scene("alarm"),
    "missing": lambda _: provoking.missing("ups", lambda: create("rig@127.0.0.1:1")),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(upsd: UpsSimulator, provoke: Callable[..., str] = provoke) -> str:
        return provoke("ups", lambda: create(upsd.port))

    PROVOKE[name] = of_every_device


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(upsd: UpsSimulator, code: str) -> None:
    assert PROVOKE[code](upsd) == f"ups.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("ups.") for code in book() if code.startswith("ups.")}
    assert set(PROVOKE) == of_device
    figure(f"ups: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
