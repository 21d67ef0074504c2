"""The screen seen from afar is a real X display of the kiosk's size, and nobody outside this machine reaches it."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import psutil
import pytest

from kiosk_app.demo.processes import ProcessFailed, free_port
from kiosk_app.demo.vnc import VncScreen

pytestmark = pytest.mark.skipif(not shutil.which("Xvnc"), reason="Xvnc is not installed (tigervnc-standalone-server)")


def test_the_screen_answers_on_loopback_and_on_no_other_address(tmp_path: Path) -> None:
    port = free_port()
    screen = VncScreen(port, tmp_path / "vnc.log")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as viewer:
            assert viewer.recv(12).startswith(b"RFB 003.")
        listening = {c.laddr.ip for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port}
        assert listening and listening <= {"127.0.0.1", "::1"}
    finally:
        screen.close()


def test_a_taken_port_is_said_and_nothing_is_left_running(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ProcessFailed, match="VNC screen"):
            VncScreen(taken.getsockname()[1], tmp_path / "vnc.log")
    running = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False).stdout
    assert running == ""
