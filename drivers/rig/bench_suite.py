"""`./kiosk rig test`: the conformance suite on a bench, then each fault of the book provoked, then the counts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

from drivers.device import Fault
from drivers.faults import book
from drivers.registry import DeviceConfig, DeviceConfigError
from drivers.rig.bench_plan import Place
from drivers.rig.conformance import HANDS_S, CaseFailed, CaseSkipped, Subject, cases_of
from drivers.rig.process import ROOT, RigProcess

FAULTS_LIMIT_S = 900.0  # all of them take about two minutes on a free machine
PROVOKED = re.compile(r"test_the_fault_is_provoked\[(\w+)\]")

Verdict = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Result:
    """One case on one device; ``why`` says why it failed or was skipped."""

    device: str
    case: str
    verdict: Verdict
    why: str = ""


def conformance(places: list[Place], say: Callable[[str], None], hands_s: float = HANDS_S) -> list[Result]:
    """Every case on every place; the rig is only started when a simulator is needed. Raises RigFailed."""
    simulated = [place.device for place in places if place.config is None and not place.absent]
    if not simulated:
        return _all(places, None, say, hands_s)
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder, RigProcess(Path(folder)) as rig:
        rig.push("camera", face="holder")
        return _all(places, rig, say, hands_s)


def _all(places: list[Place], rig: RigProcess | None, say: Callable[[str], None], hands_s: float) -> list[Result]:
    results: list[Result] = []
    for place in places:
        subject = _subject(place, rig, hands_s, say)
        if isinstance(subject, str):
            results.append(Result(place.device, "all", "skipped", subject))
            say(f"  – {place.device}: skipped: {subject}")
            continue
        kind = "simulated" if subject.push else "real"
        say(f"{place.device}: {kind}, {subject.config.driver} on {subject.config.port}")
        for case in cases_of(place.device):
            result = _one(subject, case)
            results.append(result)
            mark = {"passed": "✓", "failed": "✗", "skipped": "–"}[result.verdict]
            say(f"  {mark} {result.case.replace('_', ' ')}{': ' + result.why if result.why else ''}")
    return results


def _subject(place: Place, rig: RigProcess | None, hands_s: float, say: Callable[[str], None]) -> Subject | str:
    if place.absent:
        return f"absent: {place.absent}"
    if place.config is not None:
        return Subject(place.device, place.config, None, hands_s, say)
    described: dict[str, Any] = rig.bench["devices"] if rig is not None else {}
    if rig is None or place.device not in described:
        return "the rig keeps no simulator of it running; its faults are provoked with one of its own"
    return Subject(place.device, DeviceConfig.model_validate(described[place.device]), rig.push, hands_s, say)


def _one(subject: Subject, case: Callable[[Subject], None]) -> Result:
    name = case.__name__
    try:
        case(subject)
    except CaseSkipped as skipped:
        return Result(subject.device, name, "skipped", str(skipped))
    except (CaseFailed, DeviceConfigError) as failed:
        return Result(subject.device, name, "failed", str(failed))
    except Fault as fault:
        unknown = "" if fault.code in book() else " (not in the book)"
        return Result(subject.device, name, "failed", f"{fault.code}{unknown}")
    except Exception as mistake:  # noqa: BLE001 - a driver raises only Fault: anything else is a finding, not an end
        return Result(subject.device, name, "failed", f"{type(mistake).__name__}, not a Fault")
    return Result(subject.device, name, "passed")


def faults(devices: Iterable[str], say: Callable[[str], None]) -> dict[str, set[str]]:
    """By device the codes that were provoked, by the drivers' own tests; empty where those are not installed."""
    paths = [ROOT / "tests" / "drivers" / device / "test_every_fault.py" for device in devices]
    found = [str(path) for path in paths if path.is_file()]
    if not found:
        return {}
    with tempfile.TemporaryDirectory(prefix="kiosk-faults-") as folder:
        report = Path(folder) / "faults.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *found]
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        try:
            done = subprocess.run(
                command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, capture_output=True, timeout=FAULTS_LIMIT_S
            )
        except subprocess.TimeoutExpired:
            say(f"the faults were not all provoked within {FAULTS_LIMIT_S:.0f} s")
            return {}
        if done.returncode:
            say(done.stdout.decode("utf-8", "replace")[-3000:])
        return provoked_in(report) if report.exists() else {}


def provoked_in(report: Path) -> dict[str, set[str]]:
    """The codes of the passed cases of a pytest report in JUnit's format, by device."""
    provoked: dict[str, set[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        match = PROVOKED.fullmatch(case.get("name", ""))
        passed = not any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))
        if match and passed:
            device = case.get("classname", "").split(".")[-2]
            provoked.setdefault(device, set()).add(f"{device}.{match[1]}")
    return provoked


def summary(results: list[Result], provoked: dict[str, set[str]] | None, devices: Iterable[str]) -> tuple[str, bool]:
    """The closing words, and whether all is well. ``provoked`` is None when nobody asked for the faults."""
    counts = Counter(result.verdict for result in results)
    tested = {result.device for result in results if result.verdict == "passed"}
    words = [
        f"rig test: {len(tested)} devices, {counts['passed']} conformance cases passed, "
        f"{counts['failed']} failed, {counts['skipped']} skipped"
    ]
    well = not counts["failed"]
    if provoked is not None:
        wanted = {code for code in book() if code.partition(".")[0] in set(devices)}
        done = set().union(*provoked.values()) & wanted if provoked else set()
        share = 100 * len(done) // len(wanted) if wanted else 0  # 100 % is said of all of them only
        words.append(f"faults provoked: {len(done)} of {len(wanted)} in the book ({share} %)")
        if missed := sorted(wanted - done):
            words.append(f"not provoked: {', '.join(missed)}")
        well = well and not missed
    return "\n".join(words), well
