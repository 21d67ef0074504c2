"""The capability table of thermal printers: what each model can do."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

DEFAULT_MODEL = "generic_80mm"


class Model(BaseModel):
    """One row of models.toml; the meaning of each key stands there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    width_dots: int
    columns: int
    encoding: Literal["gb18030", "gb2312", "none"]
    cutter: bool
    cut: Literal["full", "partial"] = "full"
    native_qr: bool
    near_end_sensor: bool
    asb: bool
    fence: Literal["gs_r", "gs_h", "none"]
    clear_buffer: bool

    @property
    def tells_by_itself(self) -> bool:
        """Whether automatic status is switched on. Not beside gs_r: one lost byte would turn a status into a fence."""
        return self.asb and self.fence != "gs_r"

    def can_write(self, text: str) -> bool:
        """Whether the printer's own font has all these characters."""
        try:
            text.encode("ascii" if self.encoding == "none" else self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    @model_validator(mode="after")
    def _a_fence_needs_a_clean_buffer(self) -> Model:
        # a late answer to the fence of a job given up would be taken for the next job's; gs_h carries the job's id
        if self.fence == "gs_r" and not self.clear_buffer:
            raise ValueError("fence gs_r needs clear_buffer")
        return self


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
