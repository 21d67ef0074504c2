"""Renders every screen to a picture: ``python -m ui.gallery --out DIR [--locale zh_CN,en] [--only TEXT]``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def render(out: Path, locales: list[str], only: str = "") -> list[str]:
    """Write ``DIR/<locale>/<name>.png`` for each sample; Qt's warnings, if any. Needs no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    from ui.keyboard import prepare_environment

    prepare_environment()
    from PySide6.QtGui import QGuiApplication

    from ui.samples import SampleKiosk, sessions
    from ui.screens import Screens, prepare_application
    from ui.settle import settle

    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    assert isinstance(app, QGuiApplication)
    prepare_application(app)
    kiosk = SampleKiosk(sessions(locales[0])["01-idle"])
    screens = Screens(kiosk, windowed=True, reduced_motion=True)
    for locale in locales:
        folder = out / locale
        folder.mkdir(parents=True, exist_ok=True)
        for name, session in sessions(locale).items():
            if only in name:
                kiosk.show(session)
                settle(screens)
                screens.window.grabWindow().save(str(folder / f"{name}.png"))
    screens.close()
    return screens.warnings


def main(arguments: list[str]) -> int:
    """Command line; 1 if Qt warned of anything."""
    parser = argparse.ArgumentParser(prog="python -m ui.gallery", description="A picture of every screen.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--locale", default="zh_CN,en")
    parser.add_argument("--only", default="", help="only pictures whose name contains this")
    given = parser.parse_args(arguments)
    warnings = render(given.out, given.locale.split(","), given.only)
    for warning in warnings:
        sys.stderr.write(f"{warning}\n")
    return 1 if warnings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
