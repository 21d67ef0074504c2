"""Looks from outside at what a run left: rows at the office, words on paper, traces on disk."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import requests

from kiosk_app.demo.hall import Hall

POPPLER_LIMIT_S = 30


def application_rows(hall: Hall) -> list[str]:
    """Ids of the applications in the office's database, read by another connection than the office's own."""
    found: list[str] = []
    for path in (hall.folder / "office").glob("*.db"):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT id FROM envelopes WHERE kind = 'application' ORDER BY id")
            found += [row[0] for row in rows]
        database.close()
    return found


def licence_facts(pdf: Path) -> dict[str, Any]:
    """Page size in points and PDF/A part, as poppler sees them; empty where poppler is not installed."""
    if not shutil.which("pdfinfo"):
        return {}
    done = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, text=True, timeout=POPPLER_LIMIT_S, check=False)
    facts: dict[str, Any] = {}
    if match := re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", done.stdout):
        facts["mm"] = [round(float(points) * 25.4 / 72) for points in match.groups()]
    facts["pdf_a"] = b"pdfaid:part" in pdf.read_bytes()
    return facts


def words_on(pdf: Path) -> str:
    """The text of a PDF without white space, as poppler finds it."""
    return "".join(_run("pdftotext", "-raw", str(pdf), "-").split())


def read_qr(pdf: Path) -> str:
    """What the QR on the first page says, read by zbar from a 200 dpi picture."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "page"
        _run("pdftoppm", "-r", "200", "-png", "-singlefile", str(pdf), str(picture))
        return _run("zbarimg", "--raw", "-q", f"{picture}.png").strip()


def public_page(address: str) -> str:
    """What anybody sees who opens the address, whatever its status code."""
    return requests.get(address, timeout=10).text


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=POPPLER_LIMIT_S, check=False)
    return done.stdout


def traces_of(hall: Hall, person: dict[str, Any]) -> list[str]:
    """Where words of this person are still found: the screens' strings, files of the kiosk and the print spool.

    Encrypted files are searched too: nothing in clear may be found in them. Paper that came out (the rig's folders of
    receipts and licences) is the resident's own and does not count.
    """
    words = [person[key] for key in ("name", "id_number", "address", "phone", "trade_name", "premises_address")]
    shown = "\n".join(hall.robot.strings())
    found = [
        f"screen: {key}"
        for key, word in zip(("name", "id", "address", "phone", "trade"), words, strict=False)
        if word in shown
    ]
    needles = [form for word in words for form in (word.encode(), word.encode("utf-16-le"), word.encode("gb18030"))]
    paper = {Path(hall.bench["paper"][kind]).resolve() for kind in ("receipts", "licences")}
    for root in (hall.folder / "kiosk", hall.folder / "rig", hall.folder / "log"):
        for path in root.rglob("*"):
            if not path.is_file() or paper & set(path.resolve().parents):
                continue
            try:
                data = path.read_bytes()
            except OSError:
                continue
            if any(needle in data for needle in needles):
                found.append(str(path.relative_to(hall.folder)))
    return found
