"""The driver against a printer at the other end of a pty: it says what it knows and nothing more."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from drivers.device import Blocked, Fault, Missing, Ready, Unknown, Warning
from drivers.host import DeviceHost
from drivers.outcome import NotPrinted, Printed, Unsettled
from drivers.thermal_printer import escpos
from drivers.thermal_printer.escpos import EscPosPrinter, create
from drivers.thermal_printer.line import make_line
from drivers.thermal_printer.models import Model, find_model, models
from drivers.thermal_printer.simulator import ThermalPrinterSimulator
from tests.drivers.listening import LIMIT_S, Listener
from tests.drivers.thermal_printer.conftest import slip

MENDED_BY = {
    "paper_out": "refill", "cover_open": "cover_close", "cutter_jam": "cutter_clear", "overheat": "cool_down",
    "break_head": "repair", "break_feed": "repair",
}  # fmt: skip


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("refill", Ready()),
        ("near_end", Warning("thermal_printer.paper_near_end")),
        ("paper_out", Blocked("thermal_printer.paper_out")),
        ("cover_open", Blocked("thermal_printer.cover_open")),
        ("cutter_jam", Blocked("thermal_printer.cutter_error")),
        ("overheat", Warning("thermal_printer.overheated")),
        ("break_head", Blocked("thermal_printer.unrecoverable_error")),
        ("break_feed", Blocked("thermal_printer.recoverable_error")),
        ("offline", Blocked("thermal_printer.offline")),
        ("garbage", Unknown("thermal_printer.unreadable_status")),
    ],
)
def test_status_and_what_a_job_does_then(
    driver: EscPosPrinter, printer: ThermalPrinterSimulator, action: str, status: object
) -> None:
    printer.act(action)
    assert driver.status() == status
    if isinstance(status, Blocked | Unknown):
        assert driver.print_bytes(slip()) == NotPrinted(status.reason)
        assert printer.slips == []
    printer.act(MENDED_BY.get(action, "behave"))
    assert driver.print_bytes(slip()) == Printed()
    assert len(printer.slips) == 1


def test_silence_is_a_fault_and_nothing_is_printed(driver: EscPosPrinter, printer: ThermalPrinterSimulator) -> None:
    printer.act("silence")
    with pytest.raises(Fault, match=r"thermal_printer\.silent"):
        driver.status()
    assert driver.print_bytes(slip()) == NotPrinted("thermal_printer.silent")


def test_paper_that_ends_in_the_middle_is_unsettled_and_the_rest_never_comes_out(
    driver: EscPosPrinter, printer: ThermalPrinterSimulator
) -> None:
    printer.paper_out_after(2)
    assert driver.print_bytes(slip(5)) == Unsettled("thermal_printer.paper_out")
    printer.act("refill")
    assert driver.print_bytes(slip(1)) == Printed()
    assert [path.stem.endswith("torn") for path in printer.slips] == [True, False]
    assert printer.texts == ["受理凭证\n第1行 line 1", "受理凭证\n第1行 line 1\n[QR]"]


@pytest.mark.parametrize("model", ["generic_80mm", "job_id_80mm"])
def test_without_an_answer_to_the_fence_nobody_says_printed(tmp_path: Path, model: str) -> None:
    printer = ThermalPrinterSimulator(tmp_path, model)
    driver = EscPosPrinter(make_line(printer.port, "auto", 115200), find_model(model), print_limit_s=0.2)
    driver.open()
    printer.act("no_fence")
    assert driver.print_bytes(slip()) == Unsettled("thermal_printer.unconfirmed")
    driver.close()
    printer.close()


def test_a_model_without_a_fence_is_never_sure(tmp_path: Path) -> None:
    printer = ThermalPrinterSimulator(tmp_path, "plain_80mm")
    driver = create(printer.port, "plain_80mm")
    driver.open()
    assert driver.print_bytes(slip()) == Unsettled("thermal_printer.unconfirmed")
    driver.close()
    printer.close()


def test_a_fence_on_a_printer_that_cannot_forget_is_refused_in_the_table() -> None:
    with pytest.raises(ValueError, match="clear_buffer"):
        Model.model_validate(find_model("generic_80mm").model_dump() | {"clear_buffer": False})
    assert "generic_80mm" in models()


def test_a_printer_that_takes_no_bytes_ends_in_time(driver: EscPosPrinter, printer: ThermalPrinterSimulator) -> None:
    with (
        patch.object(escpos, "WRITE_S", 0.2),
        patch.object(escpos, "WRITE_BYTES_A_SECOND", 10_000_000),
        patch.object(EscPosPrinter, "_hindrance", lambda _: None),
    ):
        printer.act("stall")
        assert driver.print_bytes(slip()) == Unsettled("thermal_printer.stalled")
    printer.act("behave")
    assert driver.print_bytes(slip(1)) == Printed()
    assert printer.texts == ["受理凭证\n第1行 line 1\n[QR]"]


@pytest.mark.parametrize("model", ["generic_80mm", "job_id_80mm"])
def test_a_power_cut_in_mid_slip_is_unsettled_and_the_next_begins_on_clean_paper(
    tmp_path: Path, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escpos, "SILENT_POLLS", 1)
    printer = ThermalPrinterSimulator(tmp_path, model)
    driver = create(printer.port, model)
    driver.open()
    printer.power_off_after(2)
    assert driver.print_bytes(slip(5)) == Unsettled("thermal_printer.silent")
    assert driver.print_bytes(slip(1)) == NotPrinted("thermal_printer.silent")
    printer.act("power_on")
    assert driver.print_bytes(slip(1)) == Printed()
    assert printer.texts == ["受理凭证\n第1行 line 1", "受理凭证\n第1行 line 1\n[QR]"]
    driver.close()
    printer.close()


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("paper_out", Unsettled("thermal_printer.paper_out")),
        ("cutter_jam", Unsettled("thermal_printer.cutter_error")),
        ("near_end", Printed()),
    ],
)
def test_printed_is_said_only_when_the_printer_is_well_afterwards(
    driver: EscPosPrinter, printer: ThermalPrinterSimulator, action: str, outcome: object
) -> None:
    confirm = printer._confirm

    def then(answer: bytes) -> None:
        printer.act(action)
        confirm(answer)

    with patch.object(printer._interpreter, "_reply", then):
        assert driver.print_bytes(slip()) == outcome


def test_an_answer_that_comes_late_is_not_taken_for_the_next(
    driver: EscPosPrinter, printer: ThermalPrinterSimulator
) -> None:
    printer.act("late")
    with pytest.raises(Fault, match=r"thermal_printer\.silent"):
        driver.status()
    printer.act("behave")
    printer.act("near_end")
    printer.babble(b"\x12")  # the late one: "all is well"
    assert driver.status() == Warning("thermal_printer.paper_near_end")


def test_a_model_that_tells_by_itself_ends_the_wait_for_its_fence_at_once(tmp_path: Path) -> None:
    printer = ThermalPrinterSimulator(tmp_path, "job_id_80mm")
    driver = create(printer.port, "job_id_80mm")
    driver.open()
    printer.paper_out_after(2)
    with patch.object(EscPosPrinter, "_in_the_middle", lambda _: None):  # nobody asks
        assert driver.print_bytes(slip(5)) == Unsettled("thermal_printer.paper_out")
    assert driver.status() == Blocked("thermal_printer.paper_out")
    driver.close()
    printer.close()


def test_a_confirmation_of_another_job_is_none(tmp_path: Path) -> None:
    printer = ThermalPrinterSimulator(tmp_path, "job_id_80mm")
    driver = EscPosPrinter(make_line(printer.port, "auto", 115200), find_model("job_id_80mm"), print_limit_s=1.0)
    driver.open()
    with patch.object(printer._interpreter, "_reply", lambda _: printer.babble(b"\x37\x229999\x00")):
        assert driver.print_bytes(slip()) == Unsettled("thermal_printer.unconfirmed")
    driver.close()
    printer.close()


def test_the_cut_is_the_models(tmp_path: Path) -> None:
    for model, kind in (("generic_80mm", "full"), ("job_id_80mm", "partial")):
        printer = ThermalPrinterSimulator(tmp_path / model, model)
        driver = create(printer.port, model)
        driver.open()
        assert driver.print_bytes(slip()) == Printed()
        assert printer._roll.cuts == [kind]
        driver.close()
        printer.close()


def test_a_cable_that_is_pulled_before_the_job_means_nothing_printed(
    driver: EscPosPrinter, printer: ThermalPrinterSimulator
) -> None:
    printer.close()
    outcome = driver.print_bytes(slip())
    assert isinstance(outcome, NotPrinted)


def test_what_a_killed_process_left_half_sent_is_not_printed_for_the_next(
    driver: EscPosPrinter, printer: ThermalPrinterSimulator
) -> None:
    # a raster that promises 4 KB and stops
    driver._line.write("前一位".encode("gb18030") + b"\x1dv0\x00\x40\x00\x40\x00half", 1.0)
    assert driver.status() == Ready()  # answered behind it: it is in the printer's buffer now
    driver.close()
    again = create(printer.port)
    again.open()
    assert again.print_bytes(slip(1)) == Printed()
    assert printer.texts == ["受理凭证\n第1行 line 1\n[QR]"]
    again.close()


def test_babble_between_the_questions_does_no_harm(driver: EscPosPrinter, printer: ThermalPrinterSimulator) -> None:
    printer.babble(bytes(range(256)))
    assert driver.status() in (Ready(), Unknown("thermal_printer.unreadable_status"))
    assert driver.print_bytes(slip()) in (Printed(), NotPrinted("thermal_printer.unreadable_status"))


def test_garbage_on_the_line_is_a_named_fault_and_the_host_goes_on(
    printer: ThermalPrinterSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escpos, "STATUS_S", 0.25)
    heard = Listener()
    host: DeviceHost[EscPosPrinter] = DeviceHost(
        "thermal_printer", lambda: create(printer.port), heard, poll_s=0.1, recheck_s=0.05
    )
    host.start()
    heard.status(Ready)
    printer.act("garbage")
    heard.fault("thermal_printer.unreadable_status")
    heard.status(Unknown)
    printer.act("behave")
    heard.wait_for(lambda _: heard.statuses()[-1] == Ready())
    assert host.submit("s", lambda driver: driver.print_bytes(slip())).result(LIMIT_S) == Printed()
    heard.clear()
    printer.act("silence")
    heard.fault("thermal_printer.silent")
    heard.status(Missing)
    printer.act("behave")
    heard.status(Ready)
    assert host.stop()
