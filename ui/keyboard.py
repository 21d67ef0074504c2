"""The virtual keyboard: Pinyin and English, with a memory that ends with the session."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

STYLE_NAME = "hall"


class KeyboardMemory(QObject):
    """Where the Pinyin engine may write, and how it is made to forget.

    The engine keeps a user dictionary and suggests from it. Every field is marked as sensitive, which switches learning
    off; the directory is private besides, and emptied at the end of each session, so that a mistake in one of the two
    still shows nobody's name to the next one. On the appliance ``parent_dir`` is a tmpfs.
    """

    forgotten = Signal()  # QML answers by building the keyboard, and so the engine, anew

    def __init__(self, parent_dir: Path | None = None) -> None:
        super().__init__()
        self._directory = Path(tempfile.mkdtemp(prefix="kiosk-keyboard-", dir=parent_dir))
        # The engine asks Qt for the configuration home when it is first shown, and knows no other setting (6.12).
        os.environ["XDG_CONFIG_HOME"] = str(self._directory)

    @property
    def directory(self) -> Path:
        """The engine's private directory (mode 0700)."""
        return self._directory

    def wipe(self) -> None:
        """Drop what is being composed, the engine's memory and its files. May be called at any time, also twice."""
        input_method = QGuiApplication.inputMethod()
        input_method.reset()
        input_method.hide()
        self.forgotten.emit()
        for entry in self._directory.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def close(self) -> None:
        """Remove the directory at the end of the program."""
        shutil.rmtree(self._directory, ignore_errors=True)


def prepare_environment() -> None:
    """Say which input method and style to use; must happen before QGuiApplication is made."""
    os.environ["QT_IM_MODULE"] = "qtvirtualkeyboard"
    os.environ["QT_VIRTUALKEYBOARD_STYLE"] = STYLE_NAME
    os.environ["QT_VIRTUALKEYBOARD_DESKTOP_DISABLE"] = "1"  # the panel belongs to our window, not to one of its own
