"""./kiosk test: lint, types, import direction, tests; each named, with its time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_SCRIPTS = Path(sys.executable).parent
THOROUGH = "--thorough"

_CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint (ruff)", (str(_SCRIPTS / "ruff"), "check", ".")),
    ("format (ruff)", (str(_SCRIPTS / "ruff"), "format", "--check", ".")),
    ("import direction (import-linter)", (str(_SCRIPTS / "lint-imports"),)),
    ("types (mypy --strict)", (str(_SCRIPTS / "mypy"),)),
)

# Most tests wait for a device, a process or a clock, so several files run side by side, each file in one process
# (its fixtures are shared). Some stand alone, because how long something takes is part of what they look at: whole
# journeys, faces that move in real time, services that are killed and must be back in time.
_ALONE = "journey or restart or alone"
_TESTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tests (pytest)", ("-m", f"not ({_ALONE})", "-n", str(max(3, os.cpu_count() or 1)), "--dist", "loadfile")),
    ("tests that stand alone (pytest)", ("-m", _ALONE)),
)


def run_checks(pytest_arguments: list[str]) -> int:
    """All checks, then the tests; with arguments only pytest with them. The first exit code that is not 0, or 0.

    ``--thorough`` among them runs the long counts (kill loops, power cuts, fuzzing) in full.
    """
    if THOROUGH in pytest_arguments:
        pytest_arguments = [argument for argument in pytest_arguments if argument != THOROUGH]
        os.environ["KIOSK_THOROUGH"] = "1"
    worst = 0
    if not pytest_arguments:
        for name, command in _CHECKS:
            worst = _run(name, command) or worst
        for name, arguments in _TESTS:
            worst = _run(name, (sys.executable, "-m", "pytest", *arguments)) or worst
        return worst
    return _run("tests (pytest)", (sys.executable, "-m", "pytest", *pytest_arguments))


def _run(name: str, command: tuple[str, ...]) -> int:
    print(f"▸ {name}", flush=True)
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"{'✓' if code == 0 else '✗'} {name}: {time.monotonic() - began:.0f} s", flush=True)
    return code
