"""Process start to the first screen that can be touched, beside a bare QML window of the same size: budget 1.5 times.

    python benchmarks/first_screen.py [--rounds N]

Off screen with the software renderer, so the ratio holds and the milliseconds are this machine's. Both are measured in
processes of their own, alternating, from before the interpreter starts to the first frame drawn; the median counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent

BARE = """
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
import PySide6.QtQuick
app = QGuiApplication([])
engine = QQmlApplicationEngine()
engine.loadData(b'import QtQuick\\nWindow { width: 1080; height: 1920; visible: true; Text { text: "24" } }')
window = engine.rootObjects()[0]
window.frameSwapped.connect(lambda: (print("drawn", flush=True), app.quit()))
app.exec()
"""

KIOSK = """
from ui.keyboard import prepare_environment
prepare_environment()
from PySide6.QtGui import QGuiApplication
from ui.samples import SampleKiosk, sessions
from ui.screens import Screens, prepare_application
app = QGuiApplication([])
prepare_application(app)
screens = Screens(SampleKiosk(sessions("zh_CN")["01-idle"]), windowed=True)
screens.window.frameSwapped.connect(lambda: (print("drawn", flush=True), app.quit()))
app.exec()
"""


def first_frame_ms(code: str) -> float:
    """Milliseconds from the start of the process to its first frame. Raises RuntimeError if it draws none."""
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "QT_QUICK_BACKEND": "software",
        "PYTHONPATH": str(ROOT),
    }
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        took = 1000 * (time.perf_counter() - started)
        process.kill()
    if line.strip() != b"drawn":
        raise RuntimeError("no frame was drawn")
    return took


def main() -> None:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(description="Start to first screen, as a ratio to a bare QML window.")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    first_frame_ms(KIOSK)  # fills Qt's cache of compiled QML, as the second start of a kiosk finds it
    bare, kiosk = zip(*[(first_frame_ms(BARE), first_frame_ms(KIOSK)) for _ in range(rounds)], strict=True)
    print(f"bare QML window  {statistics.median(bare):7.0f} ms")
    print(f"kiosk            {statistics.median(kiosk):7.0f} ms")
    print(f"ratio            {statistics.median(kiosk) / statistics.median(bare):7.2f}   (budget 1.5)")


if __name__ == "__main__":
    main()
