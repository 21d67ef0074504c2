"""./kiosk rig: the bench's commands, and scenarios, which need the whole hall."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from drivers.rig.__main__ import main as rig_main
from drivers.rig.commands import say


def run(arguments: list[str]) -> int:
    """The exit code. ``scenario`` is ours, the rest is the rig's own."""
    if arguments[:1] == ["scenario"]:
        return _scenario(arguments[1:])
    if arguments[:1] in (["-h"], ["--help"], []):
        say("./kiosk rig scenario [FILE …]   play scenario files in a whole hall; without a file all that exist")
    return rig_main(arguments)


def _scenario(arguments: list[str]) -> int:
    from kiosk_app.demo import scenario_files
    from kiosk_app.demo.hall import Hall, raise_on_signals
    from kiosk_app.demo.processes import ProcessFailed
    from kiosk_app.demo.report import Report
    from kiosk_app.demo.scenarios import ScenarioFailed

    parser = argparse.ArgumentParser(prog="./kiosk rig scenario")
    parser.add_argument("file", type=Path, nargs="*", help="without one: all that come with the rig")
    parser.add_argument("--out", type=Path, help="folder for reports and pictures; without it they are thrown away")
    given = parser.parse_args(arguments)
    try:
        scenarios = [(path, scenario_files.read(path)) for path in given.file or scenario_files.shipped()]
    except scenario_files.ScenarioFileError as error:
        say(str(error))
        return 2
    raise_on_signals()
    failed = 0
    for path, scenario in scenarios:
        say(f"▸ {path.stem}: {scenario.title}")
        with tempfile.TemporaryDirectory(prefix="kiosk-scenario-") as folder:
            out = (given.out or Path(folder)) / path.stem
            out.mkdir(parents=True, exist_ok=True)
            report = Report(out / "report.json", path.stem)
            try:
                with Hall(Path(folder) / "hall", lambda _: None, limits=scenario.limits) as hall:
                    scenario_files.play(scenario, hall, report, out)
            except (ScenarioFailed, ProcessFailed) as failure:
                say(f"    ✗ {failure}")
                failed += 1
    say(f"scenarios: {len(scenarios) - failed} of {len(scenarios)} went as written")
    return 1 if failed else 0
