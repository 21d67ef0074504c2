"""A live picture in QML: the face in an oval, the document camera's page, or the page just captured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Property, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtQml import qmlRegisterType
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

from ui.kiosk_like import Frame, KioskLike

FRAME_INTERVAL_MS = 66  # 15 pictures a second look alive; more only takes time from the face measurement

_sources: dict[str, Callable[[], QImage | None]] = {}


def to_image(frame: Frame | None) -> QImage | None:
    """A camera frame as an image with its own memory; None for anything but height x width x 3 bytes."""
    if frame is None or frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
        return None
    height, width, _ = frame.shape
    packed = np.ascontiguousarray(frame)
    return QImage(packed.data, width, height, 3 * width, QImage.Format.Format_BGR888).copy()


def connect_sources(kiosk: KioskLike) -> None:
    """Say where the pictures come from, and register the QML type ``CameraView``."""

    def captured() -> QImage | None:
        data = kiosk.captured_page()
        image = QImage.fromData(data) if data else QImage()
        return None if image.isNull() else image

    _sources.update(
        face=lambda: to_image(kiosk.face_frame()),
        page=lambda: to_image(kiosk.page_frame()),
        captured=captured,
    )
    qmlRegisterType(CameraView, "Camera", 1, 0, "CameraView")  # type: ignore[call-overload]


class CameraView(QQuickPaintedItem):
    """Draws the newest picture of ``source`` (face, page or captured) while visible; forgets it when hidden."""

    source_changed = Signal()
    showing_changed = Signal()

    def __init__(self, parent: QQuickItem | None = None) -> None:
        super().__init__(parent)
        self._source = ""
        self._oval = False
        self._image: QImage | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_INTERVAL_MS)
        self._timer.timeout.connect(self._fetch)
        self.setAntialiasing(True)
        self.visibleChanged.connect(self._follow_visibility)

    def _get_source(self) -> str:
        return self._source

    def _set_source(self, source: str) -> None:
        if source != self._source:
            self._source = source
            self._image = None
            self.source_changed.emit()
            self._follow_visibility()

    def _get_oval(self) -> bool:
        return self._oval

    def _set_oval(self, oval: bool) -> None:
        self._oval = oval
        self.update()

    def _is_showing(self) -> bool:
        return self._image is not None

    source = Property(str, _get_source, _set_source, notify=source_changed)
    oval = Property(bool, _get_oval, _set_oval)  # also mirrored: people look for themselves as in a mirror
    showing = Property(bool, _is_showing, notify=showing_changed)

    def _follow_visibility(self) -> None:
        if self.isVisible() and self._source:
            self._fetch()
            # A captured page does not move, but may be replaced by the next one: once a second would do as well.
            self._timer.start()
        else:
            self._timer.stop()
            self._image = None
            self.showing_changed.emit()

    def _fetch(self) -> None:
        before = self._image is not None
        self._image = _sources[self._source]() if self._source in _sources else None
        if before != (self._image is not None):
            self.showing_changed.emit()
        self.update()

    def paint(self, painter: QPainter) -> None:
        """Fill the item with the middle of the picture (oval), or show the whole page inside it."""
        image = self._image
        if image is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        bounds = QRectF(0, 0, self.width(), self.height())
        if not self._oval:
            size = QSizeF(image.size()).scaled(bounds.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(bounds.center())
            painter.drawImage(target, image)
            return
        path = QPainterPath()
        path.addEllipse(bounds)
        painter.setClipPath(path)
        size = QSizeF(image.size()).scaled(bounds.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(bounds.center())
        painter.drawImage(target, image.flipped(Qt.Orientation.Horizontal))
