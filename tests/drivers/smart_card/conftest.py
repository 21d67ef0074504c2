"""A card in a slot of the run's pcscd and a driver on it; what pcscd takes its time to notice is done once per file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.smart_card.authority import Authority
from drivers.smart_card.pcsc import PcscReader, create
from drivers.smart_card.private_pcscd import PrivatePcscd
from drivers.smart_card.simulated_files import Application, PivApplication, social_security
from drivers.smart_card.simulator import SmartCardSimulator
from tests.drivers.smart_card import certificates

LIMIT_S = 20.0
UPSETTING = ("bad_contact", "silence", "mute")  # after these pcscd has to see the card leave
PIN = "271828"


def wait_until(true: Callable[[], bool]) -> None:
    """pcscd looks at its slots in its own time (every 0.4 s): asked until it has seen, with a limit."""
    pause, deadline = threading.Event(), monotonic() + LIMIT_S
    while not true():
        assert monotonic() < deadline, f"not within {LIMIT_S} s"
        pause.wait(0.05)


def slot_with_nothing_left(pcscd: PrivatePcscd, number: int) -> Iterator[SmartCardSimulator]:
    """The body of a fixture: the next to use the slot finds it empty, and pcscd knows that."""
    simulator = SmartCardSimulator(pcscd.ports[number])
    yield simulator
    simulator.behave()
    simulator.close()
    reader = create(pcscd.reader(number), str(pcscd.socket))
    wait_until(lambda: not reader.card_present())
    reader.close()


@pytest.fixture(scope="module")
def slot_of_module(pcscd: PrivatePcscd) -> Iterator[SmartCardSimulator]:
    yield from slot_with_nothing_left(pcscd, 0)


@pytest.fixture
def slot(slot_of_module: SmartCardSimulator) -> Iterator[SmartCardSimulator]:
    """The card of the test before may still be in it: see ``insert`` and ``empty``."""
    slot_of_module.traffic.clear()
    yield slot_of_module
    slot_of_module.behave()


@pytest.fixture
def reader(pcscd: PrivatePcscd, slot: SmartCardSimulator) -> Iterator[PcscReader]:
    made = create(pcscd.reader(0), str(pcscd.socket))
    made.open()
    yield made
    broken = slot.state()["misbehaving"] in UPSETTING
    slot.behave()
    made.close()
    if broken:
        after = create(pcscd.reader(0), str(pcscd.socket))
        empty(slot, after)
        after.close()


def insert(slot: SmartCardSimulator, reader: PcscReader, label: str, *applications: Application) -> None:
    """A card with these applications is in, and pcscd knows that there is one."""
    slot.exchange(label, *applications)
    wait_until(reader.card_present)


def empty(slot: SmartCardSimulator, reader: PcscReader) -> None:
    """No card is in, and pcscd knows."""
    slot.take()
    wait_until(lambda: not reader.card_present())


@pytest.fixture
def resident_card(slot: SmartCardSimulator, reader: PcscReader) -> SmartCardSimulator:
    insert(slot, reader, "social security", social_security("510107188704170022", "林知夏"))
    return slot


@pytest.fixture(scope="session")
def issuer() -> certificates.Issuer:
    return certificates.root()


@pytest.fixture(scope="session")
def authority(issuer: certificates.Issuer) -> Authority:
    return Authority([issuer.certificate])


@pytest.fixture
def staff(slot: SmartCardSimulator, reader: PcscReader, issuer: certificates.Issuer) -> PivApplication:
    key = ec.generate_private_key(ec.SECP256R1())
    application = PivApplication(issuer.issue(key), key, PIN)
    insert(slot, reader, "technician", application)
    return application
