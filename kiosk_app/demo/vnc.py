"""A screen that is looked at from afar: TigerVNC's X server, reachable on loopback only.

Qt's own VNC platform listens on every interface without a password, and nobody may look over a resident's shoulder.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from kiosk_app.demo.processes import Child, ProcessFailed

START_LIMIT_S = 15.0
GEOMETRY = "1080x1920"  # the kiosk's portrait screen


class VncScreen:
    """An X display of the kiosk's size. Raises ProcessFailed when TigerVNC is missing or the port is taken."""

    def __init__(self, port: int, log: Path) -> None:
        program = shutil.which("Xvnc")
        if program is None:
            raise ProcessFailed("Xvnc is not installed (Debian: apt-get install tigervnc-standalone-server)")
        arguments = ["-localhost", "-rfbport", str(port), "-SecurityTypes", "None", "-geometry", GEOMETRY]
        arguments += ["-depth", "24", "-nolisten", "tcp", "-displayfd", "1"]
        self._server = Child("VNC screen", arguments, log, program=program)
        self.display = f":{self._display_number()}"

    def _display_number(self) -> str:
        """Xvnc writes the number of its display on a line of its own when it is ready."""
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            self._server.check()
            for line in self._server.log.read_text(errors="replace").splitlines():
                if line.isdigit():
                    return line
            if time.monotonic() > deadline:
                raise ProcessFailed(f"VNC screen: not ready after {START_LIMIT_S:.0f} s; see {self._server.log}")
            time.sleep(0.05)

    def close(self) -> None:
        self._server.stop()
