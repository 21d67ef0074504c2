"""The demo's scenarios, as tests: real processes, real presses, real paper."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from rapidocr import RapidOCR

from kiosk_app.demo.resident import people
from kiosk_app.demo.run import play
from kiosk_app.demo.scenarios import SCENARIOS

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420)]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journeys")


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str, outputs: Path) -> None:
    out = outputs / name
    code = play(name, out, pace=0.0)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert code == 0, report["outcome"]
    assert report["checks"]
    if name == "granted":
        _look_at_the_licence(out, report)


def _look_at_the_licence(out: Path, report: dict[str, object]) -> None:
    """Page, fonts and QR of what arrived at the printer, by programs that we did not write."""
    original = max(out.glob("licence-*.pdf"), key=_area)
    info = subprocess.run(["pdfinfo", original], capture_output=True, text=True, check=True).stdout
    assert "1190.5" in info, "A3 landscape is 420 × 297 mm"
    assert b"pdfaid:part" in original.read_bytes()
    fonts = subprocess.run(["pdffonts", original], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), "every font is embedded"
    if shutil.which("zbarimg"):
        picture = out / "original"
        subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", original, picture], check=True)
        read = subprocess.run(
            ["zbarimg", "--raw", "-q", picture.with_suffix(".png")], capture_output=True, text=True, check=True
        ).stdout
        assert "/v/1.2.156.3005.2." in read
        _read_back(picture.with_suffix(".png"))


def _read_back(picture: Path) -> None:
    """A recogniser that knows nothing of the form reads the same words off the paper."""
    found = RapidOCR()(picture)
    words = "".join("".join(found.txts).split())
    for key in ("name", "trade_name", "premises_address"):
        assert people()["holder"][key] in words, key


def _area(pdf: Path) -> float:
    info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    line = next(line for line in info.splitlines() if line.startswith("Page size"))
    width, height = (float(word) for word in line.split() if word.replace(".", "").isdigit())
    return width * height
