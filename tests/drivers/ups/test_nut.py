"""The supply asked through NUT: Debian's own upsd, and a simulated one that misbehaves."""

from __future__ import annotations

import socket
from collections.abc import Callable
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Blocked, Fault, Missing, Ready, Status, Unknown, Warning
from drivers.host import DeviceHost
from drivers.ups import nut as nut_module
from drivers.ups import nut_status
from drivers.ups.device import Power
from drivers.ups.nut import NutUps, create
from drivers.ups.private_nut import PrivateNut
from drivers.ups.simulator import LINE_FAULTS, SCENES, UpsSimulator
from tests.drivers.listening import LIMIT_S, Listener
from tests.drivers.ups.fuzz import TARGETS
from tests.thorough import figure

MEANT: dict[str, Status] = {
    "mains": Ready(),
    "charging": Ready(),
    "battery": Warning("ups.on_battery"),
    "low": Blocked("ups.battery_low"),
    "worn": Warning("ups.battery_worn"),
    "overload": Warning("ups.overload"),
    "bypass": Warning("ups.bypass"),
    "alarm": Warning("ups.alarm"),
    "off": Blocked("ups.off"),
    "shutting_down": Blocked("ups.shutting_down"),
    "starting": Unknown("ups.starting"),
    "nonsense": Unknown("ups.unknown_status"),
}


def wait_until(holds: Callable[[], bool]) -> float:
    begun = monotonic()
    while not holds():
        assert monotonic() - begun < LIMIT_S
        sleep(0.05)  # polling, with a limit: upsd announces nothing
    return monotonic() - begun


def status_of(driver: NutUps) -> Status | str:
    """A fault closes the driver, as a host would."""
    try:
        return driver.status()
    except Fault as fault:
        driver.close()
        return fault.code


@pytest.mark.parametrize("scene", SCENES)
def test_each_state_of_a_supply_means_its_status(upsd: UpsSimulator, driver: NutUps, scene: str) -> None:
    upsd.play(scene)
    assert driver.status() == MEANT[scene]


def test_debians_own_upsd_is_understood_from_mains_to_empty_and_back(nut: PrivateNut) -> None:
    driver = create(nut.port)
    for scene in ("mains", "battery", "low", "mains"):
        nut.play(scene)
        wait_until(lambda scene=scene: status_of(driver) == MEANT[scene])  # type: ignore[misc]
    assert driver.power() == Power(True, 100.0, 1800.0, frozenset({"OL"}))
    driver.close()


@pytest.mark.restart
def test_upsd_killed_in_use_is_found_again(nut: PrivateNut) -> None:
    nut.play("mains")
    heard = Listener()
    host: DeviceHost[NutUps] = DeviceHost("ups", lambda: create(nut.port), heard, poll_s=0.2, recheck_s=0.2)
    host.start()
    try:
        heard.status(Ready)
        heard.clear()
        nut.kill("upsd")
        heard.status(Missing)
        begun = monotonic()
        nut.start_server()
        heard.status(Ready)
        figure(f"ups: ready {monotonic() - begun:.1f} s after upsd was started again")
    finally:
        host.stop()


@pytest.mark.restart
def test_a_dead_or_frozen_nut_driver_is_unknown_and_never_ready(nut: PrivateNut) -> None:
    nut.play("mains")
    driver = create(nut.port)
    wait_until(lambda: status_of(driver) == Ready())
    nut.kill("driver")
    wait_until(lambda: status_of(driver) == Unknown("ups.driver_lost"))
    nut.start_driver()
    wait_until(lambda: status_of(driver) == Ready())
    nut.freeze_driver()
    wait_until(lambda: status_of(driver) == Unknown("ups.data_stale"))
    nut.thaw_driver()
    wait_until(lambda: status_of(driver) == Ready())
    driver.close()


def test_the_simulator_says_byte_for_byte_what_upsd_says(nut: PrivateNut, upsd: UpsSimulator) -> None:
    nut.play("battery")
    upsd.play("battery")
    driver = create(nut.port)
    wait_until(lambda: status_of(driver) == MEANT["battery"])
    driver.close()
    questions = (
        "GET VAR rig ups.status", "GET VAR rig battery.charge", "GET VAR rig no.such", "GET VAR nobody ups.status",
        "LIST VAR nobody", "GARBAGE",
    )  # fmt: skip
    for question in questions:
        assert _said(upsd.port, question) == _said(nut.port, question), question
    # dummy-ups adds what it knows of itself to the list; head, end and our three lines are the same
    theirs = _said(nut.port, "LIST VAR rig").split(b"\n")
    ours = _said(upsd.port, "LIST VAR rig").split(b"\n")
    assert (ours[0], ours[-2:]) == (theirs[0], theirs[-2:])
    assert set(ours) <= set(theirs)


def _said(port: str, question: str) -> bytes:
    host, _, number = port.partition("@")[2].rpartition(":")
    with socket.create_connection((host, int(number)), LIMIT_S) as line, line.makefile("rb") as answers:
        line.sendall(question.encode() + b"\n")
        answer: bytes = answers.readline()
        while answer.startswith(b"BEGIN") and f"END {question}\n".encode() not in answer:
            answer += answers.readline()
        return answer


@pytest.mark.parametrize("kind", LINE_FAULTS)
def test_a_line_that_misbehaves_never_looks_ready_and_is_well_again_afterwards(
    upsd: UpsSimulator, driver: NutUps, kind: str
) -> None:
    upsd.play("battery")
    upsd.misbehave(kind)
    with pytest.MonkeyPatch.context() as patched:
        if kind != "split":  # only the patient must see a good answer
            patched.setattr(nut_module, "ANSWER_S", 0.3)
        seen = status_of(driver)
    if kind == "split":  # a byte at a time is no fault
        assert seen == Warning("ups.on_battery")
    elif kind == "glued":  # both halves may come in one piece or in two
        assert seen in (Unknown("ups.garbled"), Warning("ups.on_battery"))
    else:
        assert seen in ("ups.silent", "ups.lost", Unknown("ups.garbled"))
    upsd.behave()
    driver.close()
    assert driver.status() == Warning("ups.on_battery")


def test_a_late_answer_is_not_taken_for_the_next_one(upsd: UpsSimulator, driver: NutUps) -> None:
    upsd.play("battery")
    upsd.misbehave("late")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(nut_module, "ANSWER_S", 0.3)
        assert status_of(driver) == "ups.silent"
    upsd.play("mains")
    upsd.behave()
    assert driver.status() == Ready()


def test_low_battery_on_mains_is_being_charged_and_does_not_block() -> None:
    assert nut_status.status(nut_status.power({"ups.status": "OL CHRG LB"})) == Ready()


@pytest.mark.parametrize("charge", ["", "abc", "-1", "101", "nan", "inf"])
def test_a_charge_that_cannot_be_is_unknown(charge: str) -> None:
    assert nut_status.power({"ups.status": "OL", "battery.charge": charge}).charge_percent is None


@pytest.mark.parametrize("port", ["rig", "rig@", "@host", "rig@host:0", "rig@host:65536", "rig@host:x", "ri g@host"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match="name@host"):
        create(port)


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_answer_brings_anything_but_a_named_fault(target: str, data: bytes) -> None:
    TARGETS[target](data)
