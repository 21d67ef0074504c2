"""The command line: ./kiosk demo, test, doctor, run, audit."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """The exit code. Each command imports only what it needs, so that `test` and `doctor` work on a broken machine."""
    parser = argparse.ArgumentParser(prog="./kiosk", description="The kiosk that never closes")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    demo = commands.add_parser("demo", help="the main job, end to end, on simulated devices")
    test = commands.add_parser("test", help="lint, types, import direction and tests, as CI runs them")
    test.add_argument("pytest", nargs="*", help="arguments for pytest; with any, only pytest runs")
    commands.add_parser("doctor", help="every part: ready, or what is missing and the remedy")
    run = commands.add_parser("run", help="the kiosk itself, with a settings file")
    run.add_argument("--config", type=Path, required=True)
    audit = commands.add_parser("audit", help="verify the chain of an audit log")
    audit.add_argument("log", type=Path)
    commands.add_parser("help", help="this text")

    from kiosk_app.demo import run as demo_run

    demo_run.add_arguments(demo)
    given, rest = parser.parse_known_args(arguments)
    if rest and given.command != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    match given.command:
        case "demo":
            return demo_run.run(given)
        case "test":
            from kiosk_app.checks import run_checks

            return run_checks([*given.pytest, *rest])
        case "doctor":
            from kiosk_app.doctor import examine

            return examine()
        case "run":
            os.execv(sys.executable, [sys.executable, "-m", "ui", "--config", str(given.config)])
        case "audit":
            from kiosk_app.audit.log import AuditBroken, verify

            try:
                print(f"{given.log}: {verify(given.log)} events, the chain holds")
            except (AuditBroken, OSError) as error:
                print(error, file=sys.stderr)
                return 1
            return 0
    parser.print_help()
    return 0 if given.command == "help" else 2


if __name__ == "__main__":
    sys.exit(main())
