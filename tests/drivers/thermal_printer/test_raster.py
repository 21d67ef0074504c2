"""A printer without a Chinese font prints the same slip as one with it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.outcome import Printed
from drivers.registry import DeviceConfig, DeviceConfigError, build_driver
from drivers.thermal_printer import raster
from drivers.thermal_printer.escpos import create
from drivers.thermal_printer.models import find_model
from drivers.thermal_printer.simulator import ThermalPrinterSimulator
from tests.drivers.thermal_printer.conftest import QR, slip


def picture(directory: Path, model: str, data: bytes, logo: str = "") -> tuple[np.ndarray, ThermalPrinterSimulator]:
    printer = ThermalPrinterSimulator(directory / model, model)
    driver = create(printer.port, model, logo=logo)
    driver.open()
    assert driver.print_bytes(data) == Printed()
    driver.close()
    printer.close()
    return ~np.asarray(Image.open(printer.slips[0])), printer


def test_the_same_slip_comes_out_dot_for_dot(tmp_path: Path) -> None:
    with_font, _ = picture(tmp_path, "generic_80mm", slip())
    without, printer = picture(tmp_path, "latin_80mm", slip())
    assert np.array_equal(with_font, without)
    assert printer.texts == ["\n" * (printer.texts[0].count("\n"))]  # nothing was set in the printer's own font
    assert printer.state()["unknown_commands"] == 0
    codes = zxingcpp.read_barcodes(Image.open(printer.slips[0]).convert("L"))
    assert [code.text for code in codes] == [QR]


def test_the_printer_itself_would_have_printed_question_marks(tmp_path: Path) -> None:
    printer = ThermalPrinterSimulator(tmp_path, "latin_80mm")
    driver = create(printer.port, "generic_80mm")  # the wrong line of the table
    driver.open()
    driver.print_bytes(slip(1))
    assert printer.texts[0].startswith("????????\n??1?? line 1")
    driver.close()
    printer.close()


def test_plain_text_needs_no_picture(tmp_path: Path) -> None:
    _, printer = picture(tmp_path, "latin_80mm", b"Licence 0001\n\x1dV\x00")
    assert printer.texts == ["Licence 0001"]


def test_a_rare_character_is_drawn_where_the_font_ends() -> None:
    chinese = find_model("generic_80mm").model_copy(update={"encoding": "gb2312"})
    assert chinese.can_write("林知夏 line 1")
    assert not chinese.can_write("㛃")
    assert find_model("generic_80mm").can_write("㛃𠮷")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x08, 0x00, 0xFF]), min_size=72, max_size=72 * 6))
def test_no_picture_holds_a_command_that_is_carried_out_on_arrival(cells: list[int]) -> None:
    rows = len(cells) // 72
    dots = np.unpackbits(np.array(cells[: rows * 72], np.uint8).reshape(rows, 72), axis=1).astype(np.bool_)
    sent = raster.raster(dots)
    assert not re.search(rb"\x10[\x04\x05\x14]", sent)


def test_the_logo_stands_above_every_slip(tmp_path: Path) -> None:
    sign = tmp_path / "logo.png"
    Image.fromarray(np.full((50, 100), 0, np.uint8)).save(sign)
    plain, _ = picture(tmp_path / "plain", "generic_80mm", slip())
    dots, _ = picture(tmp_path / "logo", "generic_80mm", slip(), str(sign))
    assert dots.shape[0] == plain.shape[0] + 50
    assert dots[24 : 24 + 50].sum() == 50 * 100
    assert np.flatnonzero(dots[30])[0] == 24 + (576 - 104) // 2  # centred, in whole bytes


def test_a_large_logo_is_made_to_fit(tmp_path: Path) -> None:
    sign = tmp_path / "logo.png"
    Image.new("RGBA", (3000, 2000), (0, 0, 0, 0)).save(sign)
    assert raster.logo(sign, find_model("generic_80mm")) == b"\x1ba\x01\x1ba\x00"  # transparent is white
    Image.new("L", (3000, 2000), 0).save(sign)
    rows = raster.logo(sign, find_model("generic_80mm"))[9:11]
    assert int.from_bytes(rows, "little") == 230


def test_a_logo_that_is_none_is_refused_by_its_key(tmp_path: Path) -> None:
    broken = tmp_path / "logo.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(DeviceConfigError, match=r"thermal_printer.*logo\.png"):
        build_driver(
            "thermal_printer", DeviceConfig.model_validate({"driver": "escpos", "port": "/dev/x", "logo": str(broken)})
        )
