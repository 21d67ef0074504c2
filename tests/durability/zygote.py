"""A process that has imported everything and forks itself on demand: a new kiosk to kill costs milliseconds.

Run as ``python -m tests.durability.zygote FD``; FD is one end of a socket pair that carries one message a packet.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 60.0  # for anything that is waited for; reached only when it never comes
READY = "ready"
DONE = "done"


@dataclass
class Life:
    """How one child ended, and all lines that it wrote before."""

    lines: list[str] = field(default_factory=list)
    killed: bool = False
    length_s: float = 0.0  # from its readiness to its end

    def told(self, word: str) -> list[str]:
        """What stands behind this word, line by line."""
        return [line.split(" ", 1)[1] for line in self.lines if line.startswith(f"{word} ")]

    @property
    def killed_at_work(self) -> bool:
        return self.killed and DONE not in self.lines

    @property
    def killed_inside_a_call(self) -> bool:
        return self.killed_at_work and bool(self.lines) and self.lines[-1].startswith(("begin ", "step "))


class Zygote:
    """The parent's side. Use as a context."""

    def __enter__(self) -> Zygote:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(LIMIT_S)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.zygote", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        theirs.close()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()
        self._process.wait(LIMIT_S)

    def life(self, name: str, kill_after_s: float | None, **job: Any) -> Life:
        """A child that lives ``lives.<name>`` and is killed so many seconds after it is ready (None: not at all)."""
        reading, writing = os.pipe()
        socket.send_fds(self._socket, [json.dumps({"life": name} | job).encode()], [writing])
        os.close(writing)
        pid = int(self._socket.recv(100))
        with os.fdopen(reading) as lines:
            life = Life([lines.readline().strip()])
            began = time.monotonic()
            if kill_after_s is not None:
                time.sleep(kill_after_s)  # the random moment that this is about
                os.kill(pid, signal.SIGKILL)  # not yet waited for, so the number is still this child's
            life.lines += [line.strip() for line in lines]  # until the child's end closes the pipe
            life.length_s = time.monotonic() - began
        self._socket.send(json.dumps({"reap": pid}).encode())
        status = int(self._socket.recv(100))
        life.killed = os.WIFSIGNALED(status)
        assert life.killed or status == 0, f"{name} ended by itself with {status}, see stderr"
        return life


def _serve(descriptor: int) -> None:
    from tests.durability import lives

    with socket.socket(fileno=descriptor) as commands:
        while True:
            message, descriptors, _, _ = socket.recv_fds(commands, 65536, 1)
            if not message:
                return
            job = json.loads(message)
            if "reap" in job:
                commands.send(str(os.waitpid(job["reap"], 0)[1]).encode())
                continue
            pid = os.fork()
            if pid == 0:
                commands.close()
                _live(lives.LIVES[job["life"]], job, descriptors[0])
            os.close(descriptors[0])
            commands.send(str(pid).encode())


def _live(life: Any, job: dict[str, Any], pipe: int) -> None:
    def tell(line: str) -> None:
        os.write(pipe, f"{line}\n".encode())  # shorter than PIPE_BUF: whole or not at all

    try:
        tell(READY)
        life(job, tell)
        tell(DONE)
    except BaseException:  # noqa: BLE001 - the end of this process, and its evidence
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
