"""Typed settings of one kiosk, read from a TOML file; every field says what it is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from offline_cache.key_place import KeyKind, KeyPlace
from offline_cache.retention import RetentionPeriods
from offline_cache.tpm_key import DEFAULT_TCTI


class SettingsError(ValueError):
    """The settings cannot be used; says file, key and reason."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Section):
    url: str
    """Where the central approval backend listens, e.g. https://office.example."""
    public_key: Path
    """PEM file with the office's public key: decisions, orders and catalogue are checked against it."""
    transfer_key: Path | None = None
    """PEM file with the office's public key for bundles that are carried by hand; without it there is no export."""
    public_url: str = ""
    """What residents' telephones open, printed as a QR code; empty: the url above."""

    @property
    def progress_base(self) -> str:
        """Where the pages are that say how far an application has come."""
        return self.public_url or self.url


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


class CardPhoto(_Section):
    decoder: str = "auto"
    """The photos' format: "vendor_wlt" (real cards), "synthetic_webp" (test cards), "auto" (by content)."""
    library: Path | None = None
    """The vendor's shared object with `unpack`; runs in a process of its own. Without it no face can be compared."""


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
    card_photo: CardPhoto = CardPhoto()
    """Who decodes the photo on a card."""
    paper_background: bool = False
    """True where licences go on plain paper: border, emblem and title are printed too."""
    stock: tuple[Stock, ...] = ()
    """What was last loaded into each tray: another first serial or count is a refill, and the one before is settled."""
    limits: Limits = Limits()
    store_key: KeyKind = "file"
    """Where the store's key is: "file" (keys/store.key; a demo), "tpm" (sealed by the machine's TPM 2.0)."""
    tpm_tcti: str = DEFAULT_TCTI
    """How the TPM is reached, as tpm2-tss names it: device:/dev/tpmrm0, swtpm:path=/run/tpm.sock."""
    tpm_pcrs: tuple[Annotated[int, Field(ge=0, le=23)], ...] = ()
    """Boot measurements (PCRs) that the key is bound to. None by default: a firmware update would shut the hall."""
    retention: RetentionPeriods = RetentionPeriods()
    """How many days a person's data stays after the last thing of theirs that ended."""
    default_locale: str = "zh_CN"
    """Language of the attract screen."""

    def key_place(self) -> KeyPlace:
        """Where the store's key lies."""
        return KeyPlace(self.data / "keys", self.store_key, self.tpm_tcti, self.tpm_pcrs)


def device_key_path(data: Path) -> Path:
    """Where a kiosk's signing key lies, below its data folder."""
    return data / "keys" / "device.pem"


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
    for key in ("public_key", "transfer_key"):
        if isinstance(office, dict) and isinstance(office.get(key), str):
            office[key] = base / office[key]
    photo = raw.get("card_photo")
    if isinstance(photo, dict) and isinstance(photo.get("library"), str):
        photo["library"] = base / photo["library"]
    return raw
