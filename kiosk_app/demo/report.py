"""report.json of a demo run: what happened, and where the time went."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Stage:
    """Milliseconds of one screen: ``system`` is waiting for the machine, ``resident`` is reading, writing, moving."""

    name: str
    system_ms: float = 0.0
    resident_ms: float = 0.0


@dataclass
class Report:
    """Written as it grows, so that a run that breaks leaves what it knew."""

    path: Path
    scenario: str
    outcome: str = "unfinished"
    stages: list[Stage] = field(default_factory=list)
    ids: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    screenshots: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        stage = Stage(name)
        self.stages.append(stage)
        yield stage
        self.write()

    def check(self, fact: str) -> None:
        """A fact that the scenario has just seen to hold."""
        self.checks.append(fact)
        print(f"    ✓ {fact}", flush=True)

    def write(self) -> None:
        whole = {
            "scenario": self.scenario,
            "outcome": self.outcome,
            "stages": [
                {"name": s.name, "system_ms": round(s.system_ms), "resident_ms": round(s.resident_ms)}
                for s in self.stages
            ],
            "total": {
                "system_ms": round(sum(s.system_ms for s in self.stages)),
                "resident_ms": round(sum(s.resident_ms for s in self.stages)),
            },
            "figures": self.figures,
            "ids": self.ids,
            "checks": self.checks,
            "screenshots": self.screenshots,
        }
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        fresh.replace(self.path)


@contextmanager
def timed(stage: Stage, whose: str) -> Iterator[None]:
    """Adds what passes inside to the stage's ``system`` or ``resident`` time."""
    began = time.monotonic()
    try:
        yield
    finally:
        spent = (time.monotonic() - began) * 1000
        if whose == "system":
            stage.system_ms += spent
        else:
            stage.resident_ms += spent
