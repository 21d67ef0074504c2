"""Reads id cards through a reader that gives their content over PC/SC; its commands are data (pcsc_profiles.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.device import Fault, Status, Unknown
from drivers.id_card.acceptance import accepted, china_today
from drivers.id_card.card import IdCard
from drivers.id_card.content import split
from drivers.smart_card import apdu
from drivers.smart_card.device import CardLink, SmartCardReader
from drivers.smart_card.pcsc import PcscReader

PROFILES = Path(__file__).with_name("pcsc_profiles.toml")
APDU = r"^([0-9A-F]{2}){4,}$"
CONTENT_MOST = 8 * 1024  # bytes of one file; the longest that is known has 2,310
END_OF_FILE = (apdu.END_BEFORE_LE, 0x6B00)  # 6B00: the offset lies behind the file (ISO 7816-4)

# The same trouble, told to somebody who laid an id card down. What is not here is told as unknown_answer.
NAME_OF = {
    "smart_card.not_found": "id_card.not_found",
    "smart_card.service_down": "id_card.service_down",
    "smart_card.service_lost": "id_card.service_lost",
    "smart_card.lost": "id_card.lost",
    "smart_card.silent": "id_card.silent",
    "smart_card.garbled": "id_card.garbled",
    "smart_card.transfer_failed": "id_card.garbled",
    "smart_card.in_use": "id_card.port_busy",
    "smart_card.no_card": "id_card.no_card",
    "smart_card.card_removed": "id_card.lifted",
    "smart_card.card_reset": "id_card.select_failed",
    "smart_card.card_mute": "id_card.select_failed",
}


class Profile(BaseModel):
    """One family of readers; see pcsc_profiles.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = Field(pattern=r"^(([0-9A-F]{2}){4,})?$")
    text_and_photo: str = Field(pattern=APDU)
    with_fingerprint: str = Field(pattern=APDU)
    newest_address: str = Field(pattern=APDU)
    read: str = Field(pattern=r"^[0-9A-F]{4}$")
    chunk: int = Field(ge=1, le=256)
    no_file: tuple[str, ...]
    faults: dict[str, str]


def profile(name: str, source: Path = PROFILES) -> Profile:
    """A family by its name. ValueError naming file, key and reason."""
    try:
        tables = tomllib.loads(source.read_text(encoding="utf-8"))
        return Profile.model_validate(tables[name])
    except KeyError:
        raise ValueError(f"{source}: no profile named {name!r}; there are {', '.join(tables)}") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{source}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{source}: {name}.{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


class PcscIdCard:
    """An IdCardReader over PC/SC."""

    def __init__(
        self,
        reader: SmartCardReader,
        family: Profile,
        fingerprints: bool = False,
        today: Callable[[], date] = china_today,
    ) -> None:
        self._reader = reader
        self._family = family
        self._with_fingerprint = fingerprints
        self._today = today

    def open(self) -> None:
        with _named():
            self._reader.open()

    def close(self) -> None:
        self._reader.close()

    def status(self) -> Status:
        with _named():
            status = self._reader.status()
        return Unknown(NAME_OF.get(status.reason, "id_card.unknown_answer")) if isinstance(status, Unknown) else status

    def find_card(self) -> bool:
        """True once per laying."""
        with _named():
            return self._reader.find_card()

    def card_present(self) -> bool:
        with _named():
            return self._reader.card_present()

    def read_card(self) -> IdCard:
        """Faults besides the reader's: acceptance.py."""
        family = self._family
        chosen = family.with_fingerprint if self._with_fingerprint else family.text_and_photo
        with _named(), self._reader.card() as link:
            if family.start:
                self._require_done(apdu.exchange(link.transmit, bytes.fromhex(family.start)))
            data = self._file(link, chosen)
            address = self._file(link, family.newest_address)
        if data is None:
            raise Fault("id_card.no_content")
        return accepted(split(data, self._with_fingerprint), address or b"", self._today())

    def _file(self, link: CardLink, chosen: str) -> bytes | None:
        """All of one file, or None when the card does not have it."""
        answer = apdu.exchange(link.transmit, bytes.fromhex(chosen))
        if f"{answer.sw:04X}" in self._family.no_file:
            return None
        self._require_done(answer)
        cla, ins = bytes.fromhex(self._family.read)
        data = b""
        while len(data) < CONTENT_MOST:
            at = len(data)
            answer = apdu.exchange(link.transmit, apdu.command(ins, at >> 8, at & 0xFF, le=self._family.chunk, cla=cla))
            ended = answer.sw in END_OF_FILE
            if not ended:
                self._require_done(answer)
            data += answer.data
            if ended or len(answer.data) < self._family.chunk:
                return data
        raise Fault("id_card.content_invalid", f"a file of more than {CONTENT_MOST} bytes")

    def _require_done(self, answer: apdu.Response) -> None:
        if answer.sw != apdu.DONE:
            word = f"{answer.sw:04X}"
            raise Fault(self._family.faults.get(word, "id_card.unknown_answer"), f"SW {word}")


@contextmanager
def _named() -> Iterator[None]:
    """The transport's faults under this device's names."""
    try:
        yield
    except Fault as fault:
        if fault.code.startswith("id_card."):
            raise
        raise Fault(NAME_OF.get(fault.code, "id_card.unknown_answer"), fault.detail) from None


def create(port: str, socket: str = "", family: str = "generic", fingerprints: bool = False) -> PcscIdCard:
    """The registry's entry. ``port`` is the reader's name as pcscd lists it, or its beginning, or "*"."""
    return PcscIdCard(PcscReader(port, socket), profile(family), fingerprints)
