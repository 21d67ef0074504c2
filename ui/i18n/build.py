"""Compiles the translations when they are older than their source."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import PySide6

HERE = Path(__file__).parent
SOURCE = HERE / "kiosk_en.ts"


class TranslationError(Exception):
    """The translations could not be compiled; the message is lrelease's."""


def compiled(source: Path = SOURCE) -> Path:
    """The .qm file of ``source``, made anew if stale: beside it, or in the user's cache where that is read-only.

    Raises TranslationError when lrelease refuses the file.
    """
    beside = source.with_suffix(".qm")
    target = beside if os.access(beside.parent, os.W_OK) else _cache_dir() / beside.name
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        _compile(source, target)
    return target


def _cache_dir() -> Path:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kiosk-screens"
    base.mkdir(parents=True, exist_ok=True)
    return base


def _compile(source: Path, target: Path) -> None:
    handle, name = tempfile.mkstemp(suffix=".qm", dir=target.parent)
    os.close(handle)
    fresh = Path(name)
    lrelease = Path(PySide6.__file__).parent / "lrelease"
    done = subprocess.run(
        [str(lrelease), "-silent", str(source), "-qm", str(fresh)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        fresh.unlink()
        raise TranslationError(done.stderr.strip() or done.stdout.strip())
    fresh.replace(target)  # a half-written file is never seen


if __name__ == "__main__":
    compiled()
