"""A crash writes nobody to the disk: no core file of a process that forbade them, one of a process that did not."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.offline_cache.traces import files, traces

ROOT = Path(__file__).resolve().parents[2]
CANARY = "金丝雀测试甲"
PATTERN = Path("/proc/sys/kernel/core_pattern")
# The core limit is raised first, so that only what is under test can prevent a core. The canary is put together in
# memory: on the command line or in a source file it would be found elsewhere.
CRASH = """
import ctypes, resource, sys
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
if sys.argv[1] == "forbidding":
    from kiosk_app.core_dumps import forbid_core_dumps
    forbid_core_dumps()
name = "".join(map(chr, map(int, sys.argv[2].split(",")))).encode()
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
ctypes.string_at(0)
"""
BUILD = """
import ctypes, resource, sys
from pathlib import Path
from kiosk_app.app import build
from kiosk_app.settings import Settings
try:
    build(Settings.model_validate({
        "kiosk_id": "kiosk-1", "data": sys.argv[1], "runtime": sys.argv[1], "devices": {},
        "office": {"url": "http://127.0.0.1:9", "public_key": sys.argv[1] + "/missing.pem"},
    }))
except OSError:
    print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def _crash(folder: Path, how: str) -> str:
    """A process with the canary in its memory dies of a segmentation fault in ``folder``; gives what it said before."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, how, ",".join(str(ord(character)) for character in CANARY)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGSEGV, done.stderr
    return done.stdout.strip()


def test_a_crash_of_a_process_that_forbade_cores_leaves_none(tmp_path: Path) -> None:
    assert _crash(tmp_path, "forbidding") == "(0, 0) 0"
    assert list(tmp_path.iterdir()) == []


def test_the_control_a_crash_without_it_does_leave_the_name_in_a_core(tmp_path: Path) -> None:
    pattern = PATTERN.read_text(encoding="utf-8").strip()
    if pattern.startswith(("|", "/")):
        pytest.skip(f"core_pattern is {pattern!r}: this machine's cores do not come to the test's folder")
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("the hard core limit is 0: this user's processes leave no cores")
    _crash(tmp_path, "permitting")
    cores = list(tmp_path.iterdir())
    if not cores:
        pytest.skip("this machine's kernel writes no cores here, although its limit and pattern would allow it")
    assert traces(files(tmp_path), [CANARY])


def test_the_kiosk_forbids_them_before_it_does_anything_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stdout.strip().endswith("(0, 0) 0"), done.stderr
