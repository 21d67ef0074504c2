"""Every word of the interface has its English."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import PySide6
import pytest

from ui.i18n.build import SOURCE, TranslationError, compiled
from ui.screens import QML_DIR


def messages(path: Path) -> list[tuple[str, str, str]]:
    """Source, translation and state ("" for done) of every message."""
    found = []
    for message in ElementTree.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        assert translation is not None
        found.append((message.findtext("source") or "", translation.text or "", translation.get("type", "")))
    return found


def test_lupdate_finds_nothing_missing_or_obsolete(tmp_path: Path) -> None:
    copy = tmp_path / "kiosk_en.ts"
    shutil.copy(SOURCE, copy)
    lupdate = Path(PySide6.__file__).parent / "lupdate"
    command = [str(lupdate), "-silent", "-extensions", "qml", str(QML_DIR), "-ts", str(copy), "-locations", "none"]
    subprocess.run(command, check=True, timeout=60)
    assert [source for source, text, state in messages(copy) if state or not text] == []


def test_placeholders_survive_translation() -> None:
    for source, text, _ in messages(SOURCE):
        for mark in ("%1", "%2"):
            assert (mark in source) == (mark in text), source


def test_a_stale_translation_is_compiled_anew(tmp_path: Path) -> None:
    source = tmp_path / "kiosk_en.ts"
    shutil.copy(SOURCE, source)
    assert compiled(source).stat().st_size > 1000


def test_a_broken_translation_is_named(tmp_path: Path) -> None:
    source = tmp_path / "kiosk_en.ts"
    source.write_text("<TS><context>")
    with pytest.raises(TranslationError):
        compiled(source)
