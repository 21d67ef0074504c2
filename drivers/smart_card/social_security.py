"""The public part of a social-security card: number and name, by a structure that is data (profiles.toml)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from drivers.device import Fault
from drivers.smart_card import apdu
from drivers.smart_card.device import CardLink
from wire.identifiers import is_resident_id

PROFILES = Path(__file__).with_name("profiles.toml")
HEX = r"^([0-9A-F]{2})+$"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecordPlace(_Table):
    """Where one field is. ``tag`` is the record's first byte; one length byte follows."""

    file: str = Field(pattern=r"^[0-9A-F]{4}$")
    record: int = Field(ge=1, le=254)
    tag: int = Field(ge=0, le=255)
    text: Literal["ascii", "gb18030"]


class Profile(_Table):
    """One structure of the public part."""

    application: str = Field(pattern=HEX)
    number: RecordPlace
    name: RecordPlace


@dataclass(frozen=True)
class SocialSecurityCard:
    """What the card says without a PIN. The number is the resident id number. ``repr`` shows nothing."""

    number: str = field(repr=False)
    name: str = field(repr=False)


def profile(name: str = "national", source: Path = PROFILES) -> Profile:
    """A structure by its name. ValueError naming file, key and reason."""
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


def read(card: CardLink, structure: Profile) -> SocialSecurityCard:
    """Number and name.

    Faults: ``smart_card.not_this_card`` for a card of another kind, ``smart_card.content_invalid`` for a number or name
    that can be none, and those of apdu.py and the transport.
    """
    apdu.select(card.transmit, bytes.fromhex(structure.application), "application")
    number = _record(card, structure.number, "number")
    name = _record(card, structure.name, "name")
    if not is_resident_id(number):
        raise Fault("smart_card.content_invalid", "number: check character or birthday")
    if not name or any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in name):
        raise Fault("smart_card.content_invalid", "name")
    return SocialSecurityCard(number, name)


def _record(card: CardLink, place: RecordPlace, what: str) -> str:
    file = apdu.exchange(card.transmit, apdu.command(0xA4, 0x02, 0x00, bytes.fromhex(place.file), le=256))
    apdu.require_done(file, f"file of the {what}")
    # P2 04: the record of that number in the file that is selected
    answer = apdu.exchange(card.transmit, apdu.command(0xB2, place.record, 0x04, le=256))
    return record_text(apdu.require_done(answer, what), place.tag, place.text, what)


def record_text(record: bytes, tag: int, encoding: str, what: str) -> str:
    """The text of one record: tag, length, padded value. Fault ``smart_card.content_invalid`` naming the field."""
    if len(record) < 2 or record[0] != tag or record[1] > len(record) - 2:
        raise Fault("smart_card.content_invalid", f"{what}: record")
    try:
        text = record[2 : 2 + record[1]].decode(encoding)
    except UnicodeDecodeError:
        raise Fault("smart_card.content_invalid", f"{what}: not {encoding}") from None
    return re.sub(r"[ \0]+$", "", text)
