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
    audit = commands.add_parser("audit", help="verify an audit log: chain, checkpoints, countersignatures")
    commands.add_parser(
        "bench", help="measure, each beside the bare operation; `bench --help` lists them", add_help=False
    )
    commands.add_parser("rig", help="devices: up, test, soak, record, fuzz, scenario", add_help=False)
    outbox = commands.add_parser("outbox", help="what waits for the office: list, show, retry, export, import")
    store = commands.add_parser("store", help="the kiosk's store: check, backup, restore, rekey")
    commands.add_parser("help", help="this text")

    from kiosk_app.demo import run as demo_run

    demo_run.add_arguments(demo)
    from kiosk_app import outbox_arguments

    outbox_arguments.add_arguments(outbox)
    from kiosk_app import audit_arguments, store_arguments

    audit_arguments.add_arguments(audit)

    store_arguments.add_arguments(store)
    given, rest = parser.parse_known_args(arguments)
    if rest and given.command not in ("test", "bench", "rig"):
        parser.error(f"unknown: {' '.join(rest)}")
    match given.command:
        case "demo":
            return demo_run.run(given)
        case "test":
            from kiosk_app.checks import run_checks

            return run_checks([*given.pytest, *rest])
        case "bench":
            from kiosk_app import bench_command

            return bench_command.run(rest)
        case "rig":
            from kiosk_app import rig_command

            return rig_command.run(rest)
        case "outbox":
            from kiosk_app import outbox_command

            return outbox_command.run(given)
        case "store":
            from kiosk_app import store_command

            return store_command.run(given)
        case "doctor":
            from kiosk_app.doctor import examine

            return examine()
        case "run":
            os.execv(sys.executable, [sys.executable, "-m", "ui", "--config", str(given.config)])
        case "audit":
            from kiosk_app import audit_command

            return audit_command.run(given)
    parser.print_help()
    return 0 if given.command == "help" else 2


if __name__ == "__main__":
    sys.exit(main())
