"""Configurations find their driver or say which key is wrong."""

from __future__ import annotations

from types import ModuleType

import pytest

from drivers.device import Fault
from drivers.id_card.sam_serial import SamSerial
from drivers.registry import DeviceConfig, DeviceConfigError, build_driver, drivers_of, find_port
from drivers.thermal_printer.escpos import EscPosPrinter


def config(**keys: object) -> DeviceConfig:
    return DeviceConfig.model_validate(keys)


def test_a_configuration_builds_its_driver_with_its_options() -> None:
    assert isinstance(build_driver("id_card", config(driver="sam_serial", port="/dev/none", baud=9600)), SamSerial)
    printer = build_driver("thermal_printer", config(driver="escpos", port="/dev/none", model="plain_80mm"))
    assert isinstance(printer, EscPosPrinter)
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


class Plugged:
    """What udev says of one device."""

    def __init__(self, subsystem: str, vendor: str, product: str, *links: str) -> None:
        self.subsystem = subsystem
        self.properties = {"ID_VENDOR_ID": vendor, "ID_MODEL_ID": product}
        self.device_links = links


class Udev:
    """Stands in for ``pyudev.Context``: nothing can be plugged into a test machine."""

    plugged: tuple[Plugged, ...] = ()

    def list_devices(self, subsystem: str) -> list[Plugged]:
        return [one for one in self.plugged if one.subsystem == subsystem]


READER = Plugged("tty", "0400", "c35a", "/dev/serial/by-path/pci-0:1", "/dev/serial/by-id/usb-Reader_1-if00")
OTHER = Plugged("tty", "0400", "c35a", "/dev/serial/by-id/usb-Reader_2-if00")
MOUSE = Plugged("tty", "046d", "c077", "/dev/serial/by-id/usb-Mouse-if00")
LENS = Plugged("video4linux", "0400", "c35a", "/dev/v4l/by-id/usb-Lens-video-index0")
ITS_METADATA = Plugged("video4linux", "0400", "c35a", "/dev/v4l/by-id/usb-Lens-video-index1")


@pytest.fixture
def known() -> ModuleType:
    module = ModuleType("known")
    module.USB_IDS = (("0400", "c35a"),)  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("plugged", "port"),
    [
        ((MOUSE, READER), "/dev/serial/by-id/usb-Reader_1-if00"),
        ((ITS_METADATA, LENS), "/dev/v4l/by-id/usb-Lens-video-index0"),
    ],
)
def test_an_automatic_port_is_the_lasting_name_of_the_one_device_that_fits(
    monkeypatch: pytest.MonkeyPatch, known: ModuleType, plugged: tuple[Plugged, ...], port: str
) -> None:
    monkeypatch.setattr(Udev, "plugged", plugged)
    monkeypatch.setattr("pyudev.Context", Udev)
    assert find_port("id_card", known) == port


def test_of_two_readers_neither_is_taken(monkeypatch: pytest.MonkeyPatch, known: ModuleType) -> None:
    monkeypatch.setattr(Udev, "plugged", (READER, OTHER))
    monkeypatch.setattr("pyudev.Context", Udev)
    with pytest.raises(Fault, match=r"id_card\.not_found: port auto: 2 devices"):
        find_port("id_card", known)


def test_an_automatic_port_that_nothing_answers_to_is_a_fault() -> None:
    module = ModuleType("nothing")
    module.USB_IDS = (("ffff", "0001"),)  # type: ignore[attr-defined]
    with pytest.raises(Fault, match=r"id_card\.not_found"):
        find_port("id_card", module)
