"""The conformance suite: what every device must do, whether it is real or simulated."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, get_args

from drivers.device import Driver, Fault, Ready, Status, Warning
from drivers.faults import book
from drivers.outcome import Printed
from drivers.registry import DeviceConfig, build_driver

LIMIT_S = 30.0  # a driver's own limits are a few seconds; the rest is for a loaded machine
HANDS_S = 30.0  # for a person to lay a card
ROUNDS = 25  # of open and close
SETTLE_S = 10.0  # threads of a library end in their own time
NOWHERE = {"nut": "rig@127.0.0.1:1", "network": "127.0.0.1:1"}  # the other drivers take a path or a name
SLIP = b"\x1b@Conformance test\n\n\n\x1dV\x00"
PAGE = b"%PDF-1.7\n% conformance test\n%%EOF\n"
A4 = "iso_a4_210x297mm"

Push = Callable[..., Any]


class CaseFailed(AssertionError):
    """What did not hold."""


class CaseSkipped(Exception):
    """Why it cannot be asked here."""


@dataclass
class Subject:
    """A device under test. ``push`` presses its simulator's buttons; None for a real one."""

    device: str
    config: DeviceConfig
    push: Push | None = None
    hands_s: float = HANDS_S
    say: Callable[[str], None] = lambda _: None

    def make(self) -> Any:
        return build_driver(self.device, self.config)

    def opened(self) -> Any:
        driver = self.make()
        driver.open()
        return driver


def must(condition: bool, fact: str) -> None:
    if not condition:
        raise CaseFailed(fact)


def timely(act: Callable[[], Any]) -> Any:
    """What it gives, if it came in time."""
    begun = monotonic()
    told = act()
    must(monotonic() - begun < LIMIT_S, f"took {monotonic() - begun:.0f} s")
    return told


def status_of(driver: Driver) -> Status:
    """Raises CaseFailed when it is none, or its reason is not in the book."""
    try:
        status: Status = timely(driver.status)
    except Fault as fault:
        must(fault.code in book(), f"{fault.code} is not in the book")
        raise
    must(isinstance(status, get_args(Status)), f"{status!r} is no Status")
    reason = getattr(status, "reason", "")
    must(not reason or reason in book(), f"{reason} is not in the book")
    return status


# ── what every device must do ───────────────────────────────────────────────────────────────────────────────────────


def opens_and_is_well(subject: Subject) -> None:
    driver = subject.opened()
    try:
        status = status_of(driver)
        must(isinstance(status, Ready | Warning), f"it is {status}")
    finally:
        driver.close()


def may_be_opened_and_closed_twice(subject: Subject) -> None:
    driver = subject.make()
    driver.close()
    driver.open()
    timely(driver.open)
    driver.close()
    timely(driver.close)


def promises_nothing_when_closed(subject: Subject) -> None:
    """A driver that asks afresh each time may still answer; one that holds a line says that it has none."""
    driver = subject.opened()
    driver.close()
    try:
        status_of(driver)
    except Fault as fault:
        must(fault.code.startswith(f"{subject.device}."), fault.code)
    finally:
        driver.close()
    again = subject.opened()
    again.close()


def says_that_nobody_is_there(subject: Subject) -> None:
    options = {"server": "/nonexistent/cups.sock"} if subject.config.driver == "cups" else {}
    port = NOWHERE.get(subject.config.driver, "/nonexistent/port")
    driver = build_driver(subject.device, DeviceConfig(driver=subject.config.driver, port=port, **options))
    try:
        timely(driver.open)
        status = status_of(driver)
        must(not isinstance(status, Ready | Warning), f"with nobody there it is {status}")
    except Fault as fault:
        must(fault.code in book(), f"{fault.code} is not in the book")
    finally:
        driver.close()


def leaves_nothing_behind(subject: Subject) -> None:
    """Threads and descriptors after many rounds are those of the first round."""

    def one_round() -> None:
        driver = subject.opened()
        driver.status()
        driver.close()

    def held() -> tuple[int, int]:
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names are not needed

    one_round()
    before = held()
    for _ in range(ROUNDS):
        one_round()
    deadline = monotonic() + SETTLE_S
    while (after := held())[0] > before[0] + 1 or after[1] > before[1] + 2:
        must(monotonic() < deadline, f"threads, files: {before} before, {after} after {ROUNDS} rounds")
        sleep(0.05)


# ── what each device is for ─────────────────────────────────────────────────────────────────────────────────────────


def reads_a_card(subject: Subject) -> None:
    reader = subject.opened()
    try:
        if subject.push is not None:
            subject.push("id_card", action="put", person="holder")
        elif not subject.hands_s:
            raise CaseSkipped("nobody lays a card (--hands 0)")
        else:
            subject.say(f"lay a card on the {subject.device} within {subject.hands_s:.0f} s")
        deadline = monotonic() + (subject.hands_s if subject.push is None else LIMIT_S)
        while not reader.find_card():
            must(monotonic() < deadline, "no card was found")
            sleep(0.3)  # readers need 300 ms between finds
        card = timely(reader.read_card)
        must(bool(card.name) and bool(card.id_number), "the card has no name or number")
        must("id_number" not in repr(card) or card.id_number not in repr(card), "the number stands in the card's repr")
        must(reader.card_present(), "the card lies there and is not seen")
    finally:
        reader.close()
        if subject.push is not None:
            subject.push("id_card", action="take")


def prints_a_slip(subject: Subject) -> None:
    printer = subject.opened()
    try:
        outcome = timely(lambda: printer.print_bytes(SLIP))
        must(outcome == Printed(), f"{outcome}")
    finally:
        printer.close()


def prints_a_sheet(subject: Subject) -> None:
    printer = subject.opened()
    try:
        title = f"conformance-{monotonic():.6f}"
        outcome = printer.print_document(PAGE, A4, title)
        must(outcome == Printed(), f"{outcome}")
        must(printer.find_job(title) is not None, "the spooler does not know the job")
    finally:
        printer.close()


def gives_pictures(subject: Subject) -> None:
    camera = subject.opened()
    try:
        frame = timely(camera.frame)
        must(frame.ndim == 3 and frame.shape[2] == 3, f"a frame of shape {frame.shape}")
        must(frame.dtype.name == "uint8", f"pixels of {frame.dtype.name}")
    finally:
        camera.close()


def tells(verb: str) -> Callable[[Subject], None]:
    """A verb without arguments that gives something."""

    def case(subject: Subject) -> None:
        driver = subject.opened()
        try:
            must(timely(getattr(driver, verb)) is not None, f"{verb} told nothing")
        finally:
            driver.close()

    case.__name__ = f"tells_{verb}"
    return case


EVERY_DEVICE: tuple[Callable[[Subject], None], ...] = (
    opens_and_is_well,
    may_be_opened_and_closed_twice,
    promises_nothing_when_closed,
    says_that_nobody_is_there,
    leaves_nothing_behind,
)
OF_DEVICE: dict[str, tuple[Callable[[Subject], None], ...]] = {
    "id_card": (reads_a_card,),
    "thermal_printer": (prints_a_slip,),
    "laser_printer": (prints_a_sheet,),
    "camera": (gives_pictures,),
    "document_camera": (gives_pictures,),
    "sensors": (tells("contacts"),),
    "ups": (tells("power"),),
}
# a push that harms, one that heals, by device; between them it must not be well, after them it must be
RECOVERY: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "id_card": ({"action": "misbehave", "kind": "silence"}, {"action": "behave"}),
    "thermal_printer": ({"action": "cover_open"}, {"action": "cover_close"}),
    "laser_printer": ({"action": "paper_out"}, {"action": "refill"}),
    "sensors": ({"action": "misbehave", "kind": "silence"}, {"action": "behave"}),
    "ups": ({"action": "misbehave", "kind": "silence"}, {"action": "behave"}),
}


def recovers(subject: Subject) -> None:
    """In trouble it says so, within its limits; afterwards the same driver, opened again if need be, is well."""
    if subject.push is None:
        raise CaseSkipped("a real device has no button for trouble")
    harm, heal = RECOVERY[subject.device]
    driver = subject.opened()
    try:
        subject.push(subject.device, **harm)
        try:
            _until(driver, well=False)
        finally:
            subject.push(subject.device, **heal)
        _until(driver, well=True)
    finally:
        driver.close()


def _until(driver: Any, well: bool) -> None:
    deadline = monotonic() + LIMIT_S
    while True:
        seen: object
        try:
            seen = status_of(driver)
            if isinstance(seen, Ready | Warning) == well:
                return
        except Fault as fault:
            if not well:
                return
            seen = fault.code
            driver.close()
            try:
                driver.open()
            except Fault as refused:
                seen = refused.code
        must(monotonic() < deadline, f"{'not well again' if well else 'does not say that it is in trouble'}: {seen}")
        sleep(0.1)


def cases_of(device: str) -> tuple[Callable[[Subject], None], ...]:
    """All cases of a device."""
    return EVERY_DEVICE + OF_DEVICE.get(device, ()) + ((recovers,) if device in RECOVERY else ())
