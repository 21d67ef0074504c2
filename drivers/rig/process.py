"""A rig in another process, as a kiosk meets it: its bench.json and its dock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 120.0  # the first time the camera's people are drawn
STOP_LIMIT_S = 20.0
PUSH_LIMIT_S = 30.0  # a print server's restart is waited for


class RigFailed(RuntimeError):
    """The rig did not start, or refused a push; says why."""


class RigProcess:
    """``python -m drivers.rig up`` below ``folder``; a context."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.bench: dict[str, Any] = {}

    def __enter__(self) -> RigProcess:
        self.folder.mkdir(parents=True, exist_ok=True)
        ready = self.folder / "bench.json"
        ready.unlink(missing_ok=True)
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        with (self.folder / "rig.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "drivers.rig", "up", "--dir", str(self.folder)],
                env={**os.environ, "PYTHONPATH": path},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = monotonic() + START_LIMIT_S
        while not ready.exists():
            if self._process.poll() is not None or monotonic() > deadline:
                self.__exit__(None, None, None)
                raise RigFailed(f"the rig did not start; see {self.folder / 'rig.log'}")
            sleep(0.05)
        self.bench = json.loads(ready.read_text("utf-8"))
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def push(self, panel: str, **what: Any) -> Any:
        """A button of the dock. Raises RigFailed with its words."""
        return self._ask(panel, json.dumps(what).encode())

    def get(self, path: str) -> Any:
        """What the dock shows there."""
        return self._ask(path, None)

    def _ask(self, path: str, body: bytes | None) -> Any:
        request = Request(f"{self.bench['dock']}/{path}", body, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=PUSH_LIMIT_S) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise RigFailed(f"{path}: {error.read().decode('utf-8', 'replace')}") from None
