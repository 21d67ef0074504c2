"""One set of screens for all tests: Qt allows one application a process."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"

from ui.keyboard import prepare_environment

prepare_environment()

from PySide6.QtCore import qInstallMessageHandler  # noqa: E402
from PySide6.QtGui import QGuiApplication  # noqa: E402

from ui.robot import Robot  # noqa: E402
from ui.samples import SampleKiosk, sessions  # noqa: E402
from ui.screens import Screens, prepare_application  # noqa: E402
from ui.settle import settle  # noqa: E402


@pytest.fixture(autouse=True)
def _no_python_in_qt_messages() -> None:
    """Take pytest-qt's message handler away.

    QML's loader thread reports the virtual keyboard's own warnings. A handler in Python makes it wait for the
    interpreter, which the GUI thread holds while it waits for the loader: the tests hung once in eight runs.
    """
    qInstallMessageHandler(None)


@pytest.fixture(scope="session")
def kiosk() -> SampleKiosk:
    return SampleKiosk(sessions("zh_CN")["01-idle"])


@pytest.fixture(scope="session")
def the_screens(kiosk: SampleKiosk, qapp: QGuiApplication) -> Iterator[Screens]:
    prepare_application(qapp)
    screens = Screens(kiosk, windowed=True, reduced_motion=True)
    yield screens
    screens.close()


@pytest.fixture
def screens(the_screens: Screens, kiosk: SampleKiosk) -> Screens:
    """At the attract screen in Chinese, nothing posted, no warning yet."""
    kiosk.show(sessions("zh_CN")["01-idle"])
    settle(the_screens)
    kiosk.posted.clear()
    the_screens.warnings.clear()
    return the_screens


@pytest.fixture(scope="session")
def robot(the_screens: Screens, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Robot]:
    made = Robot(the_screens, tmp_path_factory.mktemp("robot") / "robot.sock")
    yield made
    made.close()
