"""A private printing stack: a D-Bus, one ippeveprinter a paper size, and a cupsd with a queue on each."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from drivers.device import Fault
from drivers.laser_printer import feed, ipp, private_cups
from drivers.laser_printer.private_process import PrivateProcess
from drivers.laser_printer.simulated_engine import ACTIONS as PRINTER_ACTIONS
from drivers.laser_printer.simulated_engine import SHEET_S, LaserEngine

PAPERS = {"iso_a3_297x420mm": "licences-a3", "iso_a4_210x297mm": "licences-a4"}  # media -> queue
SIZES = {"iso_a3_297x420mm": (29700, 42000), "iso_a4_210x297mm": (21000, 29700)}  # hundredths of a millimetre
NEEDED = ("cupsd", "ippeveprinter", "dbus-daemon")
READY_LIMIT_S = 10.0  # seconds; measured 0.1
SOCKET_PATH_BYTES = 107  # sockaddr_un


class PrintStack:
    """Two licence printers, A3 and A4, each with a tray, behind one spooler. ``start`` from a thread that stays alive.

    ippeveprinter asks for a D-Bus, not for avahi, when it announces nothing (``-r off``; measured on 2.4.2); so one
    dbus-daemon of our own is all that it gets.
    """

    def __init__(self, directory: Path, sheet_s: float = SHEET_S) -> None:
        self.directory = directory.resolve()
        self.licences = self.directory / "licences"
        self._sheet_s = sheet_s
        self._root = self.directory / "print"
        self._sockets = self._root
        self._processes: list[PrivateProcess] = []
        self._over = threading.Event()
        self.engines: dict[str, LaserEngine] = {}

    @property
    def server(self) -> str:
        """What the driver's ``server`` option takes: the spooler's socket."""
        return str(self._sockets / "cups.sock")

    @property
    def port(self) -> str:
        """What the driver's ``port`` takes: the queues."""
        return ",".join(PAPERS.values())

    def start(self) -> None:
        """Ready when it returns. Raises RuntimeError naming what is missing or which log to read."""
        missing = [name for name in NEEDED if shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin") is None]
        if missing:
            raise RuntimeError(f"missing: {', '.join(missing)}; install cups, cups-ipp-utils and dbus")
        self._over.clear()
        shutil.rmtree(self._root, ignore_errors=True)  # a spool of an earlier run that was killed
        self._root.mkdir(parents=True)
        if len(str(self._root / "iso_a3_297x420mm.sock")) > SOCKET_PATH_BYTES:
            self._sockets = Path(tempfile.mkdtemp(prefix="kiosk-print-"))
        try:
            self._start_bus()
            private_cups.write_configuration(self._root, Path(self.server))
            for media in PAPERS:
                self._start_printer(media)
            self._start_spooler()
            for media, queue in PAPERS.items():
                ppd = self._root / f"{queue}.ppd"
                private_cups.add_queue(Path(self.server), queue, self.engines[media].uri, media, ppd)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops everything and removes the spool; what was printed stays. May be called twice."""
        self._over.set()
        for process in reversed(self._processes):
            process.stop()
        for engine in self.engines.values():
            engine.stop()
        self._processes.clear()
        shutil.rmtree(self._root, ignore_errors=True)
        if self._sockets != self._root:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def act(self, action: str, media: str | None = None) -> None:
        """One of ACTIONS, at one printer or at both, or to the spooler. ValueError names what is allowed."""
        if media is not None and media not in PAPERS:
            raise ValueError(f"media {media!r} is none of {', '.join(PAPERS)}")
        if action not in ACTIONS:
            raise ValueError(f"action {action!r} is none of {', '.join(ACTIONS)}")
        if action in SPOOLER_ACTIONS:
            SPOOLER_ACTIONS[action](self)
            return
        for paper, engine in self.engines.items():
            if media in (None, paper):
                engine.act(action)

    def state(self) -> dict[str, Any]:
        """For the dock: each printer's tray, reasons and sheets, and whether every process of the stack still runs."""
        return {
            "port": self.port,
            "printers": [engine.state() for engine in self.engines.values()],
            "printed": sorted(path.name for engine in self.engines.values() for path in engine.printed),
            "ended": [process.name for process in self._processes if not process.running()],
        }

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._processes]

    def kill_spooler(self) -> None:
        """Kill -9, as the kernel does when memory is short; what was at a printer stays there."""
        if not self._spooler.running():
            return
        os.kill(self._spooler.pid, signal.SIGKILL)
        self._processes.remove(self._spooler)
        self._spooler.gone()

    def restart_spooler(self) -> None:
        """As systemd does. Ready when it returns, if it was not running."""
        if self._spooler.running():
            return
        started = threading.Event()

        def start() -> None:
            try:
                self._start_spooler()
            finally:
                started.set()
            self._over.wait()  # a child dies with the thread that started it, and callers' threads come and go

        threading.Thread(target=start, name="private-cupsd", daemon=True).start()
        started.wait()
        if not self._spooler.running():
            raise RuntimeError(f"cupsd did not start; see {self._root / 'log'}")

    def freeze_spooler(self) -> None:
        """It answers nothing, and nothing tells that it does not."""
        os.kill(self._spooler.pid, signal.SIGSTOP)

    def thaw_spooler(self) -> None:
        """It goes on where it was."""
        os.kill(self._spooler.pid, signal.SIGCONT)

    def _start_spooler(self) -> None:
        self._spooler = private_cups.start(self._root, Path(self.server))
        self._processes.append(self._spooler)

    def _start_bus(self) -> None:
        address = self._sockets / "bus.sock"
        configuration = self._root / "bus.conf"
        configuration.write_text(
            f"""<busconfig><type>session</type><listen>unix:path={address}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
""",
            encoding="utf-8",
        )
        arguments = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"]
        self._processes.append(PrivateProcess("dbus-daemon", arguments, self._root / "bus.log"))
        _wait_for(address.exists, "dbus-daemon", self._root / "bus.log")

    def _start_printer(self, media: str) -> None:
        home = self._root / media
        (home / "memory").mkdir(parents=True)
        cable = self._sockets / f"{media}.sock"
        engine = LaserEngine(media, self.licences, cable, self._sheet_s)
        self.engines[media] = engine
        command = home / "feed"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{feed.__file__}" "{cable}" "$1"\n')
        command.chmod(0o700)
        attributes = home / "printer.conf"
        attributes.write_text(_attributes(media), encoding="ascii")
        port = _free_port()
        log = home / "log"
        arguments = ["ippeveprinter", "-r", "off", "-n", "localhost", "-p", str(port), "-d", str(home / "memory")]
        arguments += ["-a", str(attributes), "-c", str(command), f"Licence printer {media}"]
        environment = {
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self._sockets / 'bus.sock'}",
            "HOME": str(home),
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        }
        self._processes.append(PrivateProcess(f"ippeveprinter {media}", arguments, log, environment))
        engine.start(port)
        _wait_for(lambda: _answers(engine.uri), "ippeveprinter", log)


SPOOLER_ACTIONS: dict[str, Callable[[PrintStack], None]] = {
    "kill_spooler": PrintStack.kill_spooler,
    "restart_spooler": PrintStack.restart_spooler,
    "freeze_spooler": PrintStack.freeze_spooler,
    "thaw_spooler": PrintStack.thaw_spooler,
}
ACTIONS = (*PRINTER_ACTIONS, *SPOOLER_ACTIONS)


def _wait_for(ready: Any, name: str, log: Path) -> None:
    deadline = monotonic() + READY_LIMIT_S
    while not ready():
        if monotonic() > deadline:
            raise RuntimeError(f"{name} did not start within {READY_LIMIT_S:.0f} s; see {log}")
        sleep(0.03)


def _answers(uri: str) -> bool:
    try:
        ipp.ask_state(uri)
    except Fault:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _attributes(media: str) -> str:
    """ippeveprinter's description of a black-and-white PDF printer with one tray."""
    x, y = SIZES[media]
    size = f"{{ MEMBER integer x-dimension {x} MEMBER integer y-dimension {y} }}"
    loaded = (
        f"{{ MEMBER collection media-size {size} MEMBER keyword media-size-name {media} "
        "MEMBER keyword media-source main MEMBER keyword media-type stationery }"
    )
    tray = "type=sheetFeedAutoRemovableTray;mediafeed=0;mediaxfeed=0;maxcapacity=250;level=250;status=0;name=main"
    return f"""ATTR boolean color-supported false
ATTR integer copies-default 1
ATTR rangeOfInteger copies-supported 1-1
ATTR keyword media-supported {media}
ATTR keyword media-default {media}
ATTR keyword media-ready {media}
ATTR keyword media-source-supported main
ATTR keyword media-type-supported stationery
ATTR collection media-size-supported {size}
ATTR collection media-col-default {loaded}
ATTR collection media-col-ready {loaded}
ATTR collection media-col-database {loaded}
ATTR octetString printer-input-tray "{tray}"
ATTR enum orientation-requested-default 3
ATTR enum orientation-requested-supported 3,4
ATTR enum print-quality-default 4
ATTR enum print-quality-supported 4
ATTR resolution printer-resolution-default 600dpi
ATTR resolution printer-resolution-supported 600dpi
ATTR keyword sides-default one-sided
ATTR keyword sides-supported one-sided
ATTR keyword output-bin-default face-down
ATTR keyword output-bin-supported face-down
ATTR textWithoutLanguage printer-make-and-model "Licence Printer"
ATTR textWithoutLanguage printer-device-id "MFG:Kiosk;MDL:Licence Printer;CMD:PDF;"
ATTR mimeMediaType document-format-default application/pdf
ATTR mimeMediaType document-format-supported application/pdf
ATTR integer pages-per-minute 40
ATTR nameWithoutLanguage marker-names "Black Toner"
ATTR keyword marker-types toner
ATTR nameWithoutLanguage marker-colors "#000000"
ATTR integer marker-levels 80
ATTR integer marker-low-levels 5
ATTR integer marker-high-levels 100
"""
