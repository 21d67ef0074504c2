"""A resident made of software: presses and types on the real window, told what to do over a Unix socket.

One JSON object a line in, one a line out; ``{"ok": true, …}`` or ``{"ok": false, "error": "…"}``. Commands: state, tap,
fill, screenshot, strings, words, animations. Every one first waits until the screen stands still.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QPointF, Qt, QThread
from PySide6.QtGui import QGuiApplication
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from ui.robot_items import NotReachable, centre, check_uncovered, find, scroll_into_view, tappables, walk, words_shown
from ui.robot_typing import commit, type_pinyin
from ui.screens import Screens, texts_of
from ui.settle import NotSettled, settle

WAIT_LIMIT_S = 8.0  # for a keyboard or a candidate; the machine may be loaded


class Robot(QObject):
    """Serves one client at a time, on the GUI thread."""

    def __init__(self, screens: Screens, path: Path) -> None:
        """Listen on ``path``. Raises OSError if it cannot."""
        super().__init__()
        self._screens = screens
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(str(path))
        if not self._server.listen(str(path)):
            raise OSError(f"{path}: {self._server.errorString()}")
        self._server.newConnection.connect(self._connected)
        self.waiting: list[tuple[QLocalSocket, bytes]] = []
        self._busy = False
        self._commands: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "state": lambda _: self.state(),
            "tap": lambda asked: self.tap(asked["name"]),
            "fill": lambda asked: self.fill(asked["name"], asked["text"], asked.get("pinyin", "")),
            "screenshot": lambda asked: self.screenshot(Path(asked["path"])),
            "strings": lambda _: {"strings": self.strings()},
            "words": lambda _: {"words": words_shown(self._screens.window)},
            "animations": lambda _: {},
        }

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _connected(self) -> None:
        client = self._server.nextPendingConnection()
        client.readyRead.connect(lambda: self._read(client))
        client.disconnected.connect(client.deleteLater)

    def _read(self, client: QLocalSocket) -> None:
        while client.canReadLine():
            self.waiting.append((client, bytes(client.readLine().data())))
        # A command runs the event loop itself: what arrives meanwhile waits its turn.
        if self._busy:
            return
        self._busy = True
        try:
            while self.waiting:
                asking, line = self.waiting.pop(0)
                answer = json.dumps(self.answer(line), ensure_ascii=False)
                # The client may have gone while its command ran.
                with contextlib.suppress(RuntimeError):
                    asking.write(answer.encode() + b"\n")
                    asking.flush()
        finally:
            self._busy = False

    def answer(self, line: bytes) -> dict[str, Any]:
        """Do what one line asks."""
        try:
            asked = json.loads(line)
            command = self._commands[asked["cmd"]]
            settle(self._screens)
            done = command(asked)
        except NotSettled:
            return {"ok": False, "error": "the screen does not stand still"}
        except NotReachable as missing:
            return {"ok": False, "error": str(missing)}
        except (ValueError, KeyError, TypeError) as wrong:
            return {"ok": False, "error": f"bad command: {type(wrong).__name__} {wrong}"}
        return {"ok": True, **done}

    def state(self) -> dict[str, Any]:
        """Where the session stands, without anything personal."""
        session = self._screens.session
        pages = session.form.pages
        in_form = 0 <= session.form.page < len(pages)
        face = session.face
        return {
            "state": session.state.value,
            "session_id": session.session_id,
            "locale": session.locale,
            "online": session.online,
            "card_step": session.card_step.value,
            "challenge": face.challenge,
            "hint": face.hint,
            "attempt": face.attempt,
            "refused": face.refused,
            "exhausted": face.exhausted,
            "countdown": session.countdown,
            "service": session.service,
            "form_page": session.form.page,
            "form_page_key": pages[session.form.page].key if in_form else "",
            "errors": [error.field for error in session.form.errors],
            "material_preview": session.materials.preview is not None,
            "material_busy": session.materials.busy,
            "material_problem": session.materials.problem,
            "submit": session.submit.value if session.submit else None,
            "application_id": session.application_id,
            "reference": session.reference,
            "decision": session.decision.outcome.value if session.decision else None,
            "ocr_ms": session.decision.ocr_ms if session.decision else None,
            "human_asked": session.human_asked,
            "collectable": len(session.collectable),
            "papers": [{"order_id": paper.order_id, "state": paper.state.value} for paper in session.papers],
            "receipt": session.receipt.value if session.receipt else None,
            "ending": session.ending,
            "card_on_reader": session.card_on_reader,
            "offers": {offer.code: offer.available for offer in session.offers},
            "visible": [item.objectName() for item in tappables(self._screens.window)],
        }

    def tap(self, name: str) -> dict[str, Any]:
        """Press the item in its middle. Raises NotReachable if a finger could not."""
        window = self._screens.window
        item = find(window, name)
        scroll_into_view(item)
        settle(self._screens)
        point = centre(item)
        check_uncovered(window, item, point)
        self._press(point)
        return {"x": round(point.x()), "y": round(point.y())}

    def tap_at(self, item: QQuickItem) -> None:
        """Press an item that has no name, such as a key, in its middle."""
        self._press(centre(item))

    def _press(self, point: QPointF) -> None:
        QTest.mouseClick(
            self._screens.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point.toPoint()
        )
        settle(self._screens)

    def fill(self, name: str, text: str, pinyin: str = "") -> dict[str, Any]:
        """Press a field, empty it, and write ``text``: through the virtual keyboard's pinyin if letters are given."""
        self.tap(name)
        editor = find(self._screens.window, name).property("editor")
        if not isinstance(editor, QQuickItem):
            raise NotReachable(f"{name}: nothing to write in")
        if not self.wait(editor.hasActiveFocus):
            raise NotReachable(f"{name}: did not take the focus")
        length = int(editor.property("length") or 0)
        if length:
            QTest.keyClick(self._screens.window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClick(self._screens.window, Qt.Key.Key_Backspace)
        if pinyin:
            type_pinyin(self._screens, pinyin, text, self._press, self.wait)
        elif text:
            commit(text)
        settle(self._screens)
        return {"written": editor.property("text") == text}

    def wait(self, condition: Callable[[], bool]) -> bool:
        """Run the event loop until the condition holds; False after the limit."""
        deadline = time.monotonic() + WAIT_LIMIT_S
        while not condition():
            if time.monotonic() > deadline:
                return False
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            QThread.msleep(5)
        return True

    def screenshot(self, path: Path) -> dict[str, Any]:
        """Save what the window shows as PNG."""
        image = self._screens.window.grabWindow()
        if not image.save(str(path)):
            raise NotReachable(f"{path}: not written")
        return {"path": str(path), "width": image.width(), "height": image.height()}

    def strings(self) -> list[str]:
        """Every text that items (shown or hidden), view models and keyboard hold; sorted, each once."""
        found: set[str] = set()
        for item in walk(self._screens.window.contentItem()):
            _collect_properties(item, found)
        for value in texts_of(self._screens.mirrors):
            _collect(value, found)
        input_method = QGuiApplication.inputMethod()
        focus = QGuiApplication.focusObject()
        if focus is not None:
            for query in (Qt.InputMethodQuery.ImSurroundingText, Qt.InputMethodQuery.ImCurrentSelection):
                _collect(input_method.queryFocusObject(query, None), found)
        for file in self._screens.keyboard.directory.rglob("*"):
            if file.is_file():
                data = file.read_bytes()
                # The engine's dictionary is UTF-16; as UTF-8 too, should that change.
                found.add(data.decode("utf-16-le", "ignore"))
                found.add(data.decode("utf-8", "ignore"))
        return sorted(text for text in found if text.strip())


def _collect_properties(item: QObject, into: set[str]) -> None:
    meta = item.metaObject()
    for index in range(meta.propertyCount()):
        declared = meta.property(index)
        if str(declared.typeName()) in {
            "QString",
            "QVariant",
            "QJSValue",
            "QVariantMap",
            "QVariantList",
            "QStringList",
        }:
            _collect(declared.read(item), into)


def _collect(value: Any, into: set[str]) -> None:
    if isinstance(value, str):
        into.add(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _collect(key, into)
            _collect(inner, into)
    elif isinstance(value, list | tuple):
        for inner in value:
            _collect(inner, into)
    elif hasattr(value, "toVariant"):
        _collect(value.toVariant(), into)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        into.add(str(value))
