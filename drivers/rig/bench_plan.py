"""bench.toml: which devices of a lab's bench are real, which are absent and why; the rest is simulated."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from drivers.quality import devices
from drivers.registry import DeviceConfig, drivers_of


class BenchPlanError(ValueError):
    """A bench.toml that cannot be used; the message names file, key and reason."""


@dataclass(frozen=True)
class Place:
    """One device on the bench: ``config`` of a real one, or ``absent`` with the reason, or neither: simulated."""

    device: str
    config: DeviceConfig | None = None
    absent: str = ""


def read(path: Path | None) -> list[Place]:
    """One place for each device of the house, in the order of their names. Raises BenchPlanError.

    ``[devices.id_card]`` with ``driver``, ``port`` and the driver's options is a real device;
    ``[devices.ups]`` with ``absent = "why"`` is left out.
    """
    known = devices()
    tables: dict[str, Any] = {}
    if path is not None:
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BenchPlanError(f"{path}: {error}") from None
        stray = set(tables) - {"devices"}
        if stray:
            raise BenchPlanError(f"{path}: {sorted(stray)[0]}: only [devices.<device>] tables are known")
    given = tables.get("devices", {})
    if not isinstance(given, dict):
        raise BenchPlanError(f"{path}: devices: is not a table")
    for device in given:
        if device not in known:
            raise BenchPlanError(f"{path}: devices.{device}: is none of {', '.join(known)}")
    return [_place(path, device, given[device]) if device in given else Place(device) for device in known]


def _place(path: Path | None, device: str, table: Any) -> Place:
    where = f"{path}: devices.{device}"
    if not isinstance(table, dict):
        raise BenchPlanError(f"{where}: is not a table")
    if "absent" in table:
        if len(table) > 1 or not isinstance(table["absent"], str) or not table["absent"].strip():
            raise BenchPlanError(f'{where}.absent: takes a reason, and nothing beside it: absent = "why"')
        return Place(device, absent=table["absent"])
    try:
        config = DeviceConfig.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        raise BenchPlanError(f"{where}.{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if config.driver not in drivers_of(device):
        raise BenchPlanError(f"{where}.driver: {config.driver!r} is none of {', '.join(drivers_of(device))}")
    return Place(device, config)
