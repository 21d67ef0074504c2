"""Why the office did not take an application in, and what next, in plain words."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wire.messages import Problem
from wire.text import Bilingual

WORDS = Path(__file__).with_name("refusals.toml")


@dataclass(frozen=True)
class RefusalWords:
    """``why`` completes "could not be taken in: …"; ``remedy`` is for the technician."""

    why: Bilingual
    next: Bilingual
    remedy: Bilingual


@cache
def all_words() -> dict[str, RefusalWords]:
    """By the last part of the problem's type."""
    raw = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {kind: RefusalWords(**{key: Bilingual(**text) for key, text in each.items()}) for kind, each in raw.items()}


def words_for(problem: Problem) -> RefusalWords:
    """Never fails: a kind that nobody foresaw is told as such."""
    kind = re.split(r"[:/#]", problem.type)[-1]
    return all_words().get(kind, all_words()["other"])
