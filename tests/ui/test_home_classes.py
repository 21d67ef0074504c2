"""Home with many services: the chips of their classes narrow the list, and never hide what is searched for."""

from __future__ import annotations

import pytest

from ui.robot_items import tappables
from ui.samples import SampleKiosk, sessions
from ui.screens import Screens
from ui.settle import settle

CHIPS = ("class_0", "class_1", "class_2", "class_3", "class_4")


def listed(screens: Screens) -> set[str]:
    return {item.objectName() for item in tappables(screens.window)}


def press(screens: Screens, name: str) -> None:
    next(item for item in tappables(screens.window) if item.objectName() == name).tapped.emit()  # type: ignore[attr-defined]
    settle(screens)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_a_class_narrows_the_list_and_a_second_press_shows_all_again(
    screens: Screens, kiosk: SampleKiosk, locale: str
) -> None:
    kiosk.show(sessions(locale)["10b-home-many"])
    settle(screens)
    everything = listed(screens)
    assert everything >= {*CHIPS, "service_AA-01", "service_GS-01", "service_CV-01"}
    press(screens, "class_1")
    assert {name for name in listed(screens) if name.startswith("service_")} == {"service_GS-01", "service_GS-03"}
    press(screens, "class_4")
    assert {name for name in listed(screens) if name.startswith("service_")} == {"service_CV-01"}
    press(screens, "class_4")
    assert listed(screens) == everything


def test_a_short_list_has_no_classes(screens: Screens, kiosk: SampleKiosk) -> None:
    kiosk.show(sessions("en")["10-home"])
    settle(screens)
    assert not listed(screens) & set(CHIPS)


def test_the_next_person_finds_no_class_chosen(screens: Screens, kiosk: SampleKiosk) -> None:
    many = sessions("zh_CN")["10b-home-many"]
    kiosk.show(many)
    settle(screens)
    press(screens, "class_2")
    kiosk.show(sessions("zh_CN")["01-idle"])
    settle(screens)
    kiosk.show(many)
    settle(screens)
    assert "service_AA-01" in listed(screens)
