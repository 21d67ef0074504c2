"""How the engine makes an idle ippeveprinter say what holds: its web form for the tray, a command for the rest."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Iterable
from time import monotonic

from drivers.device import Fault
from drivers.laser_printer import ipp
from drivers.laser_printer.reasons import split

WEB_LIMIT_S = 3.0
BUSY_PAUSE_S = 0.05  # ippeveprinter ends a job within some hundredths of a second after its command
MAINTENANCE = "maintenance"  # the title of the job by which ippeveprinter hears of a door or a jam
_FOR_THE_TRAY = {"none", "media-empty", "media-needed"}  # told through the form, not by a job


class PrinterVoice:
    """One ippeveprinter, at ``port``. ``command_ran`` is set by whoever runs the maintenance job's command."""

    def __init__(self, media: str, port: int, uri: str) -> None:
        self._media = media
        self._port = port
        self._uri = uri
        self.command_ran = threading.Event()

    def load_tray(self, sheets: int) -> None:
        """Through the form; the size stays set, for 2.4.2 cannot load a tray again that once had none."""
        query = f"size0={self._media}&type0=stationery&level0={sheets}"
        with urllib.request.urlopen(f"http://localhost:{self._port}/media?{query}", timeout=WEB_LIMIT_S) as page:
            page.read()

    def run_command(self) -> None:
        """Make it run its command, which prints nothing here. Raises Fault when it does not take the job in time."""
        self.command_ran.clear()
        deadline = monotonic() + WEB_LIMIT_S
        while True:
            try:
                ipp.send_job(self._uri, MAINTENANCE, b"%PDF-1.7\n%%EOF\n")
                break
            except Fault:  # "Currently printing another job": the last one has not quite ended
                if monotonic() > deadline:
                    raise
            threading.Event().wait(BUSY_PAUSE_S)
        self.command_ran.wait(WEB_LIMIT_S)

    def until(self, holds: Callable[[], bool]) -> None:
        """The command has ended; what it wrote is read a moment later."""
        deadline = monotonic() + WEB_LIMIT_S
        while not holds() and monotonic() < deadline:
            threading.Event().wait(BUSY_PAUSE_S)

    def says(self, reasons: Iterable[str], toner_percent: int) -> bool:
        """Whether it tells just these doors, jams and levels. The tray is told apart."""
        told = ipp.ask_state(self._uri)
        known = {split(reason)[0] for reason in told.reasons} - _FOR_THE_TRAY
        level = toner_percent if toner_percent >= 0 else None
        return known == set(reasons) - _FOR_THE_TRAY and told.supplies[0].percent == level
