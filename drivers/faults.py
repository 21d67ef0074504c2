"""The fault book: what every code means, what to do about it, and what a resident is told."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from wire.text import Bilingual

HERE = Path(__file__).parent
MANUAL = HERE.parent / "docs" / "faults.md"
EVERY_DEVICE = "faults.toml"  # beside this file: faults that DeviceHost itself raises, whatever the device

Severity = Literal["blocking", "warning", "transient"]


class FaultBookError(ValueError):
    """A faults.toml that cannot be used; the message names file, key and reason."""


class FaultEntry(BaseModel):
    """One code: why it happens, what a technician does, what a resident reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: Severity
    cause: Bilingual
    remedy: Bilingual
    resident: Bilingual


@cache
def book() -> Mapping[str, FaultEntry]:
    """Every code of every device folder, ``<folder>.<code>``. Raises FaultBookError."""
    return MappingProxyType(read_book(HERE))


def read_book(root: Path) -> dict[str, FaultEntry]:
    """The book of the device folders below ``root``. Raises FaultBookError naming file, key and reason."""
    entries: dict[str, FaultEntry] = {}
    shared = root / EVERY_DEVICE
    for path in sorted(root.glob("*/faults.toml")):
        device = path.parent.name
        for source in (shared, path) if shared.exists() else (path,):
            for entry in _entries(source, device):
                if entry.code in entries:
                    raise FaultBookError(f"{source}: {entry.code}: is in {EVERY_DEVICE} already")
                entries[entry.code] = entry
    return entries


def explain(code: str) -> FaultEntry:
    """The entry of a code; for a code that is not in the book an entry that says so."""
    known = book().get(code)
    if known is not None:
        return known
    return FaultEntry(
        code=code,
        severity="blocking",
        cause=Bilingual(
            zh=f"故障代码 {code} 未收录，原因不明", en=f"Fault code {code} is not in the book: cause unknown"
        ),
        remedy=Bilingual(zh="导出日志并联系维护方", en="Export the logs and ask the maintainer"),
        resident=Bilingual(zh="设备出现故障，请联系工作人员。", en="A device has a fault. Please ask our staff."),
    )


def manual() -> str:
    """docs/faults.md, as it has to stand. Raises FaultBookError."""
    from drivers.fault_manual import render  # it needs this module's entries

    return render(book(), shared_codes())


def shared_codes() -> frozenset[str]:
    """What stands behind the dot of the codes that DeviceHost raises for every device."""
    return frozenset(entry.code.partition(".")[2] for entry in _entries(HERE / EVERY_DEVICE, "any"))


def _entries(path: Path, device: str) -> Iterator[FaultEntry]:
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FaultBookError(f"{path}: {error}") from None
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise FaultBookError(f"{path}: {key}: is not a table")
        try:
            yield FaultEntry.model_validate({"code": f"{device}.{key}", **table})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join([key, *(str(part) for part in first["loc"])])
            raise FaultBookError(f"{path}: {where}: {first['msg']}") from None


if __name__ == "__main__":
    MANUAL.write_text(manual(), encoding="utf-8")
