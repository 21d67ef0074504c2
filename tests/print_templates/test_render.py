"""What a licence on paper is: size, fonts, PDF/A, text, QR; the same places on stock and on plain paper."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from print_templates import samples
from print_templates.render import installed_version, render
from print_templates.template import names, template
from tests.print_templates.conftest import Reader

PRINTED_FIELDS = (
    "unified_social_credit_code",
    "name",
    "type",
    "operator",
    "organisation_form",
    "registered_on",
    "premises",
    "scope",
    "authority",
    "issued_on",
    "identifier",
)

every_template = pytest.mark.parametrize("name", names())
both_papers = pytest.mark.parametrize("background", [True, False], ids=["plain_paper", "stock"])


def test_both_papers_of_a_business_licence_are_installed() -> None:
    assert names() == ("business_licence_duplicate", "business_licence_original")


@every_template
@both_papers
def test_a_licence_is_one_landscape_page_of_its_paper_in_pdf_a_with_fonts_embedded(
    name: str, background: bool, paper: Reader
) -> None:
    pdf = render(name, samples.licence(name), background=background)
    sheet = paper(pdf)
    info = sheet.info()
    width, height = (float(n) * 25.4 / 72 for n in re.findall(r"[\d.]+", info["Page size"])[:2])
    assert (round(width), round(height)) == (template(name).width_mm, template(name).height_mm)
    assert width > height
    assert info["Page rot"] == "0"
    assert info["Pages"] == "1"
    assert b"pdfaid:part>2<" in pdf
    assert b"pdfaid:conformance>B<" in pdf
    fonts = sheet.fonts()
    assert fonts
    for line in fonts:
        embedded, subset = line.split()[-5:-3]
        assert (embedded, subset) == ("yes", "yes"), line
        assert "NotoSerifCJKsc" in line


@every_template
@both_papers
def test_every_field_is_on_the_paper_as_text(name: str, background: bool, paper: Reader) -> None:
    data = samples.licence(name)
    text = paper(render(name, data, background=background)).text()
    missing = [field for field in PRINTED_FIELDS if data[field] not in text]
    assert missing == []


@every_template
@both_papers
@pytest.mark.parametrize("dpi", [150, 200])
def test_the_qr_is_read_from_the_picture_of_the_page(name: str, background: bool, dpi: int, paper: Reader) -> None:
    data = samples.licence(name)
    assert paper(render(name, data, background=background)).qr(dpi) == data["verification_url"]


@every_template
def test_what_is_printed_on_stock_stands_in_the_same_place_on_plain_paper(name: str, paper: Reader) -> None:
    data = samples.licence(name)
    on_stock = paper(render(name, data, background=False)).words()
    on_plain = paper(render(name, data, background=True)).words()
    assert on_stock
    assert set(on_stock) <= set(on_plain)


def test_stock_gets_no_title_no_emblem_and_no_footer(paper: Reader) -> None:
    sheet = paper(render("business_licence_duplicate", samples.licence("business_licence_duplicate"), background=False))
    text = sheet.text()
    for preprinted in ("营业执照", "（副本）", "年度报告", "样式仅供示范", "gsxt"):
        # the scope's own words may speak of a 营业执照
        assert text.count(preprinted) == samples.licence("business_licence_duplicate")["scope"].count(preprinted)


@every_template
def test_plain_paper_says_that_its_style_is_a_specimen_and_claims_no_state_imprint(name: str, paper: Reader) -> None:
    text = paper(render(name, samples.licence(name), background=True)).text()
    assert "样式仅供示范" in text
    assert "监制" not in text


def test_the_duplicate_reminds_of_the_annual_report(paper: Reader) -> None:
    text = paper(
        render("business_licence_duplicate", samples.licence("business_licence_duplicate"), background=True)
    ).text()
    assert "应当于每年1月1日至6月30日通过国家企业信用信息公示系统报送公示年度报告" in text
    assert "副本编号：1-1" in text


@every_template
def test_equal_data_gives_equal_bytes_and_other_data_other_bytes(name: str) -> None:
    data = samples.licence(name)
    first = render(name, data, background=True)
    other = render(name, data | {"operator": "周远山"}, background=True)
    assert render(name, data, background=True) == first
    assert other != first


def test_two_threads_do_not_mix_two_holders(paper: Reader) -> None:
    name = "business_licence_original"
    holders = [f"林{n}夏" for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        sheets = list(
            pool.map(lambda who: render(name, samples.licence(name) | {"operator": who}, background=False), holders)
        )
    for holder, pdf in zip(holders, sheets, strict=True):
        text = paper(pdf).text()
        assert [other for other in holders if other in text] == [holder]


def test_the_version_that_an_order_names_must_be_installed() -> None:
    name = "business_licence_original"
    assert render(name, samples.licence(name), background=False, version=installed_version(name)).startswith(b"%PDF")


def test_typst_markup_in_a_field_is_printed_and_not_obeyed(paper: Reader) -> None:
    name = "business_licence_original"
    trade_name = '#panic("x") *b* $a$ [c] `d`'
    text = paper(render(name, samples.licence(name) | {"name": trade_name}, background=False)).text()
    assert trade_name.replace(" ", "") in text
