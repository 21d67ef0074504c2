"""``python -m print_templates sample OUTDIR`` writes every sample; ``artwork`` draws frame and roundel anew."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from print_templates import samples
from print_templates.artwork import draw
from print_templates.errors import PrintTemplateError
from print_templates.receipts import ReceiptKind, compose
from print_templates.render import render
from print_templates.template import names

LOOK_DPI = 200  # enough to judge small type and to read the QR


def write_samples(folder: Path) -> list[Path]:
    """Every licence as PDF and PNG, with and without background, and every receipt as ESC/POS bytes.

    Raises PrintTemplateError; FileNotFoundError when pdftoppm (Debian's poppler-utils) is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name in names():
        for background, paper in ((True, "plain_paper"), (False, "stock")):
            pdf = folder / f"{name}.{paper}.pdf"
            pdf.write_bytes(render(name, samples.licence(name), background=background))
            picture = pdf.with_suffix("")
            subprocess.run(
                ["pdftoppm", "-r", str(LOOK_DPI), "-png", "-singlefile", str(pdf), str(picture)], check=True, timeout=60
            )
            written += [pdf, pdf.with_suffix(".png")]
    for kind in ReceiptKind:
        for locale in ("zh_CN", "en"):
            slip = folder / f"receipt.{kind}.{locale}.escpos"
            slip.write_bytes(compose(samples.receipt(kind, locale)))
            written.append(slip)
    return written


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m print_templates", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("sample", help="write every sample").add_argument("folder", type=Path)
    commands.add_parser("artwork", help="draw frame.svg and roundel.svg anew")
    chosen = parser.parse_args(arguments)
    try:
        written = write_samples(chosen.folder) if chosen.command == "sample" else draw.write(Path(draw.__file__).parent)
    except PrintTemplateError as refused:
        print(f"{refused.code}: {refused}", file=sys.stderr)
        return 1
    except FileNotFoundError as missing:
        print(f"{missing.filename}: not found; remedy: apt-get install poppler-utils", file=sys.stderr)
        return 1
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
