"""Which driver takes a device, and on which port."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

import pyudev
from pydantic import BaseModel, ConfigDict, Field

from drivers.device import Driver, Fault

AUTO = "auto"  # a port to be found by the driver's USB_IDS
# udev's lasting names; of a camera's several nodes the first gives pictures, the others metadata
BY_ID = {
    "tty": re.compile(r"/dev/serial/by-id/.+"),
    "video4linux": re.compile(r"/dev/v4l/by-id/.+-video-index0"),
}
NOT_DRIVERS = {"__init__", "device", "simulator"}


class DeviceConfig(BaseModel):
    """``{"driver": "sam_serial", "port": "/dev/serial/by-id/…", **options}``; options are the driver's own."""

    model_config = ConfigDict(frozen=True, extra="allow")

    driver: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    port: str = Field(min_length=1)


class DeviceConfigError(ValueError):
    """A configuration that names a device, driver or option that does not exist; the message names the key."""


def build_driver(device: str, config: DeviceConfig) -> Driver:
    """Import ``drivers.<device>.<driver>`` and call its ``create(port, **options)``.

    Raises DeviceConfigError naming the key; Fault ``<device>.not_found`` when port is "auto" and nothing fits.
    """
    module = _driver_module(device, config.driver)
    port = find_port(device, module) if config.port == AUTO else config.port
    options = dict(config.model_extra or {})
    try:
        inspect.signature(module.create).bind(port, **options)
    except TypeError as error:
        raise DeviceConfigError(f"devices.{device}: {error} (driver {config.driver})") from None
    try:
        return cast(Driver, module.create(port, **options))
    except ValueError as error:  # an option of the right name with a wrong value
        raise DeviceConfigError(f"devices.{device}: {error} (driver {config.driver})") from None


def drivers_of(device: str) -> list[str]:
    """Names of modules in the device's folder that have a ``create``; empty for an unknown device."""
    folder = Path(__file__).parent / device
    if not device.isidentifier() or not (folder / "device.py").is_file():
        return []
    modules = (path for path in folder.glob("*.py") if path.stem not in NOT_DRIVERS)
    return sorted(path.stem for path in modules if "\ndef create(" in path.read_text("utf-8"))


def find_port(device: str, module: ModuleType) -> str:
    """The one by-id name whose USB vendor and product the driver knows. Fault ``not_found`` for none, and for two."""
    wanted = set(getattr(module, "USB_IDS", ()))
    found = sorted(_by_id(wanted)) if wanted else []
    if len(found) == 1:
        return found[0]
    # two readers: taking either may take the wrong one
    raise Fault(f"{device}.not_found", f"port auto: {len(found)} devices of {sorted(wanted)}")


def _by_id(wanted: set[tuple[str, str]]) -> Iterable[str]:
    context = pyudev.Context()
    for subsystem, name in BY_ID.items():
        for plugged in context.list_devices(subsystem=subsystem):
            ids = (plugged.properties.get("ID_VENDOR_ID"), plugged.properties.get("ID_MODEL_ID"))
            if ids in wanted:
                yield from (link for link in plugged.device_links if name.fullmatch(link))


def _driver_module(device: str, driver: str) -> ModuleType:
    known = drivers_of(device)
    if not known:
        raise DeviceConfigError(f"devices.{device}: no such device")
    if driver not in known:
        raise DeviceConfigError(f"devices.{device}.driver: {driver!r} is none of {', '.join(known)}")
    return import_module(f"drivers.{device}.{driver}")
