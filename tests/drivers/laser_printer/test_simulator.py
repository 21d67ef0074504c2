"""The private printing stack leaves the machine as found."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from drivers.laser_printer.simulator import PrintStack

UP = """
import sys, time
from pathlib import Path
from drivers.laser_printer.simulator import PrintStack
stack = PrintStack(Path(sys.argv[1]))
stack.start()
print(*stack.pids, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    """Running, and not only waiting to be reaped by an init that is slow."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_survives_the_death_of_its_owner(
    running_stack: PrintStack, tmp_path: Path, how: signal.Signals
) -> None:
    owner = subprocess.Popen([sys.executable, "-c", UP, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pids = [int(word) for word in owner.stdout.readline().split()]
    assert len(pids) == 4
    assert all(alive(pid) for pid in pids)
    os.kill(owner.pid, how)
    owner.wait()
    deadline = monotonic() + 10
    while any(alive(pid) for pid in pids):
        assert monotonic() < deadline, "a process of the printing stack outlived its owner"
        sleep(0.05)


def test_stop_leaves_only_what_was_printed(running_stack: PrintStack, tmp_path: Path) -> None:
    stack = PrintStack(tmp_path)
    stack.start()
    pids = stack.pids
    stack.stop()
    stack.stop()
    assert [path.name for path in tmp_path.iterdir()] == ["licences"]
    assert not any(alive(pid) for pid in pids)


def test_a_folder_with_a_long_name_works_too(running_stack: PrintStack, tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)
    stack = PrintStack(deep)
    stack.start()
    stack.stop()
    assert [path.name for path in deep.iterdir()] == ["licences"]


@pytest.mark.parametrize(("action", "media"), [("explode", None), ("jam", "iso_a0_841x1189mm")])
def test_what_it_does_not_know_is_refused_by_name(running_stack: PrintStack, action: str, media: str | None) -> None:
    with pytest.raises(ValueError, match="is none of"):
        running_stack.act(action, media)
