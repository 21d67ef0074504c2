"""A whole hall on one machine: office, simulated devices with their dock, and the kiosk, each a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from kiosk_app.demo.processes import ROOT, Child, ProcessFailed, free_port, wait_until_listening
from kiosk_app.demo.robot import Robot
from kiosk_app.demo.vnc import VncScreen
from kiosk_app.settings import device_key_path
from wire.signing import SigningKey

KIOSK_ID = "kiosk-demo"
START_LIMIT_S = 120.0  # the first start renders the camera's clips and loads the office's recognition models


class Hall:
    """Everything lives below ``folder``; ``close`` stops all of it, in whatever state it is."""

    def __init__(
        self,
        folder: Path,
        say: Callable[[str], None] = print,
        *,
        platform: str = "offscreen",
        vnc_port: int = 0,
        robot: bool = True,
        limits: dict[str, float] | None = None,
        office_port: int = 0,
    ) -> None:
        self.folder = folder
        self._say = say
        self._platform = "xcb" if vnc_port else platform
        self._vnc_port = vnc_port
        self._screen: VncScreen | None = None
        self._with_robot = robot
        self._limits = limits or {}
        self.office_port = office_port or free_port()
        self.office: Child | None = None
        self.rig: Child | None = None
        self.kiosk: Child | None = None
        # Unix socket paths end at 107 bytes, and a demo folder may be deep.
        self.robot_socket = Path("/tmp") / f"kiosk-robot-{free_port()}-{id(self):x}"
        self.robot = Robot(self.robot_socket)
        self.bench: dict[str, Any] = {}

    # ── starting ────────────────────────────────────────────────────────────────────────────────────────────────────

    def open(self) -> None:
        """Office, rig and kiosk, in that order; raises ProcessFailed with the log of the one that failed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._enrol()
        self._say("▸ starting the approval office (its machine reads documents, so models are loaded)")
        self.start_office(wait=False)
        self._say("▸ starting the simulated devices: card reader, cameras, receipt printer, CUPS with an IPP printer")
        self.start_rig()
        assert self.office is not None
        wait_until_listening(self.office, self.office_port, START_LIMIT_S)
        self._write_settings()
        if self._vnc_port:
            self._screen = VncScreen(self._vnc_port, self.folder / "log" / "vnc.log")
        self._say("▸ starting the kiosk")
        self.start_kiosk()

    def _enrol(self) -> None:
        """What a technician does once: the office learns the kiosk's key, the kiosk the office's."""
        data = self.folder / "kiosk" / "data"
        key = SigningKey.load_or_create(device_key_path(data))
        public = data / "keys" / "device.pub.pem"
        public.write_text(key.public().pem(), encoding="ascii")
        self._office_command("enrol", "--device", KIOSK_ID, "--public-key", str(public))
        pem = self._office_command("export-key")
        (data / "keys" / "office.pem").write_text(pem, encoding="ascii")
        transfer = self._office_command("export-key", "--transfer")
        (data / "keys" / "office-transfer.pem").write_text(transfer, encoding="ascii")

    def _office_command(self, command: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "approval_backend", command, "--data", str(self.folder / "office"), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProcessFailed(f"approval_backend {command}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def start_office(self, *, wait: bool = True) -> None:
        arguments = ["-m", "approval_backend", "serve", "--data", str(self.folder / "office")]
        arguments += ["--port", str(self.office_port), "--public-url", f"http://127.0.0.1:{self.office_port}"]
        self.office = Child("approval office", arguments, self.folder / "log" / "office.log")
        if wait:
            wait_until_listening(self.office, self.office_port, START_LIMIT_S)

    def start_rig(self) -> None:
        ready = self.folder / "rig" / "bench.json"
        ready.unlink(missing_ok=True)
        arguments = ["-m", "drivers.rig", "up", "--dir", str(self.folder / "rig")]
        arguments += ["--backend", f"127.0.0.1:{self.office_port}"]
        arguments += ["--kiosk-log", str(self.folder / "kiosk" / "data" / "log" / "kiosk.log")]
        self.rig = Child("simulated devices", arguments, self.folder / "log" / "rig.log")
        self.rig.wait_for(ready, START_LIMIT_S)
        self.bench = json.loads(ready.read_text(encoding="utf-8"))

    def start_kiosk(self) -> None:
        arguments = ["-m", "ui", "--config", str(self.settings_path), "--platform", self._platform]
        if self._platform in ("offscreen", "xcb"):
            arguments.append("--windowed")
        if self._with_robot:
            arguments += ["--robot", str(self.robot_socket)]
        environment = {"QT_QUICK_BACKEND": "software"} if self._platform == "offscreen" or self._screen else {}
        if self._screen:
            environment["DISPLAY"] = self._screen.display
        self.kiosk = Child("kiosk", arguments, self.folder / "log" / "kiosk.log", environment)
        if self._with_robot:
            deadline = time.monotonic() + START_LIMIT_S
            while not self.robot_socket.exists():
                self.kiosk.check()
                if time.monotonic() > deadline:
                    raise ProcessFailed(f"kiosk: no screen after {START_LIMIT_S:.0f} s; see {self.kiosk.log}")
                time.sleep(0.05)
            self.robot.connect()

    @property
    def settings_path(self) -> Path:
        return self.folder / "kiosk" / "kiosk.toml"

    def _write_settings(self) -> None:
        lines = [
            f'kiosk_id = "{KIOSK_ID}"',
            'place = "示范大厦一层大堂"',
            'telephone = "12345"',
            'data = "data"',
            'runtime = "run"',
            "paper_background = true  # plain paper in the demo: border, emblem and title are printed too",
            "",
            "[office]",
            f'url = "{self.bench["network"]["listen"]}"',
            'public_key = "data/keys/office.pem"',
            'transfer_key = "data/keys/office-transfer.pem"',
            f'public_url = "http://127.0.0.1:{self.office_port}"',
        ]
        if self._limits:
            lines += ["", "[limits]", *(f"{key} = {value}" for key, value in self._limits.items())]
        for name, device in self.bench["devices"].items():
            lines += ["", f"[devices.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in device.items())]
        self.settings_path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # ── hands ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def dock(self, panel: str, **push: Any) -> dict[str, Any]:
        """Push a button on the dock. Raises requests.HTTPError with the dock's words."""
        answer = requests.post(f"{self.bench['dock']}/{panel}", json=push, timeout=20)
        answer.raise_for_status()
        pushed: dict[str, Any] = answer.json()
        return pushed

    def dock_state(self) -> dict[str, Any]:
        answer = requests.get(f"{self.bench['dock']}/state", timeout=10)
        answer.raise_for_status()
        state: dict[str, Any] = answer.json()
        return state

    def papers(self) -> list[Path]:
        """The PDFs that arrived at the printer, oldest first."""
        return sorted(Path(self.bench["paper"]["licences"]).glob("**/*.pdf"), key=lambda p: p.stat().st_mtime)

    def receipts(self) -> list[Path]:
        """The slips that were cut, as PNG, oldest first."""
        return sorted(Path(self.bench["paper"]["receipts"]).glob("**/*.png"), key=lambda p: p.stat().st_mtime)

    # ── stopping ────────────────────────────────────────────────────────────────────────────────────────────────────

    def close(self) -> None:
        """Stops everything; may be called twice and from a signal's handler."""
        self.robot.close()
        for child in (self.kiosk, self.rig, self.office):
            if child is not None:
                child.stop()
        if self._screen is not None:
            self._screen.close()
        self.robot_socket.unlink(missing_ok=True)

    def __enter__(self) -> Hall:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def raise_on_signals() -> None:
    """SIGTERM ends the demo the way Ctrl-C does: through every ``finally``."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):  # a shell starts background jobs with SIGINT ignored
        signal.signal(number, interrupt)
