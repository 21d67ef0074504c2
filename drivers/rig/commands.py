"""The rig's commands: test, soak, record, replay, fuzz; each gives an exit code."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import structlog


def say(text: str) -> None:
    """A line for the person at the terminal, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """All but ``up``, which is the process itself."""
    test = commands.add_parser("test", help="the conformance suite, on simulated and real devices; each fault provoked")
    test.add_argument("--bench", type=Path, help="bench.toml: which devices are real or absent")
    test.add_argument("--device", action="append", metavar="NAME", help="only this device; may be repeated")
    test.add_argument("--hands", type=float, default=30.0, metavar="S", help="wait so long for a person; 0: nobody")
    test.add_argument("--no-faults", action="store_true", help="conformance only")
    test.set_defaults(run=run_test)
    soak = commands.add_parser("soak", help="days of a hall's work in minutes: cards, prints, restarts, replugs")
    soak.add_argument("--hours", type=float, default=72.0, help="of the hall")
    soak.add_argument("--speed", type=float, default=300.0, help="at most so many times as fast as the clock")
    soak.add_argument("--card-every", type=float, default=5.0, metavar="S", help="seconds of the hall between cards")
    soak.add_argument("--out", type=Path, required=True, help="folder for soak.json, soak.csv, soak.png")
    soak.set_defaults(run=run_soak)
    record = commands.add_parser("record", help="keep a real device's bytes, both ways, while a driver uses it")
    record.add_argument("device", help="the device's name, e.g. id_card")
    record.add_argument("--port", required=True, help="the serial port of the real device")
    record.add_argument("--baud", type=int, default=115200)
    record.add_argument("--out", type=Path, required=True, help="file for the recording")
    record.set_defaults(run=run_record)
    replay = commands.add_parser("replay", help="play a recording back as a device on a serial port")
    replay.add_argument("recording", type=Path)
    replay.set_defaults(run=run_replay)
    fuzz = commands.add_parser("fuzz", help="random and coverage-guided bytes to every parser of every driver")
    fuzz.add_argument("--inputs", type=int, default=1_000_000, help="in all")
    fuzz.add_argument("--seed", type=int, default=1)
    fuzz.add_argument("--target", action="append", metavar="NAME", help="only this parser; may be repeated")
    fuzz.add_argument("--out", type=Path, help="file for the report, with the input of every failure")
    fuzz.set_defaults(run=run_fuzz)


def run_test(given: argparse.Namespace) -> int:
    """0 when nothing failed and every fault of the book was provoked."""
    from drivers.rig import bench_plan, bench_suite
    from drivers.rig.process import RigFailed

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        places = bench_plan.read(given.bench)
    except bench_plan.BenchPlanError as error:
        say(str(error))
        return 2
    names = [place.device for place in places]
    if given.device:
        unknown = sorted(set(given.device) - set(names))
        if unknown:
            say(f"--device: {unknown[0]!r} is none of {', '.join(names)}")
            return 2
        places = [place for place in places if place.device in given.device]
        names = [place.device for place in places]
    try:
        results = bench_suite.conformance(places, say, given.hands)
    except RigFailed as failed:
        say(str(failed))
        return 1
    provoked = None
    if not given.no_faults:
        say("provoking every fault of the book …")
        provoked = bench_suite.faults(names, say)
    words, well = bench_suite.summary(results, provoked, names)
    say(words)
    return 0 if well else 1


def run_soak(given: argparse.Namespace) -> int:
    """0 when everything held."""
    from drivers.rig import soak_report
    from drivers.rig.process import RigFailed, RigProcess
    from drivers.rig.soak import Soak

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    begun = monotonic()
    given.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-soak-")))
        try:
            rig = stack.enter_context(RigProcess(folder))
        except RigFailed as failed:
            say(str(failed))
            return 1
        soak = Soak(rig, given.hours, given.speed, say, given.card_every)
        soak.run()
        receipts = rig.get("receipts")
        printed = Path(rig.bench["paper"]["licences"]).glob("*.pdf")
        licences = [path.read_bytes().decode("ascii", "replace") for path in printed]
    findings = soak_report.judge(soak.tally, soak.samples, receipts, licences)
    seconds = monotonic() - begun
    for finding in findings:
        say(f"{'✓' if finding.holds else '✗'} {finding.fact}")
    done = soak.tally
    say(
        f"soak: {given.hours:g} h in {seconds:.0f} s: {done.cards} cards, {len(done.receipts)} receipts, "
        f"{len(done.licences)} licences, {done.restarts} restarts, {done.replugs} replugs in mid-read, "
        f"{done.spooler_restarts} restarts of the print server"
    )
    written = soak_report.write(given.out, given.hours, seconds, done, soak.samples, findings)
    say(f"report: {'  '.join(map(str, written))}")
    if len(written) < soak_report.WITH_PLOT:
        say("no plot: matplotlib is not installed; soak.csv holds the figures")
    return 0 if all(finding.holds for finding in findings) else 1


def run_record(given: argparse.Namespace) -> int:
    """Until Ctrl-C or SIGTERM; 0 when the device stayed."""
    from drivers.device import Fault
    from drivers.quality import devices
    from drivers.rig.recording import Tap

    if given.device not in devices():
        say(f"{given.device!r} is none of {', '.join(devices())}")
        return 2
    try:
        tap = Tap(given.port, given.baud, given.out)
    except (Fault, OSError) as error:
        say(f"{given.port}: {error}")
        return 1
    say(f"! {given.out} will hold everything that the device says, cards' personal data included: use specimens only.")
    say(f"READY devices.{given.device}.port = {tap.port}")
    try:
        _until_signal(lambda: not tap.failure)
    finally:
        tap.close()
    say(f"{tap.chunks} chunks in {given.out}{': ' + tap.failure if tap.failure else ''}")
    return 1 if tap.failure else 0


def run_replay(given: argparse.Namespace) -> int:
    """Until Ctrl-C or SIGTERM; 0 when everything that was asked is in the recording."""
    from drivers.rig import recording

    try:
        replay = recording.Replay(recording.read(given.recording), say)
    except recording.RecordingError as error:
        say(str(error))
        return 2
    say(f"READY {replay.port}")
    try:
        _until_signal(lambda: True)
    finally:
        replay.close()
    say(f"{replay.answered} questions answered, {replay.unknown} never asked in the recording")
    return 1 if replay.unknown else 0


def _until_signal(goes_on: Callable[[], bool]) -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    while goes_on() and not ended.wait(0.2):
        pass


def run_fuzz(given: argparse.Namespace) -> int:
    """0 when nothing was found."""
    from drivers.rig import fuzzing

    if "atheris" not in fuzzing.engines():
        say("atheris is not installed: all inputs are mutations of the vectors")
    try:
        runs = fuzzing.fuzz(given.inputs, given.seed, say, given.target)
    except KeyError as unknown:
        say(f"--target: {unknown.args[0]}")
        return 2
    if not runs:
        say("the drivers' tests are not part of this installation; use a checkout of the source")
        return 2
    say(fuzzing.summary(runs))
    if given.out:
        fuzzing.write(runs, given.out)
    return 1 if any(run.failure for run in runs) else 0
