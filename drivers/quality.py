"""The checklist that every device folder carries (QUALITY.toml): what is done, what is not, and what shows it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

HERE = Path(__file__).parent
FILE = "QUALITY.toml"


class QualityError(ValueError):
    """A checklist that cannot be used; the message names file, key and reason."""


class Rule(BaseModel):
    """One rule: ``done`` with what shows it, not done yet, or exempt; the reason is a sentence in every case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    done: bool | Literal["exempt"]
    reason: str = Field(min_length=15)
    shown_by: tuple[str, ...] = ()
    """Paths of tests or documents, from the root of the source tree."""

    @model_validator(mode="after")
    def _what_is_done_can_be_shown(self) -> Rule:
        if (self.done is True) != bool(self.shown_by):
            raise ValueError("shown_by goes with done = true, and only with it")
        return self


class Quality(BaseModel):
    """All rules of one device."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_outs: Rule
    """Every verb ends within a stated time, whatever the device does."""
    unknown_state: Rule
    """What cannot be read or was not measured is Unknown, never Ready and never a fault of its own making."""
    hot_plug: Rule
    """Unplugged and back, it works again without a restart."""
    fault_coverage: Rule
    """Each fault of the book is provoked by a test."""
    fuzzed: Rule
    """No bytes bring a parser to anything but a named fault."""
    soak: Rule
    """Used for long, it leaks nothing and loses nothing."""
    docs: Rule
    """A technician finds what it is, how it is connected and what each fault means."""
    real_hardware: Rule
    """Somebody has run the suite on the real device, and the record says which one and when."""


def devices() -> list[str]:
    """Every device folder: those with a ``device.py``."""
    return sorted(path.parent.name for path in HERE.glob("*/device.py"))


def read(device: str) -> Quality:
    """The checklist of one device. Raises QualityError naming file, key and reason."""
    path = HERE / device / FILE
    try:
        return Quality.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise QualityError(f"{path}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise QualityError(f"{path}: {where}: {first['msg']}") from None
