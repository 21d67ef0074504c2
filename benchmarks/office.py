"""A real office in a process of its own, on loopback, with one enrolled kiosk."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType

import requests

from wire.signing import SigningKey

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 60.0
DEVICE = "kiosk-bench"


class RunningOffice:
    """``with RunningOffice(folder, review=False) as office``: serves until the block is left."""

    def __init__(self, folder: Path, *, review: bool) -> None:
        self.data = folder / "office"
        self.key = SigningKey.load_or_create(folder / "device.pem")
        self._review = review
        self._log = folder / "office.log"
        self.address = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> RunningOffice:
        public = self.data.parent / "device.pub"
        public.write_text(self.key.public().pem(), encoding="utf-8")
        _backend("enrol", "--data", str(self.data), "--device", DEVICE, "--public-key", str(public))
        arguments = ["serve", "--data", str(self.data), "--port", "0", *([] if self._review else ["--no-review"])]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                _command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        too_late = threading.Timer(START_LIMIT_S, self._process.kill)
        too_late.start()
        line = self._process.stdout.readline().strip()
        too_late.cancel()
        if not line.startswith("READY "):
            raise RuntimeError(f"the office did not start; see {self._log}")
        self.address = line.removeprefix("READY ")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def public_key_pem(self) -> str:
        return requests.get(f"{self.address}/v1/office-key", timeout=10).text

    @property
    def catalogue_version(self) -> str:
        return str(requests.get(f"{self.address}/healthz", timeout=10).json()["catalogue"])


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "approval_backend", *arguments]


def _backend(*arguments: str) -> None:
    subprocess.run(_command(*arguments), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
