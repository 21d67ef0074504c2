"""Process start to the first screen that can be touched, beside a bare QML window of the same size: budget 1.5 times.

    ./kiosk bench first_screen          python -m benchmarks.first_screen [--rounds N]

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

from benchmarks.report import Figure, Report, command

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


def run(options: argparse.Namespace) -> Report:
    first_frame_ms(KIOSK)  # fills Qt's cache of compiled QML, as the second start of a kiosk finds it
    bare, kiosk = zip(*[(first_frame_ms(BARE), first_frame_ms(KIOSK)) for _ in range(options.rounds)], strict=True)
    figure = Figure(
        "start to first screen", statistics.median(kiosk), "ms", statistics.median(bare), "QML window", "≤ 1.5 ×"
    )
    title = "Process start to the first frame, off screen, software renderer"
    return Report("first_screen", title, (figure,), settings={"rounds": options.rounds})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    command(parser, run)


if __name__ == "__main__":
    main()
