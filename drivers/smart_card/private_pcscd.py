"""A pcscd of one's own with one virtual reader of two slots; the machine's pcscd is never touched.

pcscd 1.9.9 has its socket's path built in, so it is started as systemd would: with the listening socket handed over
(sd_listen_fds(3)). Clients find it by PCSCLITE_CSOCK_NAME.
"""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from time import monotonic, sleep

import psutil

from drivers.laser_printer.private_process import PrivateProcess

PCSCD = "/usr/sbin/pcscd"
VPCD = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
READER = "Kiosk Rig"
SLOTS = 2  # of Debian's vpcd: the port and the next one
READY_LIMIT_S = 10.0  # measured 0.05 s; a loaded CI machine is given its time
PORT_TRIES = 20
BACKLOG = 32


class PrivatePcscd:
    """``socket`` and the slots' TCP ``ports`` stay the same over restarts."""

    SOCKET = "pcscd.comm"  # its name in the folder

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / self.SOCKET
        self.ports: tuple[int, ...] = ()
        self._process: PrivateProcess | None = None

    def reader(self, slot: int) -> str:
        """The name that pcscd gives to a slot."""
        return f"{READER} 00 {slot:02X}"

    def start(self) -> None:
        """Start and wait until the slots listen. RuntimeError naming the log."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.ports = self.ports or _free_ports()
        readers = self._folder / "readers"
        readers.mkdir(exist_ok=True)
        (readers / "vpcd").write_text(
            f'FRIENDLYNAME "{READER}"\nDEVICENAME /dev/null:{self.ports[0]}\n'
            f"LIBPATH {VPCD}\nCHANNELID {self.ports[0]}\n",
            encoding="ascii",
        )
        self.socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.socket))
            listening.listen(BACKLOG)
            # LISTEN_PID must be the pid of pcscd itself, which the shell becomes; descriptor 3 is where it looks
            script = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&"$LISTENING"'
            arguments = ["bash", "-c", script, "pcscd", PCSCD, "--foreground", "--error", "--config", str(readers)]
            self._process = PrivateProcess(
                "pcscd",
                arguments,
                self._folder / "pcscd.log",
                {"LISTENING": str(listening.fileno())},
                pass_fds=(listening.fileno(),),
            )
        deadline = monotonic() + READY_LIMIT_S
        while not self._listens():
            if not self._process.running() or monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"pcscd did not start; see {self._folder / 'pcscd.log'}")
            sleep(0.02)  # polling, with a limit: pcscd announces nothing

    def stop(self) -> None:
        """May be called twice."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def kill(self) -> None:
        """As a crash would: no farewell to anybody."""
        process, self._process = self._process, None
        if process is not None:
            os.kill(process.pid, signal.SIGKILL)
            process.stop()

    def freeze(self) -> None:
        """It lives and does nothing, until ``thaw``."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        deadline = monotonic() + READY_LIMIT_S
        while psutil.Process(self._process.pid).status() != psutil.STATUS_STOPPED and monotonic() < deadline:
            sleep(0.01)  # polling, with a limit: the signal takes effect in the kernel's own time

    def thaw(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def _listens(self) -> bool:
        assert self._process is not None
        try:
            open_ports = {one.laddr.port for one in psutil.Process(self._process.pid).net_connections("tcp")}
        except psutil.Error:
            return False
        return open_ports.issuperset(self.ports)


def _free_ports() -> tuple[int, ...]:
    """Neighbouring TCP ports that nobody has now."""
    for _ in range(PORT_TRIES):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return tuple(range(port, port + SLOTS))
    raise RuntimeError("no two neighbouring ports are free")
