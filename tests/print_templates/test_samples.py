"""The command line's samples, the committed drawings, and a machine reader of the paper that knows no PDF."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from print_templates import samples
from print_templates.__main__ import main
from print_templates.artwork import draw
from print_templates.receipts import ReceiptKind
from print_templates.render import render
from print_templates.template import ROOT
from tests.print_templates.conftest import Reader


def test_the_committed_drawings_are_what_the_formulas_draw(tmp_path: Path) -> None:
    for drawn in draw.write(tmp_path):
        assert drawn.read_text(encoding="utf-8") == (ROOT / "artwork" / drawn.name).read_text(encoding="utf-8")


def test_the_sample_command_writes_every_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", str(tmp_path)]) == 0
    written = {path.name for path in tmp_path.iterdir()}
    assert {
        f"business_licence_{kind}.{paper}.{form}"
        for kind in ("original", "duplicate")
        for paper in ("plain_paper", "stock")
        for form in ("pdf", "png")
    } <= written
    assert len([name for name in written if name.endswith(".escpos")]) == 2 * len(ReceiptKind)
    assert len(capsys.readouterr().out.splitlines()) == len(written)


@pytest.mark.parametrize("name", ["business_licence_original", "business_licence_duplicate"])
def test_ocr_reads_name_code_operator_and_premises_back_from_the_picture(name: str, paper: Reader) -> None:
    rapidocr = pytest.importorskip("rapidocr")
    data = samples.licence(name)
    result = rapidocr.RapidOCR()(str(paper(render(name, data, background=True)).picture(200)))
    read = re.sub(r"\s", "", "".join(result.txts)).replace("(", "（").replace(")", "）")
    for field in ("unified_social_credit_code", "name", "operator", "registered_on", "authority"):
        assert data[field] in read, field
    # the premises' second line is one OCR line of several on that height, so it is looked for apart
    assert "云州市锦江新区书院街道文澜路88号" in read
    assert "附12号" in read
