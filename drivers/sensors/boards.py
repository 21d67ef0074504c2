"""The capability table of input boards: how each is asked, and how its answer reads."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from drivers.device import Fault

DEFAULT_BOARD = "memory_board"


@dataclass(frozen=True)
class Levels:
    """Two masks, bit n = input n: what is high now, and what was open at any time since the memory was cleared."""

    now: int
    memory: int = 0


class Board(BaseModel):
    """One row of boards.toml; the meaning of each key stands there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    baud: int
    ask: str
    answer: str
    end: str = Field(min_length=1, max_length=1)
    clear: str
    cleared: str
    inputs: int = Field(ge=1, le=64)
    source: str

    @field_validator("answer", "cleared")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        re.compile(pattern)
        return pattern

    def read(self, answer: bytes) -> Levels:
        """One whole answer. Fault ``sensors.garbled`` for anything else, a mask wider than the board included."""
        found = re.fullmatch(self.answer, _text(answer))
        if found is None:
            raise Fault("sensors.garbled", f"{len(answer)} bytes that {self.code} does not say")
        masks = [int(digits, 16) for digits in (found["levels"], found.groupdict().get("memory") or "0")]
        if any(mask >> self.inputs for mask in masks):
            raise Fault("sensors.garbled", f"more than the {self.inputs} inputs of {self.code}")
        return Levels(*masks)

    def read_cleared(self, answer: bytes) -> None:
        """The answer to ``clear``. Fault ``sensors.not_cleared`` for anything else."""
        if re.fullmatch(self.cleared, _text(answer)) is None:
            raise Fault("sensors.not_cleared", f"{len(answer)} bytes that are no agreement")


@cache
def boards() -> dict[str, Board]:
    """Every board by code."""
    tables = tomllib.loads(Path(__file__).with_name("boards.toml").read_text("utf-8"))
    return {code: Board(code=code, **table) for code, table in tables.items()}


def find_board(code: str) -> Board:
    """One board; ValueError naming those that there are."""
    if code not in boards():
        raise ValueError(f"board: {code!r} is none of {', '.join(boards())}")
    return boards()[code]


def _text(answer: bytes) -> str:
    # Latin-1 takes every byte, so that strange ones reach the pattern, which refuses them
    return answer.decode("latin-1")
