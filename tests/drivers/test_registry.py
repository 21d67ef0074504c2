"""Configurations find their driver or say which key is wrong."""

from __future__ import annotations

from types import ModuleType

import pytest

from drivers.device import Fault
from drivers.id_card.sam_serial import SamSerial
from drivers.registry import DeviceConfig, DeviceConfigError, build_driver, drivers_of, find_port
from drivers.thermal_printer.escpos import EscPosSerial


def config(**keys: object) -> DeviceConfig:
    return DeviceConfig.model_validate(keys)


def test_a_configuration_builds_its_driver_with_its_options() -> None:
    assert isinstance(build_driver("id_card", config(driver="sam_serial", port="/dev/none", baud=9600)), SamSerial)
    printer = build_driver("thermal_printer", config(driver="escpos", port="/dev/none", model="plain_80mm"))
    assert isinstance(printer, EscPosSerial)
    assert printer.model.native_qr is False


@pytest.mark.parametrize(
    ("device", "keys", "named"),
    [
        ("id_card", {"driver": "telepathy"}, "devices.id_card.driver"),
        ("id_card", {"driver": "simulator"}, "devices.id_card.driver"),
        ("teapot", {"driver": "sam_serial"}, "devices.teapot"),
        ("id_card", {"driver": "sam_serial", "colour": "red"}, "colour"),
        ("thermal_printer", {"driver": "escpos", "model": "gutenberg"}, "gutenberg"),
    ],
)
def test_a_wrong_key_is_named(device: str, keys: dict[str, str], named: str) -> None:
    with pytest.raises(DeviceConfigError, match=named):
        build_driver(device, config(port="/dev/none", **keys))


def test_what_a_driver_is_called_is_known_without_importing_it() -> None:
    assert drivers_of("id_card") == ["pcsc", "sam_serial"]
    assert drivers_of("../id_card") == []


def test_an_automatic_port_that_nothing_answers_to_is_a_fault() -> None:
    module = ModuleType("nothing")
    module.USB_IDS = (("ffff", "0001"),)  # type: ignore[attr-defined]
    with pytest.raises(Fault, match=r"id_card\.not_found"):
        find_port("id_card", module)
