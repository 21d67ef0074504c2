"""Binds one appliance to one window: sessions in, events out, and the wipe of everything on screen."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMetaObject, QObject, Qt, QTranslator, QUrl, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QPixmapCache
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from shiboken6 import delete

from kiosk_app.session.model import Session, State
from ui import camera_view
from ui.actions import Actions
from ui.i18n.build import compiled
from ui.keyboard import KeyboardMemory
from ui.kiosk_like import KioskLike
from ui.view_models import form, house, identity, materials, outcome, service
from ui.view_models.mirror import Mirror

QML_DIR = Path(__file__).parent / "qml"
TOUCH_INTERVAL_S = 1.0  # the idle limit counts in seconds: more often tells nothing new
NOBODYS = {State.IDLE, State.OUT_OF_SERVICE, State.MAINTENANCE, State.FAILSAFE}

_PRESSES = {QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.KeyPress}


class ScreensFailed(Exception):
    """The QML did not load; the message holds Qt's warnings."""


class _TouchWatch(QObject):
    """Sees every press on the window, the virtual keyboard's keys included."""

    def __init__(self, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._told_at = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _PRESSES and time.monotonic() - self._told_at >= TOUCH_INTERVAL_S:
            self._told_at = time.monotonic()
            self._actions.touched()
        return super().eventFilter(watched, event)


class Screens(QObject):
    """The window and what feeds it. Lives on the GUI thread; ``_arrived`` carries sessions there from any other."""

    shown = Signal(object)  # the session that the screens now draw
    _arrived = Signal()

    def __init__(self, kiosk: KioskLike, *, windowed: bool = False, reduced_motion: bool = False) -> None:
        """Build engine and window. Raises ScreensFailed, TranslationError."""
        super().__init__()
        self._kiosk = kiosk
        self._latest = kiosk.session
        self.session = Session()
        self.actions = Actions(kiosk, self)
        self.keyboard = KeyboardMemory()
        self.mirrors = {
            "house": Mirror(house.project, self),
            "identity": Mirror(identity.project, self),
            "service": Mirror(service.project, self),
            "form": Mirror(form.project, self),
            "materials": Mirror(materials.project, self),
            "outcome": Mirror(outcome.project, self),
        }
        self.warnings: list[str] = []
        self._translator = QTranslator(self)
        self._english = str(compiled())
        self.engine = QQmlApplicationEngine(self)
        self.engine.warnings.connect(lambda found: self.warnings.extend(each.toString() for each in found))
        self.window = self._load(windowed=windowed, reduced_motion=reduced_motion)
        self.window.installEventFilter(_TouchWatch(self.actions, self))
        self._arrived.connect(self._take_latest, Qt.ConnectionType.QueuedConnection)
        kiosk.subscribe(self._receive)
        self.show(kiosk.session)

    def _load(self, *, windowed: bool, reduced_motion: bool) -> QQuickWindow:
        camera_view.connect_sources(self._kiosk)
        self.engine.addImportPath(str(QML_DIR))
        context = self.engine.rootContext()
        for name, mirror in self.mirrors.items():
            context.setContextProperty(name, mirror)
        context.setContextProperty("act", self.actions)
        context.setContextProperty("keyboardMemory", self.keyboard)
        context.setContextProperty("reducedMotion", reduced_motion)
        context.setContextProperty("windowed", windowed)
        self.engine.load(QUrl.fromLocalFile(str(QML_DIR / "Main.qml")))
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise ScreensFailed("\n".join(self.warnings) or "Main.qml did not load")
        return roots[0]

    def _receive(self, session: Session) -> None:
        # Any thread. Only the newest matters: a slow screen skips pictures, it never lags behind them.
        self._latest = session
        self._arrived.emit()

    def behind(self) -> bool:
        """Whether a newer session waits to be drawn."""
        return self._latest is not self.session

    @Slot()
    def _take_latest(self) -> None:
        if self._latest is not self.session:
            self.show(self._latest)

    def show(self, session: Session) -> None:
        """Draw this session; the first one that is nobody's also wipes the screens of the one before."""
        before, self.session = self.session, session
        if session.locale != before.locale:
            self._speak(session.locale)
        # A session may end on a screen that still speaks to its resident ("take your card"), with nothing of them in it
        ended = (session.state in NOBODYS and before.state not in NOBODYS) or (
            not session.session_id and bool(before.session_id)
        )
        if ended:
            self.wipe()
        for name, mirror in self.mirrors.items():
            if name != "house":
                mirror.show(session)
        # Last, for it changes the screen: the new one finds its data in place.
        self.mirrors["house"].show(session)
        if ended:
            self.engine.collectGarbage()
        self.shown.emit(session)

    def _speak(self, locale: str) -> None:
        app = QGuiApplication.instance()
        assert app is not None
        if locale.startswith("zh"):
            app.removeTranslator(self._translator)
        elif self._translator.load(self._english):
            app.installTranslator(self._translator)
        self.engine.retranslate()

    def wipe(self) -> None:
        """Leave nothing of a resident in keyboard, screens or caches. May be called at any time, also twice."""
        self.keyboard.wipe()
        QMetaObject.invokeMethod(self.window, "dropScreens", Qt.ConnectionType.DirectConnection)
        QPixmapCache.clear()

    def close(self) -> None:
        """Take the window down and the keyboard's directory with it."""
        self.wipe()
        self.keyboard.close()
        self.window.close()
        # Before the view models: bindings must not outlive what they read.
        delete(self.engine)


def prepare_application(app: QGuiApplication) -> None:
    """The typeface of everything that does not choose one."""
    app.setApplicationName("kiosk-screens")
    app.setFont(QFont("Noto Sans CJK SC"))


def texts_of(mirrors: dict[str, Mirror]) -> list[Any]:
    """Every value the view models hold."""
    return [mirror.shown() for mirror in mirrors.values()]
