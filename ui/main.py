"""Shows an appliance on a screen until it is stopped."""

from __future__ import annotations

import os
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from ui.keyboard import prepare_environment
from ui.kiosk_like import KioskLike


@dataclass(frozen=True)
class Options:
    """How to show the screens.

    ``platform`` is a Qt platform plug-in (eglfs, xcb, offscreen, vnc …), empty for Qt's own choice. ``robot`` is the
    path of a Unix socket to listen on for the test robot; never given on an appliance in service.
    """

    windowed: bool = False
    platform: str = ""
    robot: Path | None = None
    reduced_motion: bool = False


def main(kiosk: KioskLike, options: Options | None = None) -> int:
    """Show ``kiosk`` until the window closes or SIGTERM or SIGINT arrives. Starts and stops the kiosk."""
    options = options or Options()
    prepare_environment()
    if options.platform:
        os.environ["QT_QPA_PLATFORM"] = options.platform
    # Only now: Qt reads the environment while it is imported and built.
    from PySide6.QtGui import QGuiApplication

    from ui.screens import Screens, prepare_application

    app = QGuiApplication(sys.argv[:1])
    prepare_application(app)
    screens = Screens(kiosk, windowed=options.windowed, reduced_motion=options.reduced_motion)
    wakeup = _quit_on_signals(app)
    if options.robot is not None:
        from ui.robot import Robot

        robot = Robot(screens, options.robot)
        app.aboutToQuit.connect(robot.close)
    kiosk.start()
    try:
        return app.exec()
    finally:
        kiosk.stop()
        screens.close()
        wakeup.close()


def _quit_on_signals(app: object) -> socket.socket:
    """Quit Qt's loop on SIGTERM and SIGINT.

    Python runs its signal handlers only between byte codes, and Qt's loop has none: the wake-up socket gives it some.
    """
    from PySide6.QtCore import QObject, QSocketNotifier
    from PySide6.QtGui import QGuiApplication

    assert isinstance(app, QObject)
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno())
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read, app)

    def drain() -> None:
        reader.recv(64)

    notifier.activated.connect(drain)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: QGuiApplication.quit())
    # Both ends must outlive this function; the reader is held by the notifier's closure.
    return writer
