"""The command line of ./kiosk outbox; apart, so that other commands need not import the store."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs, below ``./kiosk outbox``."""
    parser.add_argument("--config", type=Path, required=True, help="settings file of the kiosk, which must be stopped")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="state, age, attempts and kind of each; nothing of a person")
    listed.add_argument("--dead", action="store_true", help="only those that the office refused")
    listed.add_argument("--all", action="store_true", help="accepted and closed ones too")
    shown = verbs.add_parser("show", help="one envelope: its facts, and the office's problem in full")
    shown.add_argument("id", help="the id, or its beginning or end")
    shown.add_argument("--personal", action="store_true", help="its content too; asks first, and is written in the log")
    retried = verbs.add_parser("retry", help="let dead letters try again")
    retried.add_argument("id", nargs="?", help="the id, or its beginning or end")
    retried.add_argument("--all", action="store_true", help="all dead letters")
    exported = verbs.add_parser("export", help="write what waits to a folder, encrypted for the office alone")
    exported.add_argument("--to", type=Path, required=True, metavar="DIR", help="e.g. where the USB stick is mounted")
    imported = verbs.add_parser("import", help="take the office's receipt.json back in")
    imported.add_argument("file", type=Path)
