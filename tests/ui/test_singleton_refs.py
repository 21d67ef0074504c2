"""A screen that runs for weeks must not use None up (see ui/singleton_refs.py)."""

from __future__ import annotations

import subprocess
import sys

import pytest

CALLS = (
    "from PySide6.QtCore import QObject\nthing = QObject()\nfor _ in range(400_000): thing.parent()\nprint('alive')\n"
)


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


def test_many_calls_that_return_none_leave_the_interpreter_alive() -> None:
    done = run("import ui\n" + CALLS)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from 3.12 on")
def test_without_the_protection_the_interpreter_dies() -> None:
    assert run(CALLS).returncode != 0  # once this fails, PySide6 is cured and ui/singleton_refs.py can go
