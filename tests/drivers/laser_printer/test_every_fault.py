"""Every fault of the licence printer's book is provoked: by a real cupsd, real IPP printers, and one that says all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cups
import pytest

from drivers.device import Blocked, Status, Unknown, Warning
from drivers.faults import book
from drivers.laser_printer.cups import CupsLaserPrinter, create
from drivers.laser_printer.job_watch import Patience
from drivers.laser_printer.simulated_ipp import SimulatedIppPrinter
from drivers.laser_printer.simulator import PrintStack
from drivers.laser_printer.spooler import Spooler
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from tests.drivers import provoking
from tests.drivers.laser_printer.conftest import QUICK
from tests.drivers.laser_printer.test_cups import A3, A4, ONE_PAGE, until
from tests.drivers.provoking import code_of
from tests.thorough import figure


@dataclass
class Bench:
    stack: PrintStack
    printer: CupsLaserPrinter
    spoken: SimulatedIppPrinter
    queue_to: Callable[[str], str]

    @property
    def connection(self) -> cups.Connection:
        return cups.Connection(host=self.stack.server)


def of_status(status: Status) -> str:
    assert isinstance(status, Blocked | Warning | Unknown)
    return status.reason


def of_outcome(outcome: Outcome | None) -> str:
    assert isinstance(outcome, NotPrinted | Unsettled)
    return outcome.reason


def hand(action: str) -> Callable[[Bench], str]:
    """A person's hand at a real printer."""

    def provoke(bench: Bench) -> str:
        bench.stack.act(action, A3)
        return of_status(bench.printer.status())

    return provoke


def word(reason: str) -> Callable[[Bench], str]:
    """A keyword that a printer says."""

    def provoke(bench: Bench) -> str:
        bench.spoken.says(reason)
        return of_status(create(bench.queue_to(bench.spoken.uri), bench.stack.server).status())

    return provoke


def unreadable_answer(bench: Bench) -> str:
    bench.spoken.misbehave("garbage")
    return of_status(create(bench.queue_to(bench.spoken.uri), bench.stack.server).status())


def not_answering(bench: Bench) -> str:
    unplugged = create(bench.queue_to("ipp://localhost:9/ipp/print"), bench.stack.server)
    return of_outcome(unplugged.print_document(ONE_PAGE, A3, "unplugged"))


def tray_mismatch(bench: Bench) -> str:
    bench.spoken.says(media_col_ready=[{"media-source": ["tray-1"], "media-size-name": [A4]}])
    printer = create(bench.queue_to(bench.spoken.uri), bench.stack.server, trays={A3: "tray-1"})
    return of_status(printer.status())


def not_accepting(bench: Bench) -> str:
    bench.connection.rejectJobs("licences-a3")
    try:
        return of_status(bench.printer.status())
    finally:
        bench.connection.acceptJobs("licences-a3")


def not_accepted(bench: Bench) -> str:
    bench.connection.rejectJobs("licences-a3")
    try:
        return code_of(lambda: bench.printer.submit(ONE_PAGE, A3, "refused"))
    finally:
        bench.connection.acceptJobs("licences-a3")


def stopped_with_a_job(bench: Bench, ask: Callable[[], str]) -> str:
    bench.connection.disablePrinter("licences-a3")
    job = Spooler(bench.stack.server).submit("licences-a3", ONE_PAGE, A3, "waiting")
    try:
        return ask()
    finally:
        bench.printer.cancel(job)
        bench.printer.resume()


def not_allowed(bench: Bench) -> str:
    """A spooler that lets us not resume a queue, as the system's does for a user outside of lpadmin."""
    stopped, resume_printer = 5, 0x0011
    bench.spoken.says(printer_is_accepting_jobs=[True], device_uri=["usb://some/printer"], media_supported=[A3])
    bench.spoken.attributes["printer-state"] = [stopped]
    bench.spoken.refused.add(resume_printer)
    address = bench.spoken.uri.removeprefix("ipp://").removesuffix("/ipp/print")
    return code_of(create("any", address).status)


def aborted(bench: Bench) -> str:
    for _ in range(3):  # a job that an earlier test gave up may come late and be the one that is broken off
        bench.stack.act("abort_next", A3)
        outcome = bench.printer.print_document(ONE_PAGE, A3, "aborted")
        if not isinstance(outcome, Printed):
            break
    return of_outcome(outcome)


def cancelled(bench: Bench) -> str:
    bench.stack.act("paper_out", A3)
    return of_outcome(bench.printer.cancel(bench.printer.submit(ONE_PAGE, A3, "unwanted")))


def timed_out(bench: Bench) -> str:
    bench.stack.act("paper_out", A3)
    patient = create(bench.stack.port, bench.stack.server, patience=Patience(poll=0.05, follow=0.3, blocked=60.0))
    return of_outcome(patient.follow(patient.submit(ONE_PAGE, A3, "endless")))


def spooler_restarted(bench: Bench) -> str:
    bench.stack.act("paper_out", A3)
    patient = create(bench.stack.port, bench.stack.server, patience=Patience(poll=0.05, blocked=60.0))
    job = patient.submit(ONE_PAGE, A3, "restart")
    until(lambda: patient._watch.known_to_printers("restart") != [])
    bench.stack.kill_spooler()
    asked = patient._spooler.job

    def asked_once(job_id: int) -> object:
        patient._spooler.job = asked  # type: ignore[method-assign]
        try:
            return asked(job_id)  # nobody there
        finally:
            bench.stack.restart_spooler()

    patient._spooler.job = asked_once  # type: ignore[method-assign, assignment]
    reason = of_outcome(patient.follow(job, "restart"))
    patient.resume()
    return reason


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "spooler_down": lambda _: code_of(create("any", "/nowhere/cups.sock").open),
    "queue_missing": lambda bench: code_of(create("no-such-queue", bench.stack.server).open),
    "not_answering": not_answering,
    "unreadable_answer": unreadable_answer,
    "tray_mismatch": tray_mismatch,
    "wrong_media": lambda bench: of_outcome(bench.printer.print_document(ONE_PAGE, "iso_a0_841x1189mm", "a0")),
    "not_accepting": not_accepting,
    "not_accepted": not_accepted,
    "queue_stopped": lambda bench: stopped_with_a_job(bench, lambda: of_status(bench.printer.status())),
    "jobs_waiting": lambda bench: stopped_with_a_job(bench, lambda: code_of(bench.printer.resume)),
    "not_allowed": not_allowed,
    "job_lost": lambda bench: of_outcome(bench.printer.settle(99_999, "never")),
    "aborted": aborted,
    "cancelled": cancelled,
    "timed_out": timed_out,
    "spooler_restarted": spooler_restarted,
    "paper_out": hand("paper_out"),
    "jam": hand("jam"),
    "door_open": hand("door_open"),
    "toner_low": hand("toner_low"),
    "tray_missing": hand("tray_out"),
    "toner_out": hand("toner_out"),
    "waste_full": hand("waste_full"),
    "missing": lambda bench: provoking.missing("laser_printer", lambda: create("any", "/nowhere/cups.sock")),
}
for code, keyword in {
    "paper_low": "media-low-warning", "waste_almost_full": "marker-waste-almost-full", 
    "output_full": "output-area-full",
    "output_almost_full": "output-area-almost-full", "offline": "offline", "service_needed": "fuser-over-temp-error",
    "paused": "paused", "spool_full": "spool-area-full", "needs_attention": "com.example.on-fire-error",
    "notice": "com.example.moonphase", "wear": "opc-near-eol", "warming_up": "fuser-under-temp-report",
}.items():  # fmt: skip
    PROVOKE[code] = word(keyword)
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        return provoke("laser_printer", lambda: create(bench.stack.port, bench.stack.server, patience=QUICK))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(
    stack: PrintStack, printer: CupsLaserPrinter, spoken: SimulatedIppPrinter, queue_to: Callable[[str], str]
) -> Bench:
    return Bench(stack, printer, spoken, queue_to)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"laser_printer.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("laser_printer.") for code in book() if code.startswith("laser_printer.")}
    assert set(PROVOKE) == of_device
    figure(f"laser_printer: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
