"""Milliseconds for one licence to PDF, warm, beside a bare typst compile of an empty A3 page in the same run.

    ./kiosk bench licence_pdf          python -m benchmarks.licence_pdf [--rounds N]

Every round has another holder, so that no cached page flatters the figure. Budget: 20 ms (median).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import typst

from benchmarks.report import Figure, Report, command
from print_templates import samples
from print_templates.fonts import licence_fonts
from print_templates.render import PDF_STANDARD, render
from print_templates.template import names

ROUNDS = 30


def run(options: argparse.Namespace) -> Report:
    rounds: int = options.rounds
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "empty.typ"
        source.write_text("#set page(width: 420mm, height: 297mm)\n#sys.inputs.round", encoding="utf-8")
        compiler = typst.Compiler(source, font_paths=licence_fonts(), ignore_system_fonts=True)

        def empty(turn: int) -> None:
            compiler.compile(sys_inputs={"round": str(turn)}, pdf_standards=PDF_STANDARD, timestamp=0, pdf_tags=False)

        bare = _median_ms(empty, rounds)
    figures = []
    for name in names():
        for background in (True, False):

            def licence(turn: int, name: str = name, background: bool = background) -> None:
                data = samples.licence(name)
                data |= {"name": f"{data['name']}{turn}", "verification_url": f"{data['verification_url']}{turn}"}
                render(name, data, background=background)

            paper = "plain paper" if background else "stock"
            took = _median_ms(licence, rounds)
            figures.append(Figure(f"{name}, {paper}", took, "ms", bare, "a number on an A3 page", "≤ 20 ms"))
    return Report("licence_pdf", "One licence to PDF, warm, median", tuple(figures), settings={"rounds": rounds})


def _median_ms(work: Callable[[int], None], rounds: int) -> float:
    work(-1)  # warm: fonts and artwork are read here
    taken = []
    for turn in range(rounds):
        started = perf_counter()
        work(turn)
        taken.append((perf_counter() - started) * 1000)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    command(parser, run)


if __name__ == "__main__":
    main()
