"""Debian's own fprintd with libfprint's virtual reader, on a bus of its own; the machine's prints are never touched."""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
from pathlib import Path
from shutil import which
from time import monotonic, sleep

from jeepney import DBusAddress, MessageType, Properties, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from drivers.fingerprint.fprintd_bus import DEVICE, MANAGER, NAME
from drivers.fingerprint.image import FingerprintImage
from drivers.fingerprint.polkit_stand_in import NAME as POLKIT
from drivers.laser_printer.private_process import PrivateProcess

FPRINTD = Path("/usr/libexec/fprintd")
ROOT = Path(__file__).parents[2]
READY_LIMIT_S = 30.0  # measured 0.3 s; a loaded CI machine is given its time
STEP_S = 0.02
NOT_AN_IMAGE = {"retry": -1, "error": -2}  # libfprint's virtual_image: a negative width is a command
BUS = """<busconfig>
  <type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


class PrivateFprintd:
    """``bus`` is the driver's option; prints lie in ``prints``. RuntimeError from ``start`` names the log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, PrivateProcess] = {}
        self.bus = f"unix:path={folder / 'bus'}"
        self.prints = folder / "prints"
        self._finger = folder / "finger"

    @staticmethod
    def installed() -> bool:
        return FPRINTD.exists() and which("dbus-daemon") is not None

    def start(self, allow: bool = True) -> None:
        """Bus, polkit's stand-in, fprintd."""
        self.prints.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self._folder / "bus.conf"
        configuration.write_text(BUS.format(socket=self._folder / "bus"), encoding="ascii")
        self._run("bus", ["dbus-daemon", "--nofork", "--nopidfile", f"--config-file={configuration}"])
        self._await("bus", (self._folder / "bus").exists)
        polkit = [sys.executable, "-m", "drivers.fingerprint.polkit_stand_in", self.bus, "yes" if allow else "no"]
        self._run("polkit", polkit)
        self._await("polkit", lambda: self._owned(POLKIT))
        self.start_service()

    def start_service(self) -> None:
        """fprintd alone, as systemd would start it again."""
        self._run("fprintd", [str(FPRINTD), "--no-timeout"])
        self._await("fprintd", lambda: self._owned(NAME))

    def kill(self) -> None:
        """fprintd dies at once, as by the kernel's hand."""
        process = self._processes.pop("fprintd")
        os.kill(process.pid, signal.SIGKILL)
        process.gone()

    def stop(self) -> None:
        """May be called twice."""
        while self._processes:
            self._processes.popitem()[1].stop()

    def press(self, image: FingerprintImage, limit_s: float = READY_LIMIT_S) -> None:
        """Lay a finger on the reader as soon as it is opened, and lift it. TimeoutError when it is never opened."""
        self._send(struct.pack("ii", image.width, image.height) + image.pixels, limit_s)

    def trouble(self, kind: str, number: int = 0, limit_s: float = READY_LIMIT_S) -> None:
        """Instead of a finger: "retry" (a bad picture) or "error" (the reader fails), with libfprint's number."""
        self._send(struct.pack("ii", NOT_AN_IMAGE[kind], number), limit_s)

    def _send(self, data: bytes, limit_s: float) -> None:
        deadline = monotonic() + limit_s
        while True:
            self.await_need(limit_s)
            try:
                with socket.socket(socket.AF_UNIX) as line:
                    line.settimeout(limit_s)
                    line.connect(str(self._finger))
                    line.sendall(data)
                    line.shutdown(socket.SHUT_WR)
                    line.recv(1)  # libfprint closes when it has taken it
                    return
            except (FileNotFoundError, ConnectionError):  # not open, or still with the last one
                if monotonic() > deadline:
                    raise TimeoutError("the reader was not opened") from None
                sleep(STEP_S)

    def await_need(self, limit_s: float = READY_LIMIT_S) -> None:
        """Until the reader waits for a finger: libfprint throws away a picture before. TimeoutError."""
        deadline = monotonic() + limit_s
        with open_dbus_connection(self.bus) as connection:
            needed = Properties(DBusAddress(self._device(), NAME, DEVICE)).get("finger-needed")
            while True:
                reply = connection.send_and_get_reply(needed, timeout=READY_LIMIT_S)
                if reply.header.message_type is MessageType.method_return and reply.body[0][1]:
                    return
                if monotonic() > deadline:
                    raise TimeoutError("no finger was asked for")
                sleep(STEP_S)

    def _device(self) -> str:
        with open_dbus_connection(self.bus) as connection:
            reply = connection.send_and_get_reply(new_method_call(MANAGER, "GetDefaultDevice"), timeout=READY_LIMIT_S)
            return str(reply.body[0])

    def _run(self, name: str, arguments: list[str]) -> None:
        environment = {
            "DBUS_SYSTEM_BUS_ADDRESS": self.bus,
            "FP_VIRTUAL_IMAGE": str(self._finger),
            "STATE_DIRECTORY": str(self.prints),
            "PYTHONPATH": str(ROOT),
            "G_MESSAGES_DEBUG": os.environ.get("KIOSK_FPRINTD_DEBUG", ""),
        }
        self._processes[name] = PrivateProcess(name, arguments, self._folder / f"{name}.log", environment)

    def _owned(self, name: str) -> bool:
        with open_dbus_connection(self.bus) as connection:
            return bool(connection.send_and_get_reply(message_bus.NameHasOwner(name)).body[0])

    def _await(self, name: str, holds: object) -> None:
        assert callable(holds)
        deadline = monotonic() + READY_LIMIT_S
        while not holds():
            if not self._processes[name].running() or monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{name} did not start; see {self._folder / name}.log")
            sleep(STEP_S)
