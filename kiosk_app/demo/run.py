"""./kiosk demo: the hall in a window, or a scripted resident off screen."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from kiosk_app.demo.hall import Hall, raise_on_signals
from kiosk_app.demo.processes import ProcessFailed
from kiosk_app.demo.report import Report
from kiosk_app.demo.robot import RobotFailed
from kiosk_app.demo.scenarios import SCENARIOS, ScenarioFailed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scripted", action="store_true", help="off screen, with a scripted resident")
    parser.add_argument("--out", type=Path, help="folder for screenshots, licence, receipt and report.json")
    parser.add_argument("--scenario", choices=[*SCENARIOS, "all"], default="granted")
    parser.add_argument("--pace", type=float, default=0.0, help="1 = a person's pace, 0 = no pauses (default)")
    parser.add_argument("--vnc", type=int, metavar="PORT", help="show the kiosk by VNC on this port of loopback")
    parser.add_argument("--keep", action="store_true", help="keep the run's folder with stores and logs")


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 0 when every scenario showed what it must."""
    raise_on_signals()
    screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    try:
        if arguments.scripted or not (screen or arguments.vnc):
            if not arguments.scripted:
                print("▸ no screen here: a scripted resident goes through the hall off screen", flush=True)
            names = list(SCENARIOS) if arguments.scenario == "all" else [arguments.scenario]
            out = arguments.out or Path("out") / "demo"
            return max(
                play(name, out / name if len(names) > 1 else out, arguments.pace, arguments.keep) for name in names
            )
        return show(arguments)
    except KeyboardInterrupt:
        print("\n▸ stopped; everything that was started has been ended", flush=True)
        return 130


def play(name: str, out: Path, pace: float, keep: bool = False) -> int:
    """One scenario in a hall of its own; names what it made."""
    scenario = SCENARIOS[name]
    out = out.resolve()
    if out.exists():
        for old in (*out.glob("*.png"), *out.glob("*.pdf"), out / "report.json"):
            old.unlink(missing_ok=True)
    out.mkdir(parents=True, exist_ok=True)
    report = Report(out / "report.json", name)
    folder = Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    began = time.monotonic()
    print(f"▸ scenario {name}: {scenario.title}", flush=True)
    try:
        with Hall(folder, lambda text: print(text, flush=True), limits=scenario.limits) as hall:
            report.figures["hall_ready_ms"] = round((time.monotonic() - began) * 1000)
            print(f"▸ the hall stands; dock: {hall.bench['dock']}", flush=True)
            try:
                scenario.play(hall, report, out, pace)
            except (ScenarioFailed, RobotFailed, ProcessFailed, TimeoutError):
                _keep_logs(folder, out)
                raise
    except (ScenarioFailed, RobotFailed, ProcessFailed, TimeoutError) as error:
        if report.outcome == "unfinished":
            report.outcome = f"failed: {error}"
        report.write()
        print(f"✗ {name}: {error}\n  logs: {out / 'log'}", file=sys.stderr, flush=True)
        return 1
    finally:
        if keep:
            print(f"▸ kept: {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    report.write()
    _name_results(report, out)
    return 0


def _keep_logs(folder: Path, out: Path) -> None:
    shutil.copytree(folder / "log", out / "log", dirs_exist_ok=True)
    log = folder / "kiosk" / "data" / "log"
    if log.exists():
        shutil.copytree(log, out / "log" / "kiosk", dirs_exist_ok=True)


def _name_results(report: Report, out: Path) -> None:
    total_system = sum(stage.system_ms for stage in report.stages) / 1000
    print(f"✓ {report.scenario}: {report.outcome}; the machine took {total_system:.1f} s in all", flush=True)
    if "submit_to_job_at_printer_ms" in report.figures:
        figures = report.figures
        print(
            f"  Submit to job at the printer: {figures['submit_to_job_at_printer_ms']} ms,"
            f" of which reading the document {figures['of_which_ocr_ms']} ms",
            flush=True,
        )
    for kind, pattern in (("screens", "*.png"), ("licence", "licence-*.pdf"), ("receipt", "receipt.png")):
        found = sorted(out.glob(pattern))
        if found:
            shown = f"{len(found)} × {out / pattern}" if kind == "screens" else "  ".join(map(str, found))
            print(f"  {kind}: {shown}", flush=True)
    print(f"  report: {report.path}", flush=True)


def show(arguments: argparse.Namespace) -> int:
    """The hall in a window, or on VNC, until Ctrl-C or the window is closed."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
    try:
        with Hall(
            folder, lambda text: print(text, flush=True), platform="", vnc_port=arguments.vnc or 0, robot=False
        ) as hall:
            print(
                f"▸ the hall stands. Open the dock in a browser and lay a card on the reader: {hall.bench['dock']}",
                flush=True,
            )
            if arguments.vnc:
                print(f"▸ the kiosk's screen: VNC on 127.0.0.1:{arguments.vnc}", flush=True)
            print("▸ Ctrl-C ends everything", flush=True)
            assert hall.kiosk is not None
            while hall.kiosk.running():
                time.sleep(0.5)
            return 0
    except ProcessFailed as error:
        print(f"✗ {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
