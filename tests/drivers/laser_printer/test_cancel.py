"""Cancelling, and what is said of the sheet: each outcome with the evidence for it."""

from __future__ import annotations

import threading

import pytest

from drivers.device import Ready
from drivers.host import DeviceHost
from drivers.laser_printer import ipp
from drivers.laser_printer.cups import CupsLaserPrinter, create
from drivers.laser_printer.job_watch import Patience
from drivers.laser_printer.simulator import PrintStack
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from tests.drivers.laser_printer.conftest import QUICK
from tests.drivers.laser_printer.test_cups import A3, A4, ONE_PAGE, TWO_PAGES, out_of, until
from tests.drivers.listening import LIMIT_S, Listener

CANCELLED = "laser_printer.cancelled"


def begun(stack: PrintStack, media: str) -> None:
    until(lambda: bool(stack.engines[media].state()["printing"]))


def test_before_the_first_sheet_nothing_came_out(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    before = out_of(stack, A3)
    stack.engines[A3].slow_down(3.0)
    job = printer.submit(ONE_PAGE, A3, "early")
    begun(stack, A3)
    assert printer.cancel(job) == NotPrinted(CANCELLED)
    assert out_of(stack, A3) == before


def test_between_two_sheets_nobody_knows(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    stack.engines[A3].leave_sheets(1)
    job = printer.submit(TWO_PAGES, A3, "between")
    until(lambda: stack.engines[A3].state()["sheets"] == 0)
    until(lambda: any(known.impressions == 1 for _, known in printer._watch.known_to_printers("between")))
    assert printer.cancel(job) == Unsettled(CANCELLED)


def test_a_jam_during_the_cancel_is_not_taken_for_no_paper(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    engine = stack.engines[A3]
    engine.slow_down(3.0)
    job = printer.submit(ONE_PAGE, A3, "jam-during-cancel")
    begun(stack, A3)
    threading.Thread(target=engine.act, args=("jam",)).start()
    until(lambda: "media-jam" in engine.state()["reasons"])
    assert printer.cancel(job) == Unsettled("laser_printer.jam")


def test_a_printer_that_forgets_its_jobs_leaves_it_open(
    stack: PrintStack, printer: CupsLaserPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.act("paper_out", A3)
    job = printer.submit(ONE_PAGE, A3, "forgotten")
    until(lambda: printer._watch.known_to_printers("forgotten") != [])
    monkeypatch.setattr(ipp, "ask_jobs", lambda *_: [])
    assert printer.cancel(job) == Unsettled(CANCELLED)
    monkeypatch.undo()
    stack.act("refill")


def test_an_end_of_the_session_drops_the_late_result_and_not_the_sheet(stack: PrintStack) -> None:
    """The host's promise: whoever has left hears nothing, and what is at the printer ends as it ends."""
    engine = stack.engines[A4]
    engine.slow_down(0.4)
    before = out_of(stack, A4)
    host: DeviceHost[CupsLaserPrinter] = DeviceHost(
        "laser_printer", lambda: create(stack.port, stack.server, patience=QUICK), heard := Listener()
    )
    host.start()
    heard.status(Ready)
    outcomes: list[Outcome] = []
    late = host.submit("gone", lambda driver: outcomes.append(driver.print_document(ONE_PAGE, A4, "late")))
    begun(stack, A4)
    host.forget("gone")
    assert host.submit("next", lambda driver: driver.print_document(ONE_PAGE, A4, "next")).result(LIMIT_S) == Printed()
    assert outcomes == [Printed()]
    assert late.session_id == "gone"  # whoever hears of it can tell that it is nobody's
    assert out_of(stack, A4) == before + 2
    assert host.stop()


def test_two_printers_do_not_wait_for_each_other(stack: PrintStack) -> None:
    stack.act("paper_out", A3)
    outcomes: dict[str, Outcome] = {}

    def print_on(media: str) -> None:
        driver = create(stack.port, stack.server, patience=Patience(poll=0.05, blocked=60.0))
        driver.open()
        job = driver.submit(ONE_PAGE, media, f"two-{media}")
        outcomes[media] = driver.follow(job)
        driver.close()

    threads = {media: threading.Thread(target=print_on, args=(media,)) for media in (A3, A4)}
    for thread in threads.values():
        thread.start()
    threads[A4].join(LIMIT_S)
    assert outcomes == {A4: Printed()}
    stack.act("refill")
    threads[A3].join(LIMIT_S)
    assert outcomes[A3] == Printed()
