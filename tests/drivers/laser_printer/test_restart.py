"""cupsd is killed and started again while it is in use: back within 10 s, and the job in flight is told truthfully."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import cups
import pytest

from drivers.device import Fault, Ready
from drivers.laser_printer import spooler as spooler_module
from drivers.laser_printer.cups import CupsLaserPrinter, create
from drivers.laser_printer.job_watch import Patience
from drivers.laser_printer.simulator import PrintStack
from drivers.laser_printer.spooler import Spooler
from drivers.laser_printer.stop_queues import stop_queues
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from tests.drivers.laser_printer.test_cups import A3, A4, ONE_PAGE, out_of, until
from tests.thorough import figure, rounds

pytestmark = pytest.mark.restart
BACK_LIMIT_S = 10.0
RESTARTED = "laser_printer.spooler_restarted"


@pytest.fixture
def stack(running_stack: PrintStack) -> Iterator[PrintStack]:
    running_stack.act("refill")
    yield running_stack
    running_stack.act("refill")
    create(running_stack.port, running_stack.server).resume()  # a test that leaves a job behind fails here


@pytest.fixture
def printer(stack: PrintStack) -> Iterator[CupsLaserPrinter]:
    driver = create(stack.port, stack.server, patience=Patience(poll=0.05, cancel=5.0, blocked=60.0))
    driver.open()
    yield driver
    driver.close()


def with_a_restart(stack: PrintStack, printer: CupsLaserPrinter, job: int) -> Outcome:
    """What the driver says of the job when cupsd is killed under it and started again, and how long that took."""
    outcomes: list[Outcome] = []
    following = threading.Thread(target=lambda: outcomes.append(printer.follow(job)))
    stack.kill_spooler()
    following.start()
    stack.restart_spooler()
    began = monotonic()
    following.join(60)
    figure(f"cupsd killed in mid-job: told {outcomes} {monotonic() - began:.1f} s after it was back")
    (outcome,) = outcomes
    return outcome


def at_the_printer(stack: PrintStack, media: str) -> Callable[[], bool]:
    return lambda: bool(stack.engines[media].state()["printing"])


def test_a_sheet_that_was_under_way_is_printed_once_and_said_to_be(
    stack: PrintStack, printer: CupsLaserPrinter
) -> None:
    before = out_of(stack, A3)
    stack.engines[A3].slow_down(1.0)
    job = printer.submit(ONE_PAGE, A3, f"under-way-{before}")
    until(at_the_printer(stack, A3))
    assert with_a_restart(stack, printer, job) == Printed()
    assert printer.status() == Ready()
    assert printer.print_document(ONE_PAGE, A3, f"after-{before}") == Printed()
    assert out_of(stack, A3) == before + 2


def test_a_sheet_that_waits_for_paper_is_stopped_and_never_comes_out(
    stack: PrintStack, printer: CupsLaserPrinter
) -> None:
    before = out_of(stack, A3)
    stack.act("paper_out", A3)
    job = printer.submit(ONE_PAGE, A3, f"waits-{before}")
    until(lambda: printer._watch.known_to_printers(f"waits-{before}") != [])
    assert with_a_restart(stack, printer, job) == NotPrinted(RESTARTED)
    stack.act("refill")
    assert printer.print_document(ONE_PAGE, A3, f"next-{before}") == Printed()
    assert out_of(stack, A3) == before + 1


def test_a_jam_beside_a_restart_is_never_said_to_be_no_paper(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    stack.engines[A3].jam_on_next_sheet()
    job = printer.submit(ONE_PAGE, A3, "jam-and-restart")
    until(lambda: "media-jam" in stack.engines[A3].state()["reasons"])
    assert isinstance(with_a_restart(stack, printer, job), Unsettled)


def test_a_job_that_ended_before_the_kill_is_remembered(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    """CUPS keeps ids and outcomes on disk, if it writes them at once (DirtyCleanInterval 0)."""
    assert printer.print_document(ONE_PAGE, A4, "remembered") == Printed()
    job = printer.find_job("remembered")
    stack.kill_spooler()
    stack.restart_spooler()
    assert printer.find_job("remembered") == job
    assert printer.settle(job, "remembered") == Printed()
    printer.resume()
    following = printer.submit(ONE_PAGE, A4, "next-number")
    assert following == (job or 0) + 1
    assert printer.follow(following) == Printed()


def test_nothing_of_the_document_stays_in_the_spool(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    canary = b"canary-77ab"
    stack.act("paper_out", A3)
    job = printer.submit(ONE_PAGE + canary, A3, "canary-restart")
    until(lambda: printer._watch.known_to_printers("canary-restart") != [])
    with_a_restart(stack, printer, job)
    spool = Path(stack.server).parent / "spool"
    until(lambda: not any(canary in path.read_bytes() for path in spool.rglob("*") if path.is_file()))


def test_status_is_down_while_it_is_and_back_in_time(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    stack.kill_spooler()
    with pytest.raises(Fault) as caught:
        printer.status()
    assert caught.value.code == "laser_printer.spooler_down"
    stack.restart_spooler()
    began = monotonic()
    assert printer.status() == Ready()  # stopped queues without a job are resumed
    assert monotonic() - began < BACK_LIMIT_S
    figure(f"cupsd restarted: queues ready after {monotonic() - began:.2f} s")


def test_a_spooler_that_does_not_come_back_leaves_it_to_the_printer(stack: PrintStack) -> None:
    printer = create(stack.port, stack.server, patience=Patience(poll=0.05, spooler=0.5))
    printer.open()
    job = printer.submit(ONE_PAGE, A3, "never-back")
    until(lambda: printer._watch.known_to_printers("never-back") != [])
    stack.kill_spooler()
    try:
        assert printer.follow(job, "never-back") == Printed()
        assert printer.follow(job, "not-its-name") == Unsettled("laser_printer.spooler_down")
    finally:
        stack.restart_spooler()
    assert printer.status() == Ready()  # what could not be cancelled is, and the queue goes on
    assert Spooler(stack.server).jobs("not-completed") == []


def test_kiosk_and_spooler_killed_together_are_settled_afterwards(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    """A power cut of the kiosk's computer: the printer had its own."""
    job = printer.submit(ONE_PAGE, A3, "power-cut")
    until(at_the_printer(stack, A3))
    printer.close()
    stack.kill_spooler()
    stack.restart_spooler()
    afterwards = create(stack.port, stack.server, patience=Patience(poll=0.05, blocked=0.3))
    assert afterwards.settle(None, "power-cut") == Printed()
    assert afterwards.settle(job, "power-cut") == Printed()
    assert afterwards.settle(None, "never-heard-of") is None
    afterwards.close()


def test_a_number_that_was_given_twice_is_not_taken_for_ours(printer: CupsLaserPrinter) -> None:
    job = printer.submit(ONE_PAGE, A4, "somebody-else")
    assert printer.settle(job, "ours") == Unsettled("laser_printer.job_lost")
    assert printer.follow(job, "somebody-else") == Printed()  # and was left alone


def test_a_frozen_spooler_holds_nobody(
    stack: PrintStack, printer: CupsLaserPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spooler_module, "ANSWER_LIMIT_S", 0.3)
    stack.freeze_spooler()
    try:
        with pytest.raises(Fault) as caught:
            printer.status()
        assert caught.value.code == "laser_printer.spooler_down"
    finally:
        stack.thaw_spooler()
    monkeypatch.setattr(spooler_module, "ANSWER_LIMIT_S", 30.0)
    assert printer.status() == Ready()


def test_no_sheet_is_doubled_or_denied_whenever_the_spooler_is_killed(
    stack: PrintStack, printer: CupsLaserPrinter
) -> None:
    count = rounds(2, 40)
    told: dict[str, int] = {}
    for turn in range(count):
        before = out_of(stack, A4)
        stack.engines[A4].slow_down(0.2)
        job = printer.submit(ONE_PAGE, A4, f"turn-{turn}-{before}")
        sleep(0.3 * turn / count)  # not to wait for something: to kill it somewhere else each time
        outcome = with_a_restart(stack, printer, job)
        until(lambda: not at_the_printer(stack, A4)())
        sheets = out_of(stack, A4) - before
        assert sheets <= 1
        assert not isinstance(outcome, NotPrinted) or sheets == 0
        assert outcome != Printed() or sheets == 1
        told[type(outcome).__name__] = told.get(type(outcome).__name__, 0) + 1
        printer.resume()
    figure(f"cupsd killed {count} times at different moments of a job: {told}, 0 sheets doubled, 0 wrongly denied")


# ── what makes the queues wait ──────────────────────────────────────────────────────────────────────────────────────


def test_every_queue_that_was_running_is_stopped_in_the_file(tmp_path: Path) -> None:
    conf = tmp_path / "printers.conf"
    conf.write_text("<Printer a>\nState Idle\nInfo State Idle\n</Printer>\n<Printer b>\nState Processing\n</Printer>\n")
    conf.chmod(0o600)
    assert stop_queues(conf) == 2
    assert conf.read_text().count("State Stopped") == 2
    assert "Info State Idle" in conf.read_text()
    assert conf.stat().st_mode & 0o777 == 0o600
    assert stop_queues(conf) == 0
    assert stop_queues(tmp_path / "none") == 0


def test_a_queue_that_waited_with_a_job_does_not_print_it(stack: PrintStack, printer: CupsLaserPrinter) -> None:
    before = out_of(stack, A3)
    cups.Connection(host=stack.server).disablePrinter("licences-a3")
    job = Spooler(stack.server).submit("licences-a3", ONE_PAGE, A3, "held")
    stack.kill_spooler()
    stack.restart_spooler()
    assert printer.cancel(job) == NotPrinted("laser_printer.cancelled")
    assert printer.status() == Ready()
    assert out_of(stack, A3) == before
