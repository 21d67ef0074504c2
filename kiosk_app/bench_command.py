"""./kiosk bench: hands over to the benchmarks, which are no part of the appliance."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(arguments: list[str]) -> int:
    """The exit code of the benchmarks; 2 where they are not installed."""
    if not (ROOT / "benchmarks").is_dir():
        print("the benchmarks are not part of this installation; use a checkout of the source", file=sys.stderr)
        return 2
    return subprocess.run([sys.executable, "-m", "benchmarks", *arguments], cwd=ROOT, check=False).returncode
