"""What the simulated printer draws is what was sent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from escpos.printer import Dummy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.thermal_printer.escpos import EscPosPrinter
from drivers.thermal_printer.interpreter import Interpreter
from drivers.thermal_printer.simulated_paper import MARGIN, Roll
from drivers.thermal_printer.simulator import ThermalPrinterSimulator
from tests.drivers.thermal_printer.conftest import QR, slip


def drawn(directory: Path, data: bytes) -> tuple[Interpreter, Roll]:
    roll = Roll(576, directory)
    interpreter = Interpreter(roll, lambda _: None, lambda: None, lambda: 0)
    interpreter.buffer += data
    while interpreter.step():
        pass
    return interpreter, roll


def ink(path: Path) -> np.ndarray:
    return ~np.asarray(Image.open(path))[MARGIN:-MARGIN, MARGIN:-MARGIN]


def test_a_slip_carries_its_text_and_a_readable_qr(driver: EscPosPrinter, printer: ThermalPrinterSimulator) -> None:
    driver.print_bytes(slip())
    assert printer.texts == ["受理凭证\n第1行 line 1\n第2行 line 2\n第3行 line 3\n[QR]"]
    picture = Image.open(printer.slips[0])
    assert picture.width == 576 + 2 * MARGIN
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [QR]
    assert printer.state()["unknown_commands"] == 0


def test_sizes_and_alignment_are_in_dots(tmp_path: Path) -> None:
    _, roll = drawn(tmp_path, b"\x1b@\x1d!\x11\x1ba\x02" + "口".encode("gb18030") + b"\n\x1dV\x00")
    columns = np.flatnonzero(ink(roll.slips[0]).any(axis=0))
    assert columns.min() >= 576 - 48  # one double-width character at the right edge
    assert np.ptp(columns) > 24


def test_forty_eight_half_width_characters_fit_on_a_line(tmp_path: Path) -> None:
    _, roll = drawn(tmp_path, b"8" * 48 + b"\n" + b"8" * 49 + b"\n\x1dV\x00")
    assert roll.texts[0].split("\n") == ["8" * 48, "8" * 48, "8"]


def test_four_byte_characters_are_one_character(tmp_path: Path) -> None:
    _, roll = drawn(tmp_path, "㐀é林".encode("gb18030") + b"\n\x1dV\x00")
    assert roll.texts == ["㐀é林"]


def test_a_raster_is_drawn_dot_for_dot(tmp_path: Path) -> None:
    _, roll = drawn(tmp_path, b"\x1dv0\x00\x01\x00\x02\x00\xf0\x0f\x1dV\x00")
    dots = ink(roll.slips[0])
    assert dots[:2, :8].tolist() == [[True] * 4 + [False] * 4, [False] * 4 + [True] * 4]


def test_a_raster_qr_reads_like_a_native_one(tmp_path: Path) -> None:
    paper = Dummy()
    paper.qr(QR, native=False, size=6)
    paper.cut()
    _, roll = drawn(tmp_path, bytes(paper.output))
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(roll.slips[0]).convert("L"))] == [QR]


def test_the_roll_knows_no_blank_slips(tmp_path: Path) -> None:
    _, roll = drawn(tmp_path, b"\n\n\x1dV\x00")
    assert roll.slips == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.one_of(st.binary(max_size=30), st.sampled_from([b"\x1b", b"\x1d", b"\x1d(k", b"\x1dv0", b"\x10\x04"])))
)
def test_no_bytes_make_the_interpreter_fail_or_stand_still(tmp_path: Path, pieces: list[bytes]) -> None:
    interpreter, _ = drawn(tmp_path, b"".join(pieces))
    assert len(interpreter.buffer) <= sum(map(len, pieces))


def test_the_dock_is_told_what_it_may_ask_for(printer: ThermalPrinterSimulator) -> None:
    with pytest.raises(ValueError, match="cover_open"):
        printer.act("dance")
