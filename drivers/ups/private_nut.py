"""Debian's own upsd with its dummy-ups driver, started privately; the machine's NUT is never touched."""

from __future__ import annotations

import getpass
import os
import signal
import socket
from pathlib import Path
from time import monotonic, sleep

from drivers.laser_printer.private_process import PrivateProcess
from drivers.ups.simulator import NAME, SCENES

FOLDER = Path("/lib/nut")  # Debian's; /sbin/upsd is a script that asks /etc/nut first
UPSD, DRIVER = FOLDER / "upsd", FOLDER / "dummy-ups"
READY_LIMIT_S = 15.0  # measured 0.2 s; a loaded CI machine is given its time
STALE_AFTER_S = 3  # upsd's MAXAGE: how long a silent driver is believed


class PrivateNut:
    """``port`` stays the same over restarts. RuntimeError from ``start`` names the log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, PrivateProcess] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._number: int = free.getsockname()[1]
        self.port = f"{NAME}@127.0.0.1:{self._number}"
        self._scene = folder / "scene.dev"

    @staticmethod
    def installed() -> bool:
        return UPSD.exists() and DRIVER.exists()

    def start(self) -> None:
        """Both programs, and wait until upsd listens."""
        state = self._folder / "state"
        state.mkdir(parents=True, exist_ok=True)
        files = {
            "nut.conf": "MODE=standalone\n",
            "ups.conf": f"[{NAME}]\ndriver = dummy-ups\nport = {self._scene}\nmode = dummy-loop\npollinterval = 1\n",
            "upsd.conf": f"STATEPATH {state}\nLISTEN 127.0.0.1 {self._number}\nMAXAGE {STALE_AFTER_S}\n",
            "upsd.users": "",
        }
        for name, text in files.items():
            path = self._folder / name
            path.write_text(text, encoding="ascii")
            path.chmod(0o640)  # upsd complains of more
        if not self._scene.exists():
            self.play("mains")
        self.start_driver()
        self.start_server()

    def start_driver(self) -> None:
        self._run("driver", [str(DRIVER), "-a", NAME, "-F", "-u", getpass.getuser()])

    def start_server(self) -> None:
        self._run("upsd", [str(UPSD), "-F", "-u", getpass.getuser()])
        deadline = monotonic() + READY_LIMIT_S
        while not self._listens():
            if not self._processes["upsd"].running() or monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"upsd did not start; see {self._folder / 'upsd.log'}")
            sleep(0.02)  # polling, with a limit: upsd announces nothing

    def play(self, scene: str) -> None:
        """One of the simulator's SCENES; dummy-ups reads it again within two seconds."""
        status, charge, runtime = SCENES[scene]
        text = f"ups.status: {status}\nbattery.charge: {charge}\nbattery.runtime: {runtime}\n"
        fresh = self._scene.with_suffix(".new")
        fresh.write_text(text, encoding="ascii")
        fresh.replace(self._scene)

    def kill(self, which: str) -> None:
        """``driver`` or ``upsd``, as a crash would."""
        process = self._processes.pop(which)
        os.kill(process.pid, signal.SIGKILL)
        process.stop()

    def freeze_driver(self) -> None:
        """It lives and does nothing: after STALE_AFTER_S its data are stale. ``kill`` ends that too."""
        os.kill(self._processes["driver"].pid, signal.SIGSTOP)

    def thaw_driver(self) -> None:
        os.kill(self._processes["driver"].pid, signal.SIGCONT)

    def stop(self) -> None:
        """May be called twice."""
        while self._processes:
            self._processes.popitem()[1].stop()

    def _run(self, which: str, arguments: list[str]) -> None:
        state = str(self._folder / "state")
        environment = {"NUT_CONFPATH": str(self._folder), "NUT_STATEPATH": state, "NUT_ALTPIDPATH": state}
        self._processes[which] = PrivateProcess(which, arguments, self._folder / f"{which}.log", environment)

    def _listens(self) -> bool:
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self._number)) == 0
