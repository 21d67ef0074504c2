"""Types as a resident does: keys and candidates of the virtual keyboard, or text as an input method commits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QPointF
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtQuick import QQuickItem

from ui.robot_items import NotReachable, centre, walk
from ui.screens import Screens

CANDIDATE_LIMIT = 300  # every character of one syllable; further on there are none

Tap = Callable[[QPointF], None]
Wait = Callable[[Callable[[], bool]], bool]


def commit(text: str) -> None:
    """Hand text to the focused field, as an input method does. Raises NotReachable when nothing has the focus."""
    target = QGuiApplication.focusObject()
    if target is None:
        raise NotReachable("nothing has the focus")
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(target, event)


def type_pinyin(screens: Screens, letters: str, text: str, tap: Tap, wait: Wait) -> None:
    """Press the letters on the virtual keyboard, then choose candidates until ``text`` is composed."""
    panel = open_panel(screens, wait)
    for letter in letters:
        tap(centre(key(panel, letter, wait)))
    remaining = text
    while remaining:
        names = candidates(panel, wait)
        fitting = [name for name in names if remaining.startswith(name)]
        if not fitting:
            raise NotReachable(f"no candidate fits the text; {len(names)} were offered")
        best = max(fitting, key=len)
        tap(centre(_candidate(panel, names.index(best), wait)))
        remaining = remaining[len(best) :]


def open_panel(screens: Screens, wait: Wait) -> QQuickItem:
    """The virtual keyboard, once it stands open. Raises NotReachable."""
    panel: list[QQuickItem] = []

    def is_open() -> bool:
        # It is loaded a moment after the first screen, so it may not be there yet.
        panel[:] = [item for item in walk(screens.window.contentItem()) if item.objectName() == "keyboard"]
        return bool(panel) and bool(panel[0].property("active"))

    if not wait(is_open):
        raise NotReachable("the virtual keyboard did not open")
    return panel[0]


def key(panel: QQuickItem, letter: str, wait: Wait) -> QQuickItem:
    """The visible key of this letter; its layout may still be loading. Raises NotReachable."""
    found: list[QQuickItem] = []

    def is_there() -> bool:
        found[:] = [
            item
            for item in walk(panel)
            if item.isVisible() and item.property("keyType") is not None and item.property("text") == letter
        ]
        return bool(found) and found[0].width() > 0

    if not wait(is_there):
        raise NotReachable(f"no key {letter!r} on the virtual keyboard")
    return found[0]


def _list_view(panel: QQuickItem) -> QQuickItem:
    for item in walk(panel):
        if item.objectName() == "wordCandidateView" and item.isVisible():
            return item
    raise NotReachable("no list of candidates")


def candidates(panel: QQuickItem, wait: Wait) -> list[str]:
    """What the engine offers for the letters so far, best first. Raises NotReachable when it offers nothing."""
    found: list[str] = []

    def filled() -> bool:
        try:
            view = _list_view(panel)
        except NotReachable:
            return False
        model = view.property("model")
        count = int(view.property("count") or 0)
        found[:] = []
        if isinstance(model, QObject) and count:
            found.extend(_texts(model, min(count, CANDIDATE_LIMIT)))
        return bool(found)

    if not wait(filled):
        raise NotReachable("the keyboard offers no candidates")
    return found


def _texts(model: QObject, count: int) -> list[str]:
    from PySide6.QtCore import QAbstractItemModel

    if not isinstance(model, QAbstractItemModel):
        return []
    roles = {bytes(name.data()).decode(): role for role, name in model.roleNames().items()}
    role = roles["display"]
    return [str(model.data(model.index(row, 0), role)) for row in range(count)]


def _candidate(panel: QQuickItem, row: int, wait: Wait) -> QQuickItem:
    view = _list_view(panel)
    view.setProperty("currentIndex", row)  # as a swipe along the list does
    found: list[QQuickItem] = []

    def drawn() -> bool:
        item = view.property("currentItem")
        if isinstance(item, QQuickItem) and item.width() > 0 and int(view.property("currentIndex")) == row:
            left = item.mapToItem(view, QPointF(item.width() / 2, 0)).x()
            if 0 <= left <= view.width():
                found[:] = [item]
        return bool(found)

    if not wait(drawn):
        raise NotReachable(f"candidate {row} did not come into view")
    return found[0]
