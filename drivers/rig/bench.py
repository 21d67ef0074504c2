"""All simulated devices of one kiosk, started together and stopped together."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from drivers.camera.simulator import CameraSimulator, face_image
from drivers.code_scanner.simulator import CodeScannerSimulator
from drivers.document_camera.simulator import DocumentCameraSimulator
from drivers.fingerprint.simulator import ZfmSimulator
from drivers.id_card.cards import card_for
from drivers.id_card.simulator import IdCardSimulator
from drivers.laser_printer.simulator import PrintStack
from drivers.rig.network import NetworkRelay
from drivers.sensors.simulator import SensorsSimulator
from drivers.thermal_printer.simulator import ThermalPrinterSimulator
from drivers.ups.simulator import UpsSimulator

PEOPLE = Path(__file__).with_name("people.toml")


def people() -> Mapping[str, Mapping[str, str]]:
    """The invented residents."""
    return tomllib.loads(PEOPLE.read_text(encoding="utf-8"))


class Bench:
    """Owns every simulator. ``actions`` maps a panel of the dock to what its buttons do."""

    def __init__(
        self,
        folder: Path,
        backend: tuple[str, int],
        say: Callable[[str], None],
        kiosk_log: Path | None = None,
    ) -> None:
        self.folder = folder
        self.kiosk_log = kiosk_log
        self._say = say
        self._started: list[Callable[[], object]] = []
        self.network = NetworkRelay(backend)
        self._by_id = folder / "by-id"
        self.id_card = IdCardSimulator()
        self.camera = CameraSimulator(clip_cache())
        self.document_camera = DocumentCameraSimulator()
        self.receipts = folder / "receipts"
        self.receipts.mkdir(parents=True, exist_ok=True)
        self.thermal_printer = ThermalPrinterSimulator(self.receipts)
        self.laser_printer = PrintStack(folder / "print")
        self.sensors = SensorsSimulator()
        self.ups = UpsSimulator()
        self.fingerprint = ZfmSimulator()
        self.code_scanner = CodeScannerSimulator()

    def start(self) -> None:
        """Starts all; on a failure what was started is stopped again."""
        self._name_port("id_card", self.id_card.port)
        self._started = [lambda: self.id_card.close(), self.thermal_printer.close, self.sensors.close, self.ups.close]
        self._started += [self.fingerprint.close, self.code_scanner.close]
        try:
            for name, start, stop in (
                ("network relay", self.network.start, self.network.stop),
                ("face camera", self.camera.start, self.camera.stop),
                ("document camera", self.document_camera.start, self.document_camera.stop),
                ("print server and printer", self.laser_printer.start, self.laser_printer.stop),
            ):
                self._say(f"starting: {name}")
                self._started.append(stop)
                start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """May be called twice."""
        while self._started:
            self._started.pop()()

    def describe(self, dock_url: str) -> dict[str, Any]:
        """What a kiosk's settings need, and where paper lands."""
        return {
            "dock": dock_url,
            "network": {"listen": f"http://127.0.0.1:{self.network.port}"},
            "devices": {
                "id_card": {"driver": "sam_serial", "port": str(self._by_id / "id_card")},
                "camera": {"driver": "uvc", "port": self.camera.port},
                "document_camera": {"driver": "uvc", "port": self.document_camera.port},
                "thermal_printer": {
                    "driver": "escpos",
                    "port": self.thermal_printer.port,
                    "model": self.thermal_printer.model.code,
                },
                "laser_printer": {
                    "driver": "cups",
                    "port": self.laser_printer.port,
                    "server": self.laser_printer.server,
                },
                "sensors": {"driver": "serial_board", "port": self.sensors.port},
                "ups": {"driver": "nut", "port": self.ups.port},
                "fingerprint": {"driver": "zfm", "port": self.fingerprint.port},
                "code_scanner": {"driver": "serial_line", "port": self.code_scanner.port},
            },
            "paper": {"receipts": str(self.receipts), "licences": str(self.laser_printer.licences)},
        }

    def write(self, path: Path, dock_url: str) -> None:
        """bench.json, whole or not at all."""
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self.describe(dock_url), indent=2) + "\n", encoding="utf-8")
        fresh.replace(path)

    def replug_reader(self) -> None:
        """Pull the card reader's cable and plug it in again: no card on it, another tty, the same by-id name."""
        self.id_card.close()
        self.id_card = IdCardSimulator()
        self._name_port("id_card", self.id_card.port)

    def _name_port(self, device: str, path: str) -> None:
        """A lasting name for a tty, as udev gives."""
        self._by_id.mkdir(parents=True, exist_ok=True)
        fresh = self._by_id / f"{device}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(path)
        fresh.replace(self._by_id / device)

    def put_card(self, person: str) -> None:
        """Raises KeyError for somebody whom people.toml does not know."""
        entry = people()[person]
        self.id_card.put(card_for(entry, face_image(entry["face"]), person))


def clip_cache() -> Path:
    """Where the camera's rendered clips are kept between runs: they take seconds to draw and hold no secrets."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kiosk-rig"
