"""Finds what can be pressed, brings it into view, and tells whether a finger would reach it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtQuick import QQuickItem, QQuickWindow


class NotReachable(Exception):
    """The item is missing, invisible, disabled or covered; the message says which."""


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """The item and everything in it, in painting order within each level."""
    yield item
    for child in item.childItems():
        yield from walk(child)


def tappables(window: QQuickWindow) -> list[QQuickItem]:
    """What can be pressed now: visible, enabled, with a name."""
    return [
        item
        for item in walk(window.contentItem())
        if item.property("tappable") and item.objectName() and item.isVisible() and item.isEnabled()
    ]


def words_shown(window: QQuickWindow) -> list[str]:
    """What can be read on the screen now, in painting order: visible texts, not faded out, inside the window."""
    return list(_words(window.contentItem(), QRectF(0, 0, window.width(), window.height())))


def _words(item: QQuickItem, screen: QRectF) -> Iterator[str]:
    if not item.isVisible() or item.opacity() == 0:
        return
    text = item.property("text")
    if isinstance(text, str) and text.strip():
        corner = item.mapToScene(QPointF(0, 0))
        if screen.intersects(QRectF(corner.x(), corner.y(), max(1.0, item.width()), max(1.0, item.height()))):
            yield text
    for child in item.childItems():
        yield from _words(child, screen)


def find(window: QQuickWindow, name: str) -> QQuickItem:
    """The one item of this name that can be pressed. Raises NotReachable with what is wrong with it."""
    named = [item for item in walk(window.contentItem()) if item.objectName() == name]
    if not named:
        raise NotReachable(f"{name}: no such item on this screen")
    shown = [item for item in named if item.isVisible()]
    if not shown:
        raise NotReachable(f"{name}: not visible")
    if not shown[0].isEnabled():
        raise NotReachable(f"{name}: disabled")
    return shown[0]


def scroll_into_view(item: QQuickItem) -> None:
    """Move the page so that the item's middle lies within it, as a finger's swipe would."""
    ancestor = item.parentItem()
    while ancestor is not None:
        if ancestor.metaObject().className().startswith("QQuickFlickable"):
            middle = item.mapToItem(ancestor, QPointF(0, item.height() / 2)).y()
            half = min(item.height() / 2 + 8, ancestor.height() / 2)
            at = float(ancestor.property("contentY"))
            limit = max(0.0, float(ancestor.property("contentHeight")) - ancestor.height())
            if middle - half < 0:
                ancestor.setProperty("contentY", max(0.0, at + middle - half))
            elif middle + half > ancestor.height():
                ancestor.setProperty("contentY", min(limit, at + middle + half - ancestor.height()))
        ancestor = ancestor.parentItem()


def centre(item: QQuickItem) -> QPointF:
    """The item's middle in window coordinates."""
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2))


def topmost_at(item: QQuickItem, point: QPointF) -> QQuickItem | None:
    """The item that a press at ``point`` (window coordinates) would reach: the last painted one that takes presses."""
    if not item.isVisible() or not item.isEnabled() or item.opacity() == 0:
        return None
    if item.clip() and not item.contains(item.mapFromScene(point)):
        return None
    children = sorted(item.childItems(), key=lambda child: child.z())
    for child in reversed(children):
        hit = topmost_at(child, point)
        if hit is not None:
            return hit
    takes = item.acceptedMouseButtons() != Qt.MouseButton.NoButton or item.acceptTouchEvents()
    return item if takes and item.contains(item.mapFromScene(point)) else None


def check_uncovered(window: QQuickWindow, item: QQuickItem, point: QPointF) -> None:
    """Raises NotReachable if something else would take the press."""
    hit = topmost_at(window.contentItem(), point)
    step = hit
    while step is not None:
        if step is item:
            return
        step = step.parentItem()
    covering = (hit.objectName() or hit.metaObject().className()) if hit is not None else "nothing that takes a press"
    raise NotReachable(f"{item.objectName()}: covered by {covering}")
