"""Real presses on the real window post the right events; what a finger cannot reach the robot cannot either."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kiosk_app.session import events
from ui.robot import Robot
from ui.robot_items import NotReachable
from ui.robot_typing import candidates, key, open_panel
from ui.samples import SampleKiosk, person, sessions
from ui.screens import Screens
from ui.settle import settle

PRESSES = [
    ("01-idle", "button_start", events.Start()),
    ("01-idle", "button_lang", events.LanguageChosen("en")),
    ("02-consent", "button_consent", events.ConsentGiven()),
    ("02-consent", "button_refuse", events.ConsentRefused()),
    ("03-card", "button_back", events.Back()),
    ("08-face-refused", "button_retry_face", events.FaceRetry()),
    ("09-face-exhausted", "button_end", events.Leave()),
    ("10-home", "service_AA-01", events.ServiceChosen("AA-01")),
    ("10-home", "button_leave", events.Leave()),
    ("11-home-collect", "button_collect", events.Collect()),
    ("12-guide", "button_begin", events.BeginApplication()),
    ("14-form-name", "choice_organisation_form_family", events.FieldChanged("organisation_form", "family")),
    ("17-form-scope", "choice_scope_tea", events.FieldChanged("scope", ["books", "stationery", "coffee", "tea"])),
    ("17-form-scope", "choice_scope_books", events.FieldChanged("scope", ["stationery", "coffee"])),
    ("14-form-name", "button_next", events.NextPage()),
    ("18-materials", "button_capture", events.CapturePage()),
    ("20-materials-preview", "button_accept", events.AcceptPage()),
    ("20-materials-preview", "button_retake", events.RetakePage()),
    ("21-review", "edit_scope", events.EditPage(3)),
    ("21-review", "edit_materials", events.EditPage(-1)),
    ("21-review", "button_submit", events.SubmitPressed()),
    ("24-submit-queued", "button_proceed", events.Proceed()),
    ("25-decision-granted", "button_print", events.PrintPressed()),
    ("25-decision-granted", "button_ask_human", events.AskHuman()),
    ("26-decision-refused", "button_proceed", events.Proceed()),
    ("30-print-done", "button_proceed", events.Proceed()),
    ("33-receipt-done", "button_proceed", events.Proceed()),
    ("35-countdown", "button_stay", events.StayHere()),
]


def show(kiosk: SampleKiosk, screens: Screens, name: str) -> None:
    kiosk.show(sessions("zh_CN")[name])
    settle(screens)


@pytest.mark.parametrize(("name", "button", "event"), PRESSES)
def test_a_press_posts_its_event_once(
    screens: Screens, kiosk: SampleKiosk, robot: Robot, name: str, button: str, event: Any
) -> None:
    show(kiosk, screens, name)
    robot.tap(button)
    assert [each for each in kiosk.posted if each != events.Touched()] == [event]


@pytest.mark.parametrize(
    ("name", "button", "why"),
    [
        ("10-home", "service_AA-02", "disabled"),
        ("35-countdown", "button_next", "covered"),
        ("27-decision-human", "button_ask_human", "disabled"),
        ("29-print", "button_proceed", "not visible"),
        ("01-idle", "button_submit", "no such item"),
    ],
)
def test_what_a_finger_cannot_press_is_refused(
    screens: Screens, kiosk: SampleKiosk, robot: Robot, name: str, button: str, why: str
) -> None:
    show(kiosk, screens, name)
    with pytest.raises(NotReachable, match=why):
        robot.tap(button)
    assert kiosk.posted == []


def test_a_number_is_posted_as_a_number_and_a_mistake_as_text(
    screens: Screens, kiosk: SampleKiosk, robot: Robot
) -> None:
    show(kiosk, screens, "15-form-errors")
    robot.fill("field_capital_wan", "5.5")
    assert kiosk.posted[-1] == events.FieldChanged("capital_wan", 5.5)
    robot.fill("field_capital_wan", "很多")
    assert kiosk.posted[-1] == events.FieldChanged("capital_wan", "很多")


def test_a_link_in_the_summary_leads_into_its_field(screens: Screens, kiosk: SampleKiosk, robot: Robot) -> None:
    show(kiosk, screens, "15-form-errors")
    robot.tap("error_capital_wan")
    focused = screens.window.activeFocusItem()
    assert focused is not None
    assert focused.parentItem().objectName() == "field_capital_wan"


def test_search_finds_by_initials(screens: Screens, kiosk: SampleKiosk, robot: Robot) -> None:
    show(kiosk, screens, "10-home")
    robot.fill("search_field", "spjy")
    visible = robot.state()["visible"]
    assert "service_AA-01" not in visible


def test_a_name_written_in_pinyin_is_not_suggested_to_the_next_person(
    screens: Screens, kiosk: SampleKiosk, robot: Robot
) -> None:
    def offered() -> list[str]:
        robot.tap("field_trade_name")
        panel = open_panel(screens, robot.wait)
        for letter in "zhixiashuwu":
            robot.tap_at(key(panel, letter, robot.wait))
        return candidates(panel, robot.wait)[:5]

    show(kiosk, screens, "14-form-name")
    before = offered()
    assert "知夏书屋" not in before
    for _ in range(2):
        assert robot.fill("field_trade_name", "知夏书屋", "zhixiashuwu") == {"written": True}
    assert kiosk.posted[-1] == events.FieldChanged("trade_name", "知夏书屋")
    show(kiosk, screens, "01-idle")
    assert list(screens.keyboard.directory.rglob("*")) == []
    show(kiosk, screens, "14-form-name")
    assert offered() == before


def test_after_the_session_no_text_of_the_resident_is_left(screens: Screens, kiosk: SampleKiosk, robot: Robot) -> None:
    show(kiosk, screens, "14-form-name")
    robot.fill("field_trade_name", person()["trade_name"])
    canaries = {value for key_, value in person().items() if key_ in {"name", "id_number", "address", "phone"}}
    canaries.add(person()["trade_name"])
    show(kiosk, screens, "21-review")
    assert all(
        any(canary in text for text in robot.strings()) for canary in canaries
    )  # the search itself can find them
    show(kiosk, screens, "01-idle")
    left = robot.strings()
    assert [canary for canary in canaries if any(canary in text for text in left)] == []


def test_commands_travel_over_the_socket(screens: Screens, kiosk: SampleKiosk, qtbot: QtBot, tmp_path: Path) -> None:
    robot = Robot(screens, tmp_path / "r.sock")
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(tmp_path / "r.sock"))
    client.setblocking(False)
    received = bytearray()

    def answers(count: int) -> bool:
        try:
            received.extend(client.recv(1 << 16))
        except BlockingIOError:
            return False
        return received.count(b"\n") >= count

    client.sendall(b'{"cmd":"state"}\nnonsense\n' + json.dumps({"cmd": "tap", "name": "button_start"}).encode() + b"\n")
    qtbot.waitUntil(lambda: answers(3), timeout=20_000)
    state, nonsense, tapped = (json.loads(line) for line in received.splitlines())
    assert state["state"] == "idle" and "button_start" in state["visible"]
    assert nonsense["ok"] is False
    assert tapped["ok"] is True
    assert events.Start() in kiosk.posted
    client.close()
    robot.close()
