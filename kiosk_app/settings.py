"""Typed settings of one kiosk, read from a TOML file; every field says what it is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class SettingsError(ValueError):
    """The settings cannot be used; says file, key and reason."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Section):
    url: str
    """Where the central approval backend listens, e.g. https://office.example."""
    public_key: Path
    """PEM file with the office's public key: decisions, orders and catalogue are checked against it."""


class Limits(_Section):
    idle_s: float = Field(default=60, gt=0)
    """Seconds without a touch before the countdown begins."""
    countdown_s: int = Field(default=15, gt=0)
    """Seconds of countdown before the session ends by itself."""
    work_cap_s: float = Field(default=180, gt=0)
    """Longest time that a working device may hold the idle limit back."""
    submit_wait_s: float = Field(default=25, gt=0)
    """Longest time that a resident stands before "queued" is said instead of a decision."""
    office_wait_s: float = Field(default=8, gt=0)
    """Longest wait for the office's acknowledgement while it does not answer at all."""
    take_card_s: float = Field(default=20, gt=0)
    """Seconds that "take your card" stands when no card is known to lie on the reader."""


class Stock(_Section):
    stock_type: str
    """Which paper, e.g. business_licence_a3."""
    first_serial: str
    """Serial number printed on the first sheet that was loaded."""
    sheets: int = Field(ge=0)
    """Sheets loaded."""


class Settings(_Section):
    """Everything that differs between two kiosks."""

    kiosk_id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,40}$")
    """Name of this kiosk, printed on receipts."""
    place: str = ""
    """Where it stands, in words."""
    telephone: str = "12345"
    """Whom a resident rings."""
    data: Path
    """Folder of the encrypted store, keys and logs."""
    runtime: Path
    """Folder for what must not outlive a session; on a tmpfs on the appliance."""
    office: Office
    devices: dict[str, dict[str, Any]]
    """Device name to driver, port and options, as drivers.registry reads them."""
    paper_background: bool = False
    """True where licences go on plain paper: border, emblem and title are printed too."""
    stock: tuple[Stock, ...] = ()
    """What lies in the trays when the store is new."""
    limits: Limits = Limits()
    default_locale: str = "zh_CN"
    """Language of the attract screen."""


def load(path: Path) -> Settings:
    """Raises SettingsError naming file, key and reason. Paths are relative to the file's folder."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return Settings.model_validate(_absolute(raw, path.resolve().parent))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{path}: {key}: {first['msg']}") from error


def _absolute(raw: dict[str, Any], base: Path) -> dict[str, Any]:
    for key in ("data", "runtime"):
        if isinstance(raw.get(key), str):
            raw[key] = base / raw[key]
    office = raw.get("office")
    if isinstance(office, dict) and isinstance(office.get("public_key"), str):
        office["public_key"] = base / office["public_key"]
    return raw
