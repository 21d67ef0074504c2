"""The command line of ./kiosk audit; apart, so that other commands need not import the log."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``audit verify LOG``; ``audit LOG`` means the same."""
    parser.add_argument(
        "words", nargs="*", metavar="[verify] LOG", help="the folder DATA/log/audit, or one of its files"
    )
    parser.add_argument("--config", type=Path, help="the kiosk's settings: log, name and both keys are found by it")
    parser.add_argument("--kiosk", metavar="ID", help="whose log it must be")
    parser.add_argument("--device-key", type=Path, metavar="PEM", help="the kiosk's key: its checkpoints are checked")
    parser.add_argument("--office-key", type=Path, metavar="PEM", help="the office's public key: countersignatures")
    parser.add_argument(
        "--checkpoints", type=Path, metavar="FILE", help="from the office: python -m approval_backend audit checkpoints"
    )
