"""Child processes of the demo: each with its log file, none of them outliving us."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PR_SET_PDEATHSIG = 1  # linux/prctl.h
TERM_GRACE_S = 8.0  # the rig stops a cupsd, a printer and a D-Bus in it


class ProcessFailed(RuntimeError):
    """A child ended or did not get ready; names it, and where its log stands."""


class Child:
    """One process, started in a session of its own, that gets SIGTERM when we die, however we die."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        *,
        program: str = sys.executable,
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._output = log.open("ab")
        self._process = subprocess.Popen(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "PYTHONUNBUFFERED": "1",
                "TZ": "Asia/Shanghai",
                **(environment or {}),
            },
            preexec_fn=_end_with_parent,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    def wait_for(self, path: Path, limit_s: float) -> None:
        """Until the file exists. Raises ProcessFailed when the child ends first, or after ``limit_s``."""
        deadline = time.monotonic() + limit_s
        while not path.exists():
            self.check()
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{self.name}: not ready after {limit_s:.0f} s; see {self.log}")
            time.sleep(0.05)

    def check(self) -> None:
        """Raises ProcessFailed if it has ended."""
        if not self.running():
            raise ProcessFailed(
                f"{self.name} ended with code {self._process.returncode}; see {self.log}\n{self.tail()}"
            )

    def tail(self, lines: int = 15) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """SIGTERM, then SIGKILL after the grace; may be called twice."""
        if self.running():
            self._process.terminate()
            try:
                self._process.wait(TERM_GRACE_S)
            except subprocess.TimeoutExpired:
                self.kill()
        with contextlib.suppress(OSError):
            self._output.close()


def _end_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_listening(child: Child, port: int, limit_s: float) -> None:
    """Raises ProcessFailed when the child ends or nothing listens within ``limit_s``."""
    deadline = time.monotonic() + limit_s
    while True:
        child.check()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return
        if time.monotonic() > deadline:
            raise ProcessFailed(f"{child.name}: nothing listens on port {port} after {limit_s:.0f} s; see {child.log}")
        time.sleep(0.05)
