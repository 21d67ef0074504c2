"""`catalogue check` and `catalogue theme`: is the catalogue in order, how much is in it, what does a theme save."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from approval_backend.catalogue.check import check_catalogue
from approval_backend.catalogue.figures import figures, theme_text
from approval_backend.catalogue.load import SHIPPED, load_catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs below `catalogue`."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    checking = verbs.add_parser("check", help="read everything; name file, key and reason of every error; count")
    checking.add_argument("folder", type=Path, nargs="?", default=SHIPPED)
    checking.set_defaults(run=_check)
    joining = verbs.add_parser("theme", help="what a theme asks once, reuses and saves")
    joining.add_argument("name", help="a part of its name in either language, e.g. 书店 or bookshop")
    joining.add_argument("folder", type=Path, nargs="?", default=SHIPPED)
    joining.set_defaults(run=_theme)


def _check(options: argparse.Namespace) -> int:
    problems = check_catalogue(options.folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print("\n".join(figures(load_catalogue(options.folder))))
    print(f"{options.folder}: {f'{len(problems)} problem(s)' if problems else 'in order'}")
    return 1 if problems else 0


def _theme(options: argparse.Namespace) -> int:
    catalogue = load_catalogue(options.folder)
    wanted = options.name.casefold()
    found = [t for t in catalogue.themes if wanted in t.name.zh.casefold() or wanted in t.name.en.casefold()]
    if not found:
        raise ValueError(f"no theme has {options.name} in its name")
    print("\n\n".join(theme_text(theme, catalogue) for theme in found))
    return 0
