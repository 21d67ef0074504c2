"""`./kiosk rig soak`: days of a hall's work in minutes, counted on both ends of every wire."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from drivers.device import Fault
from drivers.device_events import DeviceEvent, FaultSeen
from drivers.host import DeviceHost
from drivers.outcome import NotPrinted, Outcome, Printed
from drivers.registry import DeviceConfig, build_driver
from drivers.rig.process import RigProcess

CARD_S, RECEIPT_S, LICENCE_S = 5.0, 300.0, 1800.0  # how often, in seconds of the hall
RESTART_S, REPLUG_S, SPOOLER_S = 3600.0, 5400.0, 21600.0  # kiosk software, reader's cable, print server
SAMPLES = 240  # points of the plot
DEVICES = ("id_card", "thermal_printer", "laser_printer")
COMMAND_LIMIT_S = 120.0  # a command of a driver has limits of its own; this one finds a driver that has none
RECOVERY_LIMIT_S = 30.0
READ_TRIES = 3  # with the cable pulled in between, a person lays the card again
MEDIA = ("iso_a3_297x420mm", "iso_a4_210x297mm")
CUT = b"\n\n\n\x1dV\x00"
PEOPLE = {"holder": "林知夏", "neighbour": "周远山"}
SEED = 20261124


@dataclass(frozen=True)
class Sample:
    """``hour`` is the hall's; memory in bytes."""

    hour: float
    rss: int
    threads: int
    descriptors: int
    cards: int
    receipts: int
    licences: int


@dataclass
class Tally:
    """What was done, as the drivers told it."""

    cards: int = 0
    cards_again: int = 0  # read at a second or third laying
    cards_failed: int = 0
    receipts: list[str] = field(default_factory=list)  # those told as printed
    licences: list[str] = field(default_factory=list)
    not_printed: int = 0
    unsettled: list[str] = field(default_factory=list)
    restarts: int = 0
    replugs: int = 0
    spooler_restarts: int = 0
    faults: dict[str, int] = field(default_factory=dict)


class Soak:
    """The kiosk's side: real hosts and drivers on a rig that runs in another process."""

    def __init__(
        self, rig: RigProcess, hours: float, speed: float, say: Callable[[str], None], card_s: float = CARD_S
    ) -> None:
        self._rig, self._hours, self._speed, self._say = rig, hours, speed, say
        self._card_s = card_s
        self._at = 0.0  # seconds of the hall
        self.tally = Tally()
        self.samples: list[Sample] = []
        self._hosts: dict[str, DeviceHost[Any]] = {}
        self._chance = random.Random(SEED)
        self._replug_next = False
        self._lock = threading.Lock()

    def run(self) -> None:
        """The whole time, at most ``speed`` times as fast as the clock."""
        self._start_hosts()
        begun = monotonic()
        plan: list[tuple[float, Callable[[], None]]] = [
            (self._card_s, self._card),
            (RECEIPT_S, self._receipt),
            (LICENCE_S, self._licence),
            (RESTART_S, self._restart),
            (REPLUG_S, self._replug),
            (SPOOLER_S, self._spooler),
            (self._hours * 3600 / SAMPLES, self._sample),
        ]
        due = [(every, number) for number, (every, _) in enumerate(plan)]
        heapify(due)
        try:
            while due[0][0] <= self._hours * 3600:
                at, number = heappop(due)
                heappush(due, (at + plan[number][0], number))
                sleep(max(0.0, begun + at / self._speed - monotonic()))
                self._at = at
                plan[number][1]()
        finally:
            for host in self._hosts.values():
                host.stop()

    # ── what happens in a hall ──────────────────────────────────────────────────────────────────────────────────────

    def _card(self) -> None:
        person = self._chance.choice(sorted(PEOPLE))
        for attempt in range(READ_TRIES):
            self._rig.push("id_card", action="put", person=person)
            if self._replug_next:
                self._rig.push("id_card", action="misbehave", kind="unplugged_mid_read")
            try:
                name = self._do("id_card", lambda reader: reader.read_card().name)
            except Fault as fault:
                self._count(fault.code)
                if self._replug_next:
                    self._replug_next = False
                    self._rig.push("id_card", action="replug")
                    self.tally.replugs += 1
                self._recover("id_card")
                continue
            finally:
                self._rig.push("id_card", action="take")
            assert name == PEOPLE[person], "another person's card was read"
            self.tally.cards += 1
            self.tally.cards_again += attempt > 0
            return
        self.tally.cards_failed += 1

    def _receipt(self) -> None:
        name = f"RECEIPT {len(self.tally.receipts) + self.tally.not_printed + len(self.tally.unsettled):06d}"
        paper = f"\x1b@{name}\nBusiness hall, {self._at / 3600:.2f} h\n".encode("ascii") + CUT
        self._settle(name, self.tally.receipts, "thermal_printer", lambda printer: printer.print_bytes(paper))

    def _licence(self) -> None:
        name = f"LICENCE {len(self.tally.licences) + self.tally.not_printed + len(self.tally.unsettled):06d}"
        pdf = f"%PDF-1.7\n% {name}\n%%EOF\n".encode("ascii")
        media = MEDIA[len(self.tally.licences) % len(MEDIA)]
        self._settle(name, self.tally.licences, "laser_printer", lambda p: p.print_document(pdf, media, name))
        self._rig.push("laser_printer", action="refill")  # a tray has 250 sheets

    def _settle(self, name: str, printed: list[str], device: str, command: Callable[[Any], Outcome]) -> None:
        try:
            outcome = self._do(device, command)
        except Fault as fault:
            self._count(fault.code)
            outcome = NotPrinted(fault.code)
        if isinstance(outcome, Printed):
            printed.append(name)
        elif isinstance(outcome, NotPrinted):
            self.tally.not_printed += 1
        else:
            self.tally.unsettled.append(name)

    def _restart(self) -> None:
        """The kiosk's software ends and starts again: every thread, every port."""
        for host in self._hosts.values():
            assert host.stop(COMMAND_LIMIT_S), f"{host.name}: the thread did not end"
        self.tally.restarts += 1
        self._start_hosts()

    def _replug(self) -> None:
        self._replug_next = True  # in the middle of the next read

    def _spooler(self) -> None:
        self._rig.push("laser_printer", action="kill_spooler")
        self._rig.push("laser_printer", action="restart_spooler")
        self.tally.spooler_restarts += 1
        self._recover("laser_printer")

    # ── hosts and figures ───────────────────────────────────────────────────────────────────────────────────────────

    def _start_hosts(self) -> None:
        for device in DEVICES:
            config = DeviceConfig.model_validate(self._rig.bench["devices"][device])
            make = lambda device=device, config=config: build_driver(device, config)  # noqa: E731
            host: DeviceHost[Any] = DeviceHost(device, make, self._heard, poll_s=2.0)
            host.start()
            self._hosts[device] = host
        for device in DEVICES:
            self._recover(device)

    def _recover(self, device: str) -> None:
        """Until it takes commands again; a person who waits does no more."""
        deadline = monotonic() + RECOVERY_LIMIT_S
        while True:
            self._hosts[device].plugged()
            try:
                self._do(device, lambda driver: driver.status())
            except Fault:
                if monotonic() > deadline:
                    raise
                sleep(0.05)
            else:
                return

    def _do(self, device: str, command: Callable[[Any], Any]) -> Any:
        return self._hosts[device].submit("soak", command).result(COMMAND_LIMIT_S)

    def _heard(self, event: DeviceEvent) -> None:
        if isinstance(event, FaultSeen):
            self._count(event.code)

    def _count(self, code: str) -> None:
        with self._lock:
            self.tally.faults[code] = self.tally.faults.get(code, 0) + 1

    def _sample(self) -> None:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        done = self.tally
        self.samples.append(
            Sample(
                round(self._at / 3600, 3),
                pages * os.sysconf("SC_PAGE_SIZE"),
                threading.active_count(),
                len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - names are not needed
                done.cards,
                len(done.receipts),
                len(done.licences),
            )
        )
        if len(self.samples) % (SAMPLES // 12) == 0:
            self._say(
                f"{self._at / 3600:6.1f} h: {done.cards} cards, {len(done.receipts)} receipts, "
                f"{len(done.licences)} licences, {self.samples[-1].rss / 1e6:.1f} MB, "
                f"{self.samples[-1].threads} threads"
            )
