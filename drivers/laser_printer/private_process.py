"""Child processes of the bench that cannot outlive it, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1  # linux/prctl.h
TERM_GRACE_S = 3.0  # cupsd ends its backends first; measured well under 1 s

_LIBC = ctypes.CDLL(None, use_errno=True)


class PrivateProcess:
    """One child in a process group of its own. Start it from a thread that lives as long as the bench: the kernel's
    parent-death signal is bound to the starting thread, not to the process (prctl(2))."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        parent = os.getpid()

        def die_with_parent() -> None:
            _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # died between fork and prctl
                os._exit(1)

        with log.open("ab") as output:
            self._process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                pass_fds=pass_fds,
                preexec_fn=die_with_parent,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    def gone(self) -> None:
        """Wait for a child that was killed; its own children live on."""
        self._process.wait(TERM_GRACE_S)

    def stop(self) -> None:
        """SIGTERM to the child, after the grace SIGKILL to its whole group; may be called twice."""
        if self.running():
            self._process.terminate()
            try:
                self._process.wait(TERM_GRACE_S)
            except subprocess.TimeoutExpired:
                self._kill_group()
                self._process.wait()
        self._kill_group()

    def _kill_group(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
