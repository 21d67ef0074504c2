"""What a touch means: the slots that QML calls, each posting one event."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtQml import QJSValue

from kiosk_app.session import events
from ui.kiosk_like import KioskLike

_INTEGER = re.compile(r"\d{1,15}")
_DECIMAL = re.compile(r"\d{1,15}\.\d{1,6}")


def number_or_text(written: str) -> int | float | str:
    """What was written as the number it is; anything else stays text, so that the schema names the mistake."""
    text = written.strip()
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


class Actions(QObject):
    """Posts events of kiosk_app.session.events; knows nothing of the state: the reducer refuses what does not fit."""

    def __init__(self, kiosk: KioskLike, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kiosk = kiosk
        self._plain: dict[str, type[Any]] = {
            "start": events.Start,
            "consent": events.ConsentGiven,
            "refuse": events.ConsentRefused,
            "retryFace": events.FaceRetry,
            "back": events.Back,
            "leave": events.Leave,
            "stay": events.StayHere,
            "begin": events.BeginApplication,
            "next": events.NextPage,
            "capture": events.CapturePage,
            "retake": events.RetakePage,
            "accept": events.AcceptPage,
            "submit": events.SubmitPressed,
            "askHuman": events.AskHuman,
            "collect": events.Collect,
            "print": events.PrintPressed,
            "proceed": events.Proceed,
        }

    @Slot(str)
    def press(self, what: str) -> None:
        """One of the buttons without data; KeyError for a name that no button has."""
        self._kiosk.post(self._plain[what]())

    @Slot(str)
    def speak(self, locale: str) -> None:
        """Choose the language, "zh_CN" or "en"."""
        self._kiosk.post(events.LanguageChosen(locale))

    @Slot(str)
    def choose(self, code: str) -> None:
        """Open a service."""
        self._kiosk.post(events.ServiceChosen(code))

    @Slot(int)
    def edit(self, page: int) -> None:
        """From "check your answers" back to a page; -1 is the materials."""
        self._kiosk.post(events.EditPage(page))

    @Slot(str, str, "QVariant")
    def answer(self, name: str, kind: str, value: Any) -> None:
        """A field's new value: text, a number where ``kind`` asks for one, or the list of chosen values."""
        plain = value.toVariant() if isinstance(value, QJSValue) else value
        if kind == "number" and isinstance(plain, str):
            plain = number_or_text(plain)
        self._kiosk.post(events.FieldChanged(name, plain))

    @Slot(str, result="QVariantList")
    def search(self, query: str) -> list[str]:
        """Codes of the services that fit, best first."""
        return self._kiosk.search(query)

    @Slot()
    def touched(self) -> None:
        """Any touch: the idle limit starts anew."""
        self._kiosk.post(events.Touched())
