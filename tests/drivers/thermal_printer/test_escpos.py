"""The driver against a printer at the other end of a pty: it says what it knows and nothing more."""

from __future__ import annotations

import os
import tty
from pathlib import Path
from unittest.mock import patch

import pytest

from drivers.device import Blocked, Fault, Missing, Ready, Unknown, Warning
from drivers.host import DeviceHost
from drivers.outcome import NotPrinted, Printed, Unsettled
from drivers.thermal_printer import escpos
from drivers.thermal_printer.escpos import EscPosSerial, create
from drivers.thermal_printer.models import Model, find_model, models
from drivers.thermal_printer.simulator import ThermalPrinterSimulator
from tests.drivers.listening import LIMIT_S, Listener
from tests.drivers.thermal_printer.conftest import slip


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("refill", Ready()),
        ("near_end", Warning("thermal_printer.paper_near_end")),
        ("paper_out", Blocked("thermal_printer.paper_out")),
        ("cover_open", Blocked("thermal_printer.cover_open")),
        ("cutter_jam", Blocked("thermal_printer.cutter_error")),
        ("offline", Blocked("thermal_printer.offline")),
        ("garbage", Unknown("thermal_printer.unreadable_status")),
    ],
)
def test_status_and_what_a_job_does_then(
    driver: EscPosSerial, printer: ThermalPrinterSimulator, action: str, status: object
) -> None:
    printer.act(action)
    assert driver.status() == status
    if isinstance(status, Blocked | Unknown):
        assert driver.print_bytes(slip()) == NotPrinted(status.reason)
        assert printer.slips == []
        printer.act(
            {"paper_out": "refill", "cover_open": "cover_close", "cutter_jam": "cutter_clear"}.get(action, "behave")
        )
    assert driver.print_bytes(slip()) == Printed()
    assert len(printer.slips) == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [(0x20, Blocked("thermal_printer.unrecoverable_error")), (0x40, Warning("thermal_printer.overheated"))],
)
def test_errors_of_the_head(error: int, status: object) -> None:
    assert escpos._status(0x12, 0x12, 0x12 | error, 0x12, near_end_sensor=True) == status


def test_a_printer_without_the_sensor_never_warns_of_its_paper() -> None:
    assert escpos._status(0x12, 0x12, 0x12, 0x1E, near_end_sensor=False) == Ready()


def test_silence_is_a_fault_and_nothing_is_printed(driver: EscPosSerial, printer: ThermalPrinterSimulator) -> None:
    printer.act("silence")
    with pytest.raises(Fault, match=r"thermal_printer\.silent"):
        driver.status()
    assert driver.print_bytes(slip()) == NotPrinted("thermal_printer.silent")


def test_paper_that_ends_in_the_middle_is_unsettled_and_the_rest_never_comes_out(
    driver: EscPosSerial, printer: ThermalPrinterSimulator
) -> None:
    printer.paper_out_after(2)
    assert driver.print_bytes(slip(5)) == Unsettled("thermal_printer.paper_out")
    printer.act("refill")
    assert driver.print_bytes(slip(1)) == Printed()
    assert [path.stem.endswith("torn") for path in printer.slips] == [True, False]
    assert printer.texts == ["受理凭证\n第1行 line 1", "受理凭证\n第1行 line 1\n[QR]"]


def test_without_an_answer_to_the_fence_nobody_says_printed(tmp_path: Path) -> None:
    printer = ThermalPrinterSimulator(tmp_path)
    driver = EscPosSerial(printer.port, find_model("generic_80mm"), print_limit_s=0.2)
    driver.open()
    with patch.object(printer._interpreter, "_reply", lambda _: None):
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


def test_a_printer_that_takes_no_bytes_ends_in_time() -> None:
    master, slave = os.openpty()  # nobody reads the master: the pty's buffer fills
    tty.setraw(slave)
    driver = EscPosSerial(os.ttyname(slave), find_model("generic_80mm"))
    driver._line.open()
    with (
        patch.object(escpos, "WRITE_S", 0.2),
        patch.object(EscPosSerial, "_hindrance", lambda _: None),
    ):
        assert driver.print_bytes(bytes(1024 * 1024)) == Unsettled("thermal_printer.stalled")
    driver.close()
    os.close(master)
    os.close(slave)


def test_a_cable_that_is_pulled_before_the_job_means_nothing_printed(
    driver: EscPosSerial, printer: ThermalPrinterSimulator
) -> None:
    printer.close()
    outcome = driver.print_bytes(slip())
    assert isinstance(outcome, NotPrinted)


def test_what_a_killed_process_left_half_sent_is_not_printed_for_the_next(
    driver: EscPosSerial, printer: ThermalPrinterSimulator
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


def test_babble_between_the_questions_does_no_harm(driver: EscPosSerial, printer: ThermalPrinterSimulator) -> None:
    printer.babble(bytes(range(256)))
    assert driver.status() in (Ready(), Unknown("thermal_printer.unreadable_status"))
    assert driver.print_bytes(slip()) in (Printed(), NotPrinted("thermal_printer.unreadable_status"))


def test_garbage_on_the_line_is_a_named_fault_and_the_host_goes_on(printer: ThermalPrinterSimulator) -> None:
    heard = Listener()
    host: DeviceHost[EscPosSerial] = DeviceHost(
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
