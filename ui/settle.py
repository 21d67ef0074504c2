"""Waits until what is on the screen is what was last shown."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEventLoop, QThread

from ui.screens import Screens

SETTLE_LIMIT_S = 10.0  # a transition takes 0.3 s; a loaded test machine may take far longer
QUIET_ROUNDS = 3  # queued signal, bindings, layout: each may cause one more round of events


class NotSettled(Exception):
    """The screen still moves after the limit."""


def settle(screens: Screens, limit_s: float = SETTLE_LIMIT_S) -> None:
    """Run the event loop until no transition runs and no new session waits. Raises NotSettled."""
    deadline = time.monotonic() + limit_s
    quiet = 0
    while quiet < QUIET_ROUNDS:
        if time.monotonic() > deadline:
            raise NotSettled
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        calm = not screens.window.property("moving") and not screens.behind()
        quiet = quiet + 1 if calm else 0
        QThread.msleep(2)
