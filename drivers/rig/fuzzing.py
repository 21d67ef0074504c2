"""`./kiosk rig fuzz`: every parser of every driver in a child process, half guided by coverage, half mutated."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[2]
CHILD_LIMIT_S = 1800.0  # for a child in all; one input's own limit is fuzz_target.INPUT_LIMIT_S
ENGINES = ("atheris", "mutation")


@dataclass(frozen=True)
class Run:
    """What one engine did to one target. ``failure`` is "", "crash", "hang" or "died" (ended without a word)."""

    target: str
    engine: str
    seed: int
    inputs: int
    seconds: float
    failure: str = ""
    reason: str = ""
    input: str = ""  # hexadecimal


def modules() -> list[str]:
    """The fuzz modules of the drivers' tests; empty where the tests are not installed."""
    found = sorted((ROOT / "tests" / "drivers").glob("*/fuzz.py"))
    return [f"tests.drivers.{path.parent.name}.fuzz" for path in found]


def engines() -> tuple[str, ...]:
    """Without atheris all inputs are mutations."""
    return ENGINES if importlib.util.find_spec("atheris") else ENGINES[1:]


def fuzz(
    inputs: int, seed: int, say: Callable[[str], None], names: list[str] | None = None, at_once: int | None = None
) -> list[Run]:
    """At least ``inputs`` in all, shared evenly by targets and engines. Raises KeyError for an unknown name."""
    targets = [(module, name) for module in modules() for name in import_module(module).TARGETS]
    if names:
        unknown = set(names) - {name for _, name in targets}
        if unknown:
            raise KeyError(f"{', '.join(sorted(unknown))}: none of {', '.join(name for _, name in targets)}")
        targets = [(module, name) for module, name in targets if name in names]
    work = [(module, name, engine) for module, name in targets for engine in engines()]
    if not work:
        return []
    share = -(-inputs // len(work))
    runs: list[Run] = []
    with ThreadPoolExecutor(at_once or os.cpu_count() or 1) as pool:
        for run in pool.map(lambda one: fuzz_one(one[0], one[1], one[2], share, seed), work):
            runs.append(run)
            found = f"  {run.failure.upper()}: {run.reason}" if run.failure else ""
            say(f"{run.target:40} {run.engine:9} {run.inputs:>9,} inputs {run.seconds:7.1f} s  seed {run.seed}{found}")
    return runs


def fuzz_one(module: str, name: str, engine: str, inputs: int, seed: int, limit_s: float | None = None) -> Run:
    """One target by one engine, in a child process."""
    command = [sys.executable, "-m", "drivers.rig.fuzz_target", module, name]
    command += ["--engine", engine, "--inputs", str(inputs), "--seed", str(seed)]
    if limit_s is not None:
        command += ["--limit-s", str(limit_s)]
    begun = monotonic()
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, capture_output=True, timeout=CHILD_LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return Run(name, engine, seed, 0, CHILD_LIMIT_S, "hang", f"no end after {CHILD_LIMIT_S:.0f} s")
    seconds = round(monotonic() - begun, 2)
    told = list(_answers(done.stdout.decode("utf-8", "replace")))
    failed = next((answer for answer in told if "failure" in answer), None)
    if failed is not None:
        said = {key: str(failed[key]) for key in ("failure", "reason", "input")}
        return Run(name, engine, seed, int(str(failed["inputs"])), seconds, **said)
    if done.returncode or not told:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        kind = "hang" if any("libFuzzer: timeout" in line for line in words) else "died"
        return Run(name, engine, seed, 0, seconds, kind, f"exit {done.returncode}: {words[-1] if words else ''}")
    return Run(name, engine, seed, int(str(told[-1]["inputs"])), seconds)


def _answers(output: str) -> Iterator[dict[str, object]]:
    for line in output.splitlines():
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        if isinstance(answer, dict) and "inputs" in answer:
            yield answer


def summary(runs: list[Run]) -> str:
    """One line: how much, and what was found."""
    total, failures = sum(run.inputs for run in runs), [run for run in runs if run.failure]
    targets, kinds = len({run.target for run in runs}), sorted({run.engine for run in runs})
    seeds = ", ".join(sorted({str(run.seed) for run in runs}))
    verdict = f"{len(failures)} failures" if failures else "no crash, no hang, only named faults"
    return f"fuzz: {total:,} inputs to {targets} parsers by {' and '.join(kinds)}, seed {seeds}: {verdict}"


def write(runs: list[Run], path: Path) -> None:
    """The report, with the input of every failure."""
    path.write_text(json.dumps([asdict(run) for run in runs], indent=2) + "\n", encoding="utf-8")
