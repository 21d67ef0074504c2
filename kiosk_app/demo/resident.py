"""A scripted resident: walks the screens with real presses, at a chosen pace, and is timed at every screen."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk_app.demo.hall import Hall
from kiosk_app.demo.processes import ROOT
from kiosk_app.demo.report import Report, Stage, timed

DEVICE_LIMIT_S = 45.0  # waiting for a device or the office on a loaded two-core machine
FACE_LIMIT_S = 60.0


def people() -> dict[str, dict[str, Any]]:
    """The invented residents that the rig has cards, faces and documents for."""
    return tomllib.loads((ROOT / "drivers" / "rig" / "people.toml").read_text(encoding="utf-8"))


def _on_page(number: int) -> Callable[[dict[str, Any]], bool]:
    return lambda seen: seen["state"] == "form" and seen["form_page"] == number


class Resident:
    """One person with one card. ``pace`` 1.0 reads and types like a person, 0 wastes no time."""

    def __init__(self, hall: Hall, report: Report, folder: Path, *, person: str = "holder", pace: float = 0.0) -> None:
        self.hall = hall
        self.robot = hall.robot
        self.report = report
        self.person = person
        self.facts = people()[person]
        self._folder = folder
        self._pace = pace
        self._shots = 0

    # ── small acts ──────────────────────────────────────────────────────────────────────────────────────────────────

    def shot(self, name: str) -> None:
        """A numbered screenshot; without ``--scripted --out`` too, they cost a few milliseconds."""
        self._shots = len(self.report.screenshots) + 1
        path = self._folder / f"{self._shots:02d}-{name}.png"
        self.robot.screenshot(path)
        self.report.screenshots.append(path.name)

    def read(self, stage: Stage, seconds: float) -> None:
        """What a person takes to read or write here."""
        with timed(stage, "resident"):
            time.sleep(seconds * self._pace)

    def tap(self, stage: Stage, name: str, *then: str, limit_s: float = 30.0) -> None:
        """Press, and wait until one of the screens ``then`` stands."""
        with timed(stage, "system"):
            self.robot.tap(name)
            if then:
                self.robot.wait_state(*then, limit_s=limit_s)

    # ── the way through the hall ────────────────────────────────────────────────────────────────────────────────────

    def arrive(self) -> None:
        """Idle to the card screen, with consent."""
        with self.report.stage("idle") as stage:
            with timed(stage, "system"):
                self.robot.wait(lambda s: s["state"] == "idle", "idle screen", DEVICE_LIMIT_S)
            self.shot("idle")
            self.read(stage, 2)
            self.tap(stage, "button_start", "consent")
        with self.report.stage("consent") as stage:
            self.shot("consent")
            self.read(stage, 6)
            self.tap(stage, "button_consent", "card")

    def lay_card(self) -> None:
        with self.report.stage("card") as stage:
            self.shot("card")
            self.read(stage, 3)
            self.hall.dock("id_card", action="put", person=self.person)
            with timed(stage, "system"):
                self.robot.wait_state("face", limit_s=DEVICE_LIMIT_S)

    def show_face(self, face: str | None = None, *, shot: bool = True) -> dict[str, Any]:
        """Stands before the camera and does what the screen asks, until the attempt ends; gives the last state."""
        with self.report.stage("face") as stage, timed(stage, "resident"):
            self.hall.dock("camera", face=face or self.facts["face"])
            deadline = time.monotonic() + FACE_LIMIT_S
            done = ""
            while True:
                seen = self.robot.state()
                if seen["state"] != "face" or seen["refused"]:
                    break
                wanted = seen["challenge"]
                if wanted and wanted != done:
                    if shot:
                        self.shot("face")
                        shot = False
                    time.sleep(0.3 * self._pace)
                    self.hall.dock("camera", act=wanted)
                done = wanted
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the face attempt did not end within {FACE_LIMIT_S:.0f} s: {seen}")
                time.sleep(0.05)
        return seen

    def identify(self) -> None:
        """From idle to home."""
        self.hall.dock("camera", face=self.facts["face"])
        self.arrive()
        self.lay_card()
        seen = self.show_face()
        for _ in range(2):  # a person may need a second try; three are given
            if seen["state"] == "home":
                break
            self.robot.tap("button_retry_face")
            seen = self.show_face()
        self.robot.wait_state("home")

    def choose_service(self, code: str = "AA-01") -> None:
        with self.report.stage("home") as stage:
            self.shot("home")
            self.read(stage, 4)
            self.tap(stage, f"service_{code}", "guide")
        with self.report.stage("guide") as stage:
            self.shot("guide")
            self.read(stage, 6)
            self.tap(stage, "button_begin", "form")

    def fill_in(self, *, pinyin: bool = False) -> None:
        """The four pages of AA-01. With ``pinyin`` the own name goes through the virtual keyboard's Pinyin engine."""
        name: str = self.facts["trade_name"]
        pages: list[tuple[str, list[tuple[str, ...]]]] = [
            ("operator", [("field_phone", self.facts["phone"])]),
            (
                "name",
                [
                    ("field_trade_name", name, "jinjiangxinquzhixiashuwu" if pinyin else ""),
                    ("choice_organisation_form_personal",),
                    ("field_capital_wan", "3"),
                    ("field_employees", "2"),
                ],
            ),
            (
                "premises",
                [
                    ("field_premises_address", self.facts["premises_address"]),
                    ("choice_premises_right_rent",),
                    ("field_premises_area", "42"),
                ],
            ),
            ("scope", []),
        ]
        for number, (key, acts) in enumerate(pages):
            with self.report.stage(f"form:{key}") as stage:
                self.robot.wait(_on_page(number), f"form page {key}", 8)
                for act in acts:
                    self._answer(stage, act)
                if key == "scope":
                    self._first_scopes(stage)
                self.shot(f"form-{key}")
                then = "materials" if number == len(pages) - 1 else "form"
                self.tap(stage, "button_next", then)

    def _answer(self, stage: Stage, act: tuple[str, ...]) -> None:
        with timed(stage, "resident"):
            if act[0].startswith("choice_"):
                self.robot.tap(act[0])
            else:
                self.robot.fill(act[0], act[1], act[2] if len(act) > 2 else "")
            time.sleep(1.5 * self._pace)

    def _first_scopes(self, stage: Stage) -> None:
        with timed(stage, "resident"):
            choices = [name for name in self.robot.state()["visible"] if name.startswith("choice_scope_")]
            for name in choices[:3]:
                self.robot.tap(name)

    def photograph(self, page: str = "proof") -> None:
        with self.report.stage("materials") as stage:
            self.hall.dock("document_camera", page=page, person=self.person)
            self.read(stage, 4)
            # The camera needs a moment until the sheet is in the live picture; a person sees that.
            for attempt in range(5):
                if attempt == 0:
                    time.sleep(0.5)
                    self.shot("materials")
                self.tap(stage, "button_capture")
                with timed(stage, "system"):
                    seen = self.robot.wait(
                        lambda s: s["material_preview"] or s["material_problem"], "captured page", DEVICE_LIMIT_S
                    )
                if seen["material_preview"]:
                    break
                time.sleep(0.5)
            self.shot("materials-preview")
            self.read(stage, 2)
            self.tap(stage, "button_accept", "review")

    def check_answers(self) -> None:
        with self.report.stage("review") as stage:
            self.shot("review")
            self.read(stage, 6)

    def submit(self, *, limit_s: float = 60.0) -> dict[str, Any]:
        """Press Submit and wait for the decision screen; gives its state."""
        with self.report.stage("submit") as stage:
            self.tap(stage, "button_submit", "submit", "decision")
            seen = self.robot.wait(
                lambda s: s["state"] == "decision" or s["submit"] in ("sending", "deciding"), "submit screen"
            )
            if seen["state"] == "submit":
                self.shot("submit")
            with timed(stage, "system"):
                return self.robot.wait_state("decision", limit_s=limit_s)

    def apply(self, *, pinyin: bool = False, page: str = "proof") -> None:
        """From home to "check your answers"."""
        self.choose_service()
        self.fill_in(pinyin=pinyin)
        self.photograph(page)
        self.check_answers()

    def print_papers(self, button: str = "button_print", *, limit_s: float = 150.0) -> dict[str, Any]:
        """Press Print and stand until every sheet's fate is known."""
        with self.report.stage("print") as stage:
            self.tap(stage, button, "print")
            self.shot("print")
            with timed(stage, "system"):
                seen = self.robot.wait(
                    lambda s: (
                        bool(s["papers"])
                        and all(p["state"] in ("printed", "not_printed", "unknown") for p in s["papers"])
                    ),
                    "every sheet settled",
                    limit_s,
                )
            self.shot("print-done")
        return seen

    def receipt(self) -> dict[str, Any]:
        with self.report.stage("receipt") as stage:
            self.tap(stage, "button_proceed", "receipt")
            with timed(stage, "system"):
                seen = self.robot.wait(
                    lambda s: s["receipt"] in ("printed", "not_printed", "unknown"), "receipt settled", DEVICE_LIMIT_S
                )
            self.shot("receipt")
            self.read(stage, 2)
        return seen

    def leave_with_card(self) -> None:
        with self.report.stage("take_card") as stage:
            self.tap(stage, "button_proceed", "take_card", "idle")
            if self.robot.state()["state"] == "take_card":
                self.shot("take-card")
            self.hall.dock("id_card", action="take")
            self.hall.dock("document_camera", page="none")
            self.hall.dock("camera", face="nobody")
            self.read(stage, 2)
