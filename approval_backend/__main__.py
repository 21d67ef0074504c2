"""Command line of the office: serve, enrol, export-key, catalogue check."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from approval_backend.catalogue.check import check_catalogue
from approval_backend.catalogue.load import SHIPPED, CatalogueError
from approval_backend.intake.devices import enrol
from approval_backend.office import OfficeBusy, office_key, open_store
from approval_backend.review.standards import StandardError
from approval_backend.serve import serve


def main(arguments: list[str] | None = None) -> int:
    """0 for done, 1 for a problem that the message names, 2 for a wrong command line."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (CatalogueError, StandardError, OfficeBusy, OSError, ValueError) as error:
        print(f"approval_backend: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m approval_backend", description="The central office.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serving = commands.add_parser("serve", help="serve kiosks and the verification page")
    serving.add_argument("--data", type=Path, required=True, help="folder of the database and the office's key")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, required=True, help="0 takes a free one; the READY line names it")
    serving.add_argument("--public-url", help="what QR codes begin with (default: the address served)")
    serving.set_defaults(run=_serve)

    enrolling = commands.add_parser("enrol", help="let a kiosk in")
    enrolling.add_argument("--data", type=Path, required=True)
    enrolling.add_argument("--device", required=True, help="the kiosk's name, e.g. kiosk-0001")
    enrolling.add_argument("--public-key", type=Path, required=True, help="PEM file of its P-256 public key")
    enrolling.add_argument("--replace", action="store_true", help="its old key is gone")
    enrolling.set_defaults(run=_enrol)

    exporting = commands.add_parser("export-key", help="print the office's public key (PEM)")
    exporting.add_argument("--data", type=Path, required=True)
    exporting.set_defaults(run=_export_key)

    catalogue = commands.add_parser("catalogue", help="services, forms and review standards")
    verbs = catalogue.add_subparsers(required=True, metavar="VERB")
    checking = verbs.add_parser("check", help="read everything; name file, key and reason of every error")
    checking.add_argument("folder", type=Path, nargs="?", default=SHIPPED)
    checking.set_defaults(run=_check)
    return parser


def _serve(options: argparse.Namespace) -> int:
    serve(options.data, options.host, options.port, options.public_url)
    return 0


def _enrol(options: argparse.Namespace) -> int:
    store = open_store(options.data)
    try:
        enrol(store, options.device, options.public_key.read_text(encoding="utf-8"), replace=options.replace)
    finally:
        store.close()
    print(f"{options.device} is enrolled")
    return 0


def _export_key(options: argparse.Namespace) -> int:
    print(office_key(options.data).public().pem(), end="")
    return 0


def _check(options: argparse.Namespace) -> int:
    problems = check_catalogue(options.folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{options.folder}: {f'{len(problems)} problem(s)' if problems else 'in order'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
