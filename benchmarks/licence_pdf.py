"""Milliseconds for one licence to PDF, warm, beside a bare typst compile of an empty A3 page in the same run.

    python benchmarks/licence_pdf.py [ROUNDS]

Every round has another holder, so that no cached page flatters the figure. Budget: 20 ms (median).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import typst

from print_templates import samples
from print_templates.fonts import licence_fonts
from print_templates.render import PDF_STANDARD, render
from print_templates.template import names

BUDGET_MS = 20.0


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "empty.typ"
        source.write_text("#set page(width: 420mm, height: 297mm)\n#sys.inputs.round", encoding="utf-8")
        compiler = typst.Compiler(source, font_paths=licence_fonts(), ignore_system_fonts=True)

        def empty(turn: int) -> None:
            compiler.compile(sys_inputs={"round": str(turn)}, pdf_standards=PDF_STANDARD, timestamp=0, pdf_tags=False)

        bare = _median_ms(empty, rounds)
    print(f"bare typst, one number on an A3 page: {bare:.1f} ms")
    for name in names():
        for background in (True, False):

            def licence(turn: int, name: str = name, background: bool = background) -> None:
                data = samples.licence(name)
                data |= {"name": f"{data['name']}{turn}", "verification_url": f"{data['verification_url']}{turn}"}
                render(name, data, background=background)

            took = _median_ms(licence, rounds)
            paper = "plain paper" if background else "stock      "
            print(f"{name:28} {paper} {took:5.1f} ms = {took / bare:4.1f} × bare; budget {BUDGET_MS:.0f} ms")


def _median_ms(work: Callable[[int], None], rounds: int) -> float:
    work(-1)  # warm: fonts and artwork are read here
    taken = []
    for turn in range(rounds):
        started = perf_counter()
        work(turn)
        taken.append((perf_counter() - started) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
