"""The driver against a real cupsd and real IPP printers."""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic, sleep

import cups
import pytest

from drivers.device import Blocked, Fault, Missing, Ready, Warning
from drivers.laser_printer.cups import CupsLaserPrinter, create
from drivers.laser_printer.job_watch import Patience
from drivers.laser_printer.simulator import PrintStack
from drivers.laser_printer.spooler import Spooler
from drivers.outcome import NotPrinted, Printed, Unsettled

A3, A4 = "iso_a3_297x420mm", "iso_a4_210x297mm"
ONE_PAGE = b"%PDF-1.7\n1 0 obj<</Type /Page\n>>endobj\n%%EOF\n"
TWO_PAGES = b"%PDF-1.7\n1 0 obj<</Type /Page\n>>endobj\n2 0 obj<</Type /Page\n>>endobj\n%%EOF\n"


def until(condition: object, limit_s: float = 10.0) -> None:
    deadline = monotonic() + limit_s
    while not condition():  # type: ignore[operator]
        assert monotonic() < deadline, "did not happen in time"
        sleep(0.02)


def out_of(stack: PrintStack, media: str) -> int:
    return len(stack.engines[media].printed)


def test_what_comes_out_is_byte_for_byte_what_was_handed_over(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    pdf = ONE_PAGE + bytes(range(256)) * 400
    assert printer.print_document(pdf, A3, "bytes") == Printed()
    assert stack.engines[A3].printed[-1].read_bytes() == pdf


def test_the_job_id_is_told_before_the_outcome(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    told: list[int] = []
    printer.print_document(ONE_PAGE, A4, "told", told.append)
    assert told == [printer.find_job("told")]


def test_each_paper_goes_to_the_printer_that_has_it(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    before = out_of(stack, A3), out_of(stack, A4)
    printer.print_document(ONE_PAGE, A4, "a4")
    assert (out_of(stack, A3), out_of(stack, A4)) == (before[0], before[1] + 1)


def test_an_empty_tray_is_seen_before_any_job(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    stack.act("paper_out", A3)
    assert printer.status() == Blocked("laser_printer.paper_out")
    assert printer.status_for(A3) == Blocked("laser_printer.paper_out")
    assert printer.status_for(A4) == Ready()
    stack.act("refill")
    assert printer.status() == Ready()


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("jam", Blocked("laser_printer.jam")),
        ("door_open", Blocked("laser_printer.door_open")),
        ("toner_low", Warning("laser_printer.toner_low")),
    ],
)
def test_an_idle_printer_tells_its_faults(
    stack: PrintStack, printer: CupsLaserPrinter, action: str, status: object
) -> None:
    stack.act(action)
    assert printer.status() == status


def test_no_job_is_made_for_an_empty_tray(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    stack.act("paper_out")
    assert printer.print_document(ONE_PAGE, A3, "no-job") == NotPrinted("laser_printer.paper_out")
    assert printer.find_job("no-job") is None


def test_paper_out_after_hand_over_is_a_known_not_printed_and_stays_so_after_the_refill(
    stack: PrintStack, printer: CupsLaserPrinter
) -> None:
    before = out_of(stack, A3)
    stack.act("paper_out", A3)
    job = printer.submit(ONE_PAGE, A3, "out")
    assert printer.follow(job) == NotPrinted("laser_printer.paper_out")
    stack.act("refill")
    assert printer.print_document(ONE_PAGE, A3, "next") == Printed()
    assert out_of(stack, A3) == before + 1  # the cancelled one did not come out after all


def test_paper_out_between_two_sheets_is_unsettled(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    stack.engines[A3].leave_sheets(1)
    assert printer.print_document(TWO_PAGES, A3, "half") == Unsettled("laser_printer.paper_out")


def test_a_jam_after_hand_over_leaves_the_licence_unknown(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    stack.engines[A3].jam_on_next_sheet()
    assert printer.print_document(ONE_PAGE, A3, "jam") == Unsettled("laser_printer.jam")


def test_a_refill_in_time_lets_the_job_go_on(
    stack: PrintStack,
) -> None:
    printer = create(stack.port, stack.server, patience=Patience(poll=0.1, blocked=60.0))
    stack.act("paper_out", A3)
    job = printer.submit(ONE_PAGE, A3, "patience")
    threading.Timer(0.5, stack.act, ("refill",)).start()
    assert printer.follow(job) == Printed()


def test_a_job_is_settled_after_its_submitter_died(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    job = printer.submit(ONE_PAGE, A4, "orphan")
    printer.close()
    after_restart = create(stack.port, stack.server)
    assert after_restart.find_job("orphan") == job
    assert after_restart.settle(job, "orphan") == Printed()


def test_a_job_that_the_spooler_never_heard_of_is_unsettled(printer: CupsLaserPrinter) -> None:
    assert printer.settle(99_999, "never") == Unsettled("laser_printer.job_lost")
    assert printer.find_job("never") is None


def test_cancelling_a_printed_job_finds_it_printed(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    printer.print_document(ONE_PAGE, A4, "late-cancel")
    job = printer.find_job("late-cancel")
    assert job is not None
    assert printer.cancel(job) == Printed()


def test_a_queue_that_cups_stopped_is_resumed_when_it_is_empty(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    connection = cups.Connection(host=stack.server)
    connection.disablePrinter("licences-a3")
    assert printer.status() == Ready()
    assert printer.print_document(ONE_PAGE, A3, "resumed") == Printed()


def test_a_stopped_queue_with_a_job_in_it_is_not_resumed(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    before = out_of(stack, A3)
    connection = cups.Connection(host=stack.server)
    connection.disablePrinter("licences-a3")
    job = Spooler(stack.server).submit("licences-a3", ONE_PAGE, A3, "waiting")
    assert printer.status() == Blocked("laser_printer.queue_stopped")
    with pytest.raises(Fault, match="jobs_waiting"):
        printer.resume()
    assert printer.cancel(job) == NotPrinted("laser_printer.cancelled")
    printer.resume()
    assert printer.status() == Ready()
    assert out_of(stack, A3) == before


def test_nothing_of_a_document_stays_in_the_spool(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    canary = b"canary-8d1f"
    printer.print_document(ONE_PAGE + canary, A3, "canary")
    root = Path(stack.server).parent

    def found() -> list[str]:
        return [str(p) for p in root.rglob("*") if p.is_file() and canary in p.read_bytes()]

    until(lambda: found() == [])


def test_a_dead_spooler_is_a_named_fault(tmp_path: Path) -> None:
    printer = create("licences-a3", str(tmp_path / "nothing.sock"))
    with pytest.raises(Fault) as caught:
        printer.open()
    assert caught.value.code == "laser_printer.spooler_down"


def test_an_unknown_queue_is_a_named_fault(stack: PrintStack) -> None:
    with pytest.raises(Fault) as caught:
        create("no-such-queue", stack.server).open()
    assert caught.value.code == "laser_printer.queue_missing"


def test_paper_that_no_printer_takes_is_refused(printer: CupsLaserPrinter) -> None:
    assert printer.print_document(ONE_PAGE, "iso_a0_841x1189mm", "a0") == NotPrinted("laser_printer.wrong_media")


def test_a_printer_without_power_is_missing_and_nothing_prints_later(stack: PrintStack) -> None:
    connection = cups.Connection(host=stack.server)
    ppd = Path(stack.server).parent / "licences-a3.ppd"
    connection.addPrinter("unplugged", device="ipp://localhost:9/ipp/print", filename=str(ppd))
    connection.acceptJobs("unplugged")
    connection.enablePrinter("unplugged")
    printer = create("unplugged", stack.server)
    assert printer.status() == Missing()
    job = printer.submit(ONE_PAGE, A3, "unplugged")
    assert isinstance(printer.follow(job), Unsettled | NotPrinted)
    assert connection.getJobs() == {}
    connection.deletePrinter("unplugged")
