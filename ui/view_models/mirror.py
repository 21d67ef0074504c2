"""A QML-visible map that tells only of the keys whose value really changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtQml import QQmlPropertyMap

from kiosk_app.session.model import Session

Projection = Callable[[Session], dict[str, Any]]


class Mirror(QQmlPropertyMap):
    """The projection of a session in QML.

    A session is replaced many times a second (face hints, countdown). Telling QML of every key each time would rebuild
    lists under the finger, so equal values are kept back.
    """

    def __init__(self, projection: Projection, parent: QObject | None = None) -> None:
        super().__init__()
        self.setParent(parent)
        self._projection = projection
        self._shown: dict[str, Any] = {}
        self.show(Session())

    def show(self, session: Session) -> None:
        """Take over the session; what it no longer holds is overwritten, so the empty session is the wipe."""
        for key, value in self._projection(session).items():
            if key not in self._shown or self._shown[key] != value:
                self._shown[key] = value
                self.insert(key, value)

    def shown(self) -> dict[str, Any]:
        """Everything that QML can read here, for the proof that nothing of a resident is left."""
        return {key: self.value(key) for key in self.keys()}
