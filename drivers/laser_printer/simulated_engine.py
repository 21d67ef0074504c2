"""The mechanics of one simulated laser printer: tray, paper path, door, toner, behind an ippeveprinter."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from time import monotonic, strftime, time
from typing import Any

import structlog

from drivers.device import Fault
from drivers.laser_printer import ipp
from drivers.laser_printer.printer_voice import MAINTENANCE, PrinterVoice

TRAY_SHEETS = 250
MISSING = {"tray_out": "input-tray-missing", "toner_out": "toner-empty", "waste_full": "marker-waste-full"}
ACTIONS = ("paper_out", "jam", "jam_next", "abort_next", "door_open", "toner_low", *MISSING, "refill")
SHEET_S = 0.7  # seconds a sheet; a 40-page laser takes 1.5, and nobody's test waits longer than it must
WATCH_S = 0.25  # how often a printer that cannot go on looks whether its job was cancelled
EVENTS_KEPT = 40

log = structlog.get_logger()


class LaserEngine:
    """One printer with one tray of ``media``. Sheets that come out become ``directory/NNN-media.pdf``.

    ippeveprinter takes state from the command that prints (STATE: lines) and, for its tray, from its own web form; so
    an idle printer's empty tray goes through the form, its door or jam through a maintenance job that prints nothing.
    """

    def __init__(self, media: str, directory: Path, cable: Path, sheet_s: float = SHEET_S) -> None:
        self.media = media
        self._directory = directory
        self._sheet_s = sheet_s
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._telling = threading.Lock()
        self._sheets, self._jammed, self._door_open, self._toner_low = TRAY_SHEETS, False, False, False
        self._stop_after: int | None = None
        self._aborts = False
        self._missing: set[str] = set()  # reasons for which nothing moves until somebody has brought what is missing
        self._slow_s = 0.0
        self.asked_media: list[str] = []  # of each job, what it asked for, as ippeveprinter tells it
        self._toner_percent = 80
        self._printing: socket.socket | None = None
        self._stopping = False
        self.uri = ""
        self.printed: list[Path] = []
        self.arrived: list[float] = []  # when each job's document was here, seconds since 1970
        self.events: deque[str] = deque(maxlen=EVENTS_KEPT)
        directory.mkdir(parents=True, exist_ok=True)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(cable))
        self._server.listen(4)
        self._threads = [
            threading.Thread(target=run, name=f"laser-{media}", daemon=True) for run in (self._serve, self._watch)
        ]

    def start(self, port: int) -> None:
        """Begin to answer ippeveprinter, which listens on that port."""
        self.uri = f"ipp://localhost:{port}/ipp/print"
        self._voice = PrinterVoice(self.media, port, self.uri)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Power off; may be called twice."""
        with self._changed:
            if self._stopping:
                return
            self._stopping = True
            self._changed.notify_all()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=2.0)

    # ── a person's hands ────────────────────────────────────────────────────────────────────────────────────────────

    def act(self, action: str) -> None:
        """One of ACTIONS; ``refill`` makes everything well again. Returns when the printer says so on the wire."""
        if action not in ACTIONS:
            raise ValueError(f"{action!r} is none of {', '.join(ACTIONS)}")
        with self._changed:
            match action:
                case "paper_out":
                    self._sheets = 0
                case "jam":
                    self._jammed = True
                case "door_open":
                    self._door_open = True
                case "toner_low":
                    self._toner_low = True
                case "jam_next":
                    self._stop_after = 0
                case "abort_next":
                    self._aborts = True
                case _ if action in MISSING:
                    self._missing.add(MISSING[action])
                case _:
                    self._sheets, self._jammed, self._door_open, self._toner_low = TRAY_SHEETS, False, False, False
                    self._stop_after, self._aborts, self._toner_percent = None, False, 80
                    self._slow_s = 0.0
                    self._missing.clear()
            self.events.append(f"{strftime('%H:%M:%S')} {action}")
            self._changed.notify_all()
        self._tell()

    def leave_sheets(self, count: int) -> None:
        """Only that many sheets are left: the tray runs empty in the middle of a job."""
        with self._lock:
            self._sheets = count

    def jam_on_next_sheet(self) -> None:
        """The next sheet gets stuck on its way, after the printer took the job in good faith."""
        with self._lock:
            self._stop_after = 0

    def slow_down(self, sheet_s: float) -> None:
        """Each sheet takes that long, until the next refill."""
        with self._lock:
            self._slow_s = sheet_s

    def abort_next(self) -> None:
        """The next job is broken off by the printer itself before its first sheet, as one that it cannot read."""
        with self._lock:
            self._aborts = True

    def set_toner(self, percent: int) -> None:
        """0 to 100, or what printers say that do not know: -1, -2, -3."""
        with self._lock:
            self._toner_percent = percent
        with self._telling:
            self._maintain()

    def state(self) -> dict[str, Any]:
        """For the dock."""
        with self._lock:
            return {
                "media": self.media,
                "sheets": self._sheets,
                "toner_percent": self._toner_percent,
                "reasons": self._reasons(),
                "printing": self._printing is not None,
                "printed": [path.name for path in self.printed],
                "arrived": list(self.arrived),
                "events": list(self.events),
            }

    # ── what ippeveprinter hears ────────────────────────────────────────────────────────────────────────────────────

    def _reasons(self) -> list[str]:
        present = {
            "media-empty": self._sheets == 0,
            "media-jam": self._jammed,
            "cover-open": self._door_open,
            "toner-low": self._toner_low,
        }
        return [*(reason for reason, holds in present.items() if holds), *sorted(self._missing)]

    @property
    def _cannot_go_on(self) -> bool:
        return self._sheets == 0 or self._jammed or self._door_open or bool(self._missing)

    def _state_line(self) -> bytes:
        toner = f"ATTR: marker-levels={self._toner_percent}\n"
        return f"{toner}STATE: {','.join(self._reasons()) or 'none'}\n".encode()

    def _tell(self) -> None:
        with self._telling:
            with self._lock:
                cable = self._printing
                if cable is not None:
                    with suppress(OSError):
                        cable.sendall(self._state_line())
                    return
            try:
                if not self._voice.says(self._reasons(), self._toner_percent):
                    self._voice.load_tray(TRAY_SHEETS)  # it runs no command at all while it says media-empty
                    self._maintain()
                self._voice.load_tray(self._sheets)
            except (OSError, Fault) as error:
                log.error("laser_simulator_cannot_tell", media=self.media, error=type(error).__name__)

    def _maintain(self) -> None:
        self._voice.run_command()
        self._voice.until(lambda: self._voice.says(self._reasons(), self._toner_percent))

    # ── paper ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _serve(self) -> None:
        while not self._stopping:
            try:
                cable, _ = self._server.accept()
            except OSError:
                return
            with cable:
                try:
                    self._job(cable, json.loads(cable.makefile("r", encoding="utf-8").readline()))
                except (OSError, ValueError, Fault):
                    log.exception("laser_simulator_job_failed", media=self.media)

    def _job(self, cable: socket.socket, job: dict[str, str]) -> None:
        document = Path(job["file"])
        if job["name"] == MAINTENANCE:
            cable.sendall(self._state_line() + b"EXIT 0\n")
            document.unlink(missing_ok=True)
            cable.recv(1)  # until ippeveprinter's command is gone
            self._voice.command_ran.set()
            return
        self.arrived.append(time())
        self.asked_media.append(job["media"])
        pages = max(1, document.read_bytes().count(b"/Type /Page\n"))
        with self._lock:
            self._printing = cable
            cable.sendall(f"ATTR: job-impressions={pages}\n".encode() + self._state_line())
        code = 1
        try:
            if self._feed_sheets(cable, int(job["id"] or 0), pages):
                self._deliver(document)
                code = 0
        finally:
            with self._lock:
                self._printing = None
                with suppress(OSError):
                    cable.sendall(self._state_line() + f"EXIT {code}\n".encode())
            document.unlink(missing_ok=True)  # a printer keeps nothing of what it printed

    def _feed_sheets(self, cable: socket.socket, job_id: int, pages: int) -> bool:
        for sheet in range(1, pages + 1):
            with self._changed:
                if self._aborts:
                    self._aborts = False
                    return False
                if self._stop_after == 0:
                    self._stop_after, self._jammed = None, True
                    cable.sendall(self._state_line())
                while self._cannot_go_on and not self._stopping:
                    self._changed.wait(WATCH_S)
                    if self._cancelled(job_id):
                        return False
                due = monotonic() + max(self._sheet_s, self._slow_s)
                while (left := due - monotonic()) > 0 and not self._stopping and not self._cancelled(job_id):
                    self._changed.wait(min(left, WATCH_S))
                    if self._cannot_go_on:  # in the middle of its way; it goes on when that is cleared
                        due = monotonic() + self._sheet_s + WATCH_S
                if self._stopping or self._cancelled(job_id):
                    return False
                self._sheets -= 1
                cable.sendall(f"ATTR: job-impressions-completed={sheet}\n".encode() + self._state_line())
        return True

    def _deliver(self, document: Path) -> None:
        target = self._directory / f"{len(self.printed) + 1:03d}-{self.media}.pdf"
        part = target.with_suffix(".part")
        shutil.copyfile(document, part)
        part.replace(target)
        self.printed.append(target)
        self.events.append(f"{strftime('%H:%M:%S')} printed {target.name}")

    def _cancelled(self, job_id: int) -> bool:
        jobs = ipp.ask_jobs(self.uri, "not-completed")
        return all(job.id != job_id or "processing-to-stop-point" in job.reasons for job in jobs)

    def _watch(self) -> None:
        """Drop cancelled jobs that wait for paper, as a real printer does.

        ippeveprinter keeps them for as long as its tray is empty and would print them after the refill; so the tray is
        shown full until the job is gone.
        """
        while not self._stopping:
            with self._changed:
                self._changed.wait(WATCH_S * 2)
                waits = self._sheets == 0 and self._printing is None
            if not waits or self._stopping:
                continue
            with suppress(OSError, Fault):
                stuck = [
                    job for job in ipp.ask_jobs(self.uri, "not-completed") if "processing-to-stop-point" in job.reasons
                ]
                if stuck:
                    with self._telling:
                        self._voice.load_tray(TRAY_SHEETS)
                    self._until_gone(stuck[0].id)
                    self._tell()

    def _until_gone(self, job_id: int) -> None:
        for _ in range(20):
            if all(job.id != job_id for job in ipp.ask_jobs(self.uri, "not-completed")):
                return
            threading.Event().wait(WATCH_S)
