"""The client of the screens' robot: presses, types and looks, over its Unix socket."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPEAT_S = 0.4  # ui/qml/Hall/Tap.qml ignores a second press on the same button within 350 ms
ANSWER_LIMIT_S = 60.0  # a fill through the pinyin keyboard takes seconds on a loaded machine


class RobotFailed(RuntimeError):
    """The robot could not do what a finger was asked to do; says what."""


class Robot:
    """One connection; every call blocks until the screen stands still and the act is done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._buffer = b""
        self._tapped: dict[str, float] = {}

    def connect(self, limit_s: float = 60.0) -> None:
        """Raises RobotFailed when the screens do not listen in time."""
        self.close()
        deadline = time.monotonic() + limit_s
        while True:
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.connect(str(self._path))
            except OSError as error:
                connection.close()
                if time.monotonic() > deadline:
                    raise RobotFailed(f"{self._path}: the screens do not answer: {error.strerror}") from error
                time.sleep(0.05)
                continue
            connection.settimeout(ANSWER_LIMIT_S)
            self._socket, self._buffer = connection, b""
            return

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, cmd: str, **arguments: Any) -> dict[str, Any]:
        """Raises RobotFailed with the robot's own words."""
        if self._socket is None:
            raise RobotFailed("not connected")
        try:
            self._socket.sendall(json.dumps({"cmd": cmd, **arguments}, ensure_ascii=False).encode() + b"\n")
            while b"\n" not in self._buffer:
                data = self._socket.recv(65536)
                if not data:
                    raise RobotFailed(f"{cmd}: the screens went away")
                self._buffer += data
        except OSError as error:
            raise RobotFailed(f"{cmd}: {error}") from error
        line, self._buffer = self._buffer.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        if not answer.get("ok"):
            raise RobotFailed(f"{cmd} {arguments.get('name', '')}: {answer.get('error')}")
        return answer

    def state(self) -> dict[str, Any]:
        return self.ask("state")

    def tap(self, name: str) -> None:
        """Press; the same button not faster than a finger could mean it, for the screens take that for a bounce."""
        time.sleep(max(0.0, self._tapped.get(name, 0.0) + REPEAT_S - time.monotonic()))
        self.ask("tap", name=name)
        self._tapped[name] = time.monotonic()

    def fill(self, name: str, text: str, pinyin: str = "") -> None:
        self.ask("fill", name=name, text=text, pinyin=pinyin)

    def screenshot(self, path: Path) -> None:
        self.ask("screenshot", path=str(path))

    def strings(self) -> list[str]:
        found: list[str] = self.ask("strings")["strings"]
        return found

    def words(self) -> list[str]:
        """What can be read on the screen now."""
        found: list[str] = self.ask("words")["words"]
        return found

    def wait(self, wanted: Callable[[dict[str, Any]], bool], what: str, limit_s: float = 30.0) -> dict[str, Any]:
        """The first state that fits. Raises RobotFailed with the last state seen."""
        deadline = time.monotonic() + limit_s
        while True:
            seen = self.state()
            if wanted(seen):
                return seen
            if time.monotonic() > deadline:
                shown = {
                    k: v for k, v in seen.items() if k not in ("visible", "offers") and v not in (None, "", [], False)
                }
                raise RobotFailed(f"{what}: not seen within {limit_s:.0f} s; the screen shows {shown}")
            time.sleep(0.03)

    def wait_state(self, *states: str, limit_s: float = 30.0) -> dict[str, Any]:
        return self.wait(lambda seen: seen["state"] in states, f"screen {' or '.join(states)}", limit_s)
