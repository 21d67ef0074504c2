"""The words of ./kiosk store; importing it needs nothing that a broken machine may lack."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions and their arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="what is wrong with which file, and what to do; changes nothing")
    backup = actions.add_parser("backup", help="a dated, encrypted, verified backup")
    backup.add_argument("--to", type=Path, required=True, help="folder of the backups, on another disk")
    backup.add_argument("--recovery-key-to", type=Path, help="also write the backups' key there, for the safe")
    restore = actions.add_parser("restore", help="put a backup in the place of the store")
    restore.add_argument("--from", dest="backup", type=Path, required=True, help="one dated folder of a backup")
    restore.add_argument("--replace", action="store_true", help="a store that is there is set aside, never deleted")
    restore.add_argument("--recovery-key", type=Path, help="the file from the safe, for a machine without the key")
    rekey = actions.add_parser("rekey", help="a new key for the store; the old one is destroyed")
    rekey.add_argument("--to", choices=("file", "tpm"), help="the kind of the new key; else as the settings say")
    erase = actions.add_parser("erase", help="one person, because they asked; the ID number is read, never an argument")
    for action in (check, backup, restore, rekey, erase):
        where = action.add_mutually_exclusive_group(required=True)
        where.add_argument("--config", type=Path, help="the kiosk's settings file")
        where.add_argument("--data", type=Path, help="the kiosk's data folder, where there are no settings")
        action.add_argument("--tcti", help="with --data: how the TPM is reached")
