"""./kiosk bench: each benchmark in a process of its own, so that none inherits another's memory or caches."""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".kiosk" / "benchmarks"


@dataclass(frozen=True)
class Benchmark:
    """``quick`` are its arguments when nobody named it; None: only when named, because it takes minutes."""

    about: str
    quick: tuple[str, ...] | None = ()
    full: tuple[str, ...] = ()


BENCHMARKS = {
    "drain": Benchmark(
        "queued applications with materials to a real office, beside a bare keep-alive loop",
        quick=("--items", "1000"),
        full=("--items", "10000"),
    ),
    "seals": Benchmark("durable seals, beside bare SQLCipher commits", full=("--rounds", "20")),
    "licence_pdf": Benchmark("one licence to PDF, beside a bare page"),
    "faces": Benchmark("one frame of a face attempt, beside bare detection"),
    "first_screen": Benchmark("start to first screen, beside a bare QML window"),
    "submit_to_printer": Benchmark("submit to the job at the printer, on simulated devices", quick=None),
}


def main() -> int:
    """0 when every benchmark ran: a figure beyond its budget is a figure, not a failure."""
    parser = argparse.ArgumentParser(
        prog="./kiosk bench",
        description="Measure, each beside the bare operation of the same run. Without a name: the quick ones, short.",
        epilog="\n".join(f"  {name:18} {each.about}" for name, each in BENCHMARKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help="run in full; see below")
    parser.add_argument("--out", type=Path, default=OUT, help=f"JSON and plots go here (default: {OUT})")
    options = parser.parse_args()
    failed = []
    chosen = options.names or [name for name, each in BENCHMARKS.items() if each.quick is not None]
    for name in chosen:
        arguments = BENCHMARKS[name].full if options.names else BENCHMARKS[name].quick or ()
        print(f"▸ {name} {' '.join(arguments)}".rstrip(), flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *arguments, "--out", str(options.out)]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
            print(f"✗ {name} did not run to its end", flush=True)
    print(f"JSON and plots: {options.out}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
