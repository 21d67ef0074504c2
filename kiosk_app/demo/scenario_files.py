"""Scenarios that are data: what a hand does to the devices and on the screen, and what must then be seen."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk_app.demo.hall import Hall
from kiosk_app.demo.processes import ROOT
from kiosk_app.demo.report import Report
from kiosk_app.demo.resident import DEVICE_LIMIT_S, Resident
from kiosk_app.demo.robot import RobotFailed
from kiosk_app.demo.scenarios import ScenarioFailed

FOLDER = ROOT / "drivers" / "rig" / "scenarios"
LOOK_S = 0.1
ACTS = ("arrive", "identify", "choose_service", "fill_in", "photograph", "apply", "submit", "print", "receipt",
        "leave_with_card")  # fmt: skip


class ScenarioFileError(ValueError):
    """A scenario that cannot be played; the message names file, step, key and reason."""


class Step(BaseModel):
    """First what is done, then what must be seen within ``limit_s``; all of it is optional.

    ``push`` is a button of the dock (``panel`` and its fields), ``tap`` an item of the screen, ``do`` a longer act of
    the resident. ``wait`` names fields of the screen's state and their value, or the values that will do. ``words``
    must all stand on the screen, ``no_words`` must not; ``papers`` and ``receipts`` came out since the beginning.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str = ""
    push: dict[str, Any] | None = None
    tap: str = ""
    do: str = ""
    wait: dict[str, Any] = Field(default_factory=dict)
    words: list[str] = Field(default_factory=list)
    no_words: list[str] = Field(default_factory=list)
    papers: int | None = None
    receipts: int | None = None
    limit_s: float = Field(DEVICE_LIMIT_S, gt=0)


class ScenarioFile(BaseModel):
    """``limits`` are the session's, as in the kiosk's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    limits: dict[str, float] = Field(default_factory=dict)
    step: list[Step] = Field(min_length=1)


def read(path: Path) -> ScenarioFile:
    """Raises ScenarioFileError."""
    try:
        scenario = ScenarioFile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioFileError(f"{path}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ScenarioFileError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    for number, step in enumerate(scenario.step, start=1):
        if step.do and step.do not in ACTS:
            raise ScenarioFileError(f"{path}: step {number}: do: {step.do!r} is none of {', '.join(ACTS)}")
        if step.push is not None and not isinstance(step.push.get("panel"), str):
            raise ScenarioFileError(f"{path}: step {number}: push: needs the panel of the dock")
    return scenario


def shipped() -> list[Path]:
    """The scenarios that come with the rig."""
    return sorted(FOLDER.glob("*.toml"))


def play(scenario: ScenarioFile, hall: Hall, report: Report, folder: Path) -> None:
    """Every step; raises ScenarioFailed naming the step that did not go as written."""
    resident = Resident(hall, report, folder)
    papers, receipts = len(hall.papers()), len(hall.receipts())
    for number, step in enumerate(scenario.step, start=1):
        what = step.note or step.do or step.tap or " ".join(map(str, (step.push or {}).values())) or "wait"
        try:
            _act(step, hall, resident)
            _see(step, hall, papers, receipts)
        except (RobotFailed, TimeoutError) as failed:
            resident.shot(f"step-{number}-failed")
            report.outcome = f"failed: step {number} ({what}): {failed}"
            report.write()
            raise ScenarioFailed(report.outcome) from None
        resident.shot(f"step-{number}")
        report.check(f"step {number}: {what}{''.join(f' 「{word}」' for word in step.words)}")
    report.outcome = "as written"
    report.write()


def _act(step: Step, hall: Hall, resident: Resident) -> None:
    if step.push is not None:
        hall.dock(step.push["panel"], **{key: value for key, value in step.push.items() if key != "panel"})
    if step.tap:
        hall.robot.tap(step.tap)
    if step.do == "print":
        resident.print_papers(limit_s=step.limit_s)
    elif step.do:
        getattr(resident, step.do)()


def _see(step: Step, hall: Hall, papers: int, receipts: int) -> None:
    deadline = time.monotonic() + step.limit_s
    if step.wait:
        hall.robot.wait(lambda seen: all(_fits(seen.get(k), v) for k, v in step.wait.items()), "state", step.limit_s)
    while wrong := _wrong(step, hall, papers, receipts):
        if time.monotonic() > deadline:
            raise RobotFailed(wrong)
        time.sleep(LOOK_S)


def _wrong(step: Step, hall: Hall, papers: int, receipts: int) -> str:
    if step.words or step.no_words:
        shown = "\n".join(hall.robot.words())
        if missing := [word for word in step.words if word not in shown]:
            return f"not on the screen: {', '.join(missing)}; there is: {shown[:400]!r}"
        if there := [word for word in step.no_words if word in shown]:
            return f"still on the screen: {len(there)} words that must not be"
    if step.papers is not None and len(hall.papers()) - papers != step.papers:
        return f"{len(hall.papers()) - papers} licences came out, not {step.papers}"
    if step.receipts is not None and len(hall.receipts()) - receipts != step.receipts:
        return f"{len(hall.receipts()) - receipts} receipts came out, not {step.receipts}"
    return ""


def _fits(seen: object, wanted: object) -> bool:
    return seen in wanted if isinstance(wanted, list) else seen == wanted
