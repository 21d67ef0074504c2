"""Command line of the screens: ``python -m ui --config FILE``."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from ui.main import Options, main


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options; exits with 2 and a message on a wrong one."""
    parser = argparse.ArgumentParser(prog="python -m ui", description="The kiosk's screens.")
    parser.add_argument("--config", type=Path, required=True, help="settings of this kiosk (TOML)")
    parser.add_argument("--windowed", action="store_true", help="a window instead of the whole screen")
    parser.add_argument("--platform", default="", help="Qt platform: eglfs, xcb, offscreen, vnc")
    parser.add_argument("--robot", type=Path, metavar="SOCKET", help="listen for the test robot; never in service")
    parser.add_argument("--reduced-motion", action="store_true", help="no sliding between screens")
    return parser.parse_args(arguments)


def run(arguments: list[str]) -> int:
    """Build the appliance from its settings and show it."""
    given = parse(arguments)
    settings = importlib.import_module("kiosk_app.settings")
    app = importlib.import_module("kiosk_app.app")
    kiosk = app.build(settings.load(given.config))
    return main(
        kiosk,
        Options(
            windowed=given.windowed,
            platform=given.platform,
            robot=given.robot,
            reduced_motion=given.reduced_motion,
        ),
    )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
