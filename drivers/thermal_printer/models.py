"""The capability table of thermal printers: what each model can do."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

DEFAULT_MODEL = "generic_80mm"


class Model(BaseModel):
    """One row of models.toml; the meaning of each key stands there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    width_dots: int
    columns: int
    encoding: str
    cutter: bool
    native_qr: bool
    near_end_sensor: bool
    asb: bool
    fence: Literal["gs_r", "none"]
    clear_buffer: bool


@cache
def models() -> dict[str, Model]:
    """Every model by code."""
    tables = tomllib.loads(Path(__file__).with_name("models.toml").read_text("utf-8"))
    return {code: Model(code=code, **table) for code, table in tables.items()}


def find_model(code: str) -> Model:
    """One model; ValueError naming those that there are."""
    if code not in models():
        raise ValueError(f"thermal_printer.model: {code!r} is none of {', '.join(models())}")
    return models()[code]
