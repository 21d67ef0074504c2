"""Command line of the office; ``--help`` lists what it can do."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqlalchemy.exc import OperationalError

from approval_backend import audit_command, catalogue_command, licence_command
from approval_backend.catalogue.announcements import read_announcements
from approval_backend.catalogue.load import SHIPPED, CatalogueError, load_catalogue
from approval_backend.intake.devices import enrol
from approval_backend.intake.progress import references_of
from approval_backend.intake.transfers import import_bundle
from approval_backend.office import OfficeBusy, has_office, keep_database_url, office_key, open_store, transfer_key
from approval_backend.review.standards import StandardError
from approval_backend.serve import serve
from approval_backend.store.migrate import SchemaError
from wire.follow_up import is_local_number
from wire.transfer import RECEIPT_FILE


def main(arguments: list[str] | None = None) -> int:
    """0 for done, 1 for a problem that the message names, 2 for a wrong command line."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (CatalogueError, StandardError, OfficeBusy, SchemaError, OSError, ValueError) as error:
        print(f"approval_backend: {error}", file=sys.stderr)
        return 1
    except OperationalError as error:
        print(f"approval_backend: the database does not answer: {error.orig}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m approval_backend", description="The central office.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serving = commands.add_parser("serve", help="serve kiosks and the verification page")
    serving.add_argument("--data", type=Path, required=True, help="folder of the database and the office's key")
    serving.add_argument("--database", help="postgresql+psycopg://user@host/name; remembered (default: SQLite)")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=int, required=True, help="0 takes a free one; the READY line names it")
    serving.add_argument("--public-url", help="what QR codes begin with (default: the address served)")
    serving.add_argument("--no-review", action="store_true", help="take in only; it stays pending")
    serving.set_defaults(run=_serve)

    enrolling = commands.add_parser("enrol", help="let a kiosk in")
    enrolling.add_argument("--data", type=Path, required=True)
    enrolling.add_argument("--device", required=True, help="the kiosk's name, e.g. kiosk-0001")
    enrolling.add_argument("--public-key", type=Path, required=True, help="PEM file of its P-256 public key")
    enrolling.add_argument("--replace", action="store_true", help="its old key is gone")
    enrolling.set_defaults(run=_enrol)

    exporting = commands.add_parser("export-key", help="print the office's public key (PEM)")
    exporting.add_argument("--data", type=Path, required=True)
    exporting.add_argument("--transfer", action="store_true", help="the key for bundles that are carried by hand")
    exporting.set_defaults(run=_export_key)

    importing = commands.add_parser("import", help="take in a bundle that was carried from a kiosk")
    importing.add_argument("bundle", type=Path, help="its folder")
    importing.add_argument("--data", type=Path, required=True, help="of the office; it may be serving")
    importing.set_defaults(run=_import)

    finding = commands.add_parser("find", help="the reference of the number on a receipt made without a network")
    finding.add_argument("number", help="as said on the telephone, e.g. 4821-7063-9")
    finding.add_argument("--data", type=Path, required=True)
    finding.set_defaults(run=_find)

    auditing = commands.add_parser("audit", help="what vouches for a kiosk's audit log, and alarms about it")
    audit_command.add_arguments(auditing)

    licences = commands.add_parser("licence", help="e-licences as documents")
    licence_command.add_arguments(licences)

    announcing = commands.add_parser("announcements", help="what the halls are told")
    announcing_verbs = announcing.add_subparsers(required=True, metavar="VERB")
    announced = announcing_verbs.add_parser("check", help="read announcements.toml; name what is wrong")
    announced.add_argument("file", type=Path)
    announced.set_defaults(run=_check_announcements)

    catalogue = commands.add_parser("catalogue", help="services, themes, forms and review standards")
    catalogue_command.add_arguments(catalogue)
    return parser


def _serve(options: argparse.Namespace) -> int:
    if options.database:
        keep_database_url(options.data, options.database)
    serve(options.data, options.host, options.port, options.public_url, review=not options.no_review)
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
    key = transfer_key(options.data) if options.transfer else office_key(options.data)
    print(key.public().pem(), end="")
    return 0


def _import(options: argparse.Namespace) -> int:
    if not has_office(options.data):
        raise ValueError(f"{options.data}: no office there; name the data folder that `serve` uses")
    store = open_store(options.data)
    try:
        catalogue = load_catalogue(SHIPPED)
        keys = transfer_key(options.data), office_key(options.data)
        receipt = import_bundle(store, catalogue, *keys, options.bundle)
    finally:
        store.close()
    print(f"{options.bundle}: {len(receipt.acknowledgements)} taken in, {len(receipt.refusals)} refused")
    for refusal in receipt.refusals:
        print(f"  {refusal.id}: {refusal.problem.title}")
    print(f"carry {options.bundle / RECEIPT_FILE} back to {receipt.device_id}: ./kiosk outbox import {RECEIPT_FILE}")
    return 0


def _find(options: argparse.Namespace) -> int:
    if not is_local_number(options.number):
        raise ValueError("the check digit does not fit: ask for the number again")
    store = open_store(options.data)
    try:
        found = references_of(store, options.number)
    finally:
        store.close()
    print("\n".join(found) if found else "not here yet: the kiosk has not delivered it")
    return 0 if found else 1


def _check_announcements(options: argparse.Namespace) -> int:
    if not options.file.exists():
        raise ValueError(f"{options.file}: is missing")
    for each in read_announcements(options.file):
        print(f"{each.id}: {each.severity.value}, {each.shown_from.isoformat()} to {each.until.isoformat()}")
    print(f"{options.file}: in order")
    return 0


if __name__ == "__main__":
    sys.exit(main())
