"""One pcscd for the test run (libpcsclite keeps to the first that it met), a card in its slot, a driver on it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.smart_card.authority import Authority
from drivers.smart_card.pcsc import SOCKET_VARIABLE, PcscReader, create
from drivers.smart_card.private_pcscd import PrivatePcscd
from drivers.smart_card.simulated_files import PivApplication, social_security
from drivers.smart_card.simulator import SmartCardSimulator
from tests.drivers.smart_card import certificates

LIMIT_S = 20.0
PIN = "271828"


def wait_until(true: Callable[[], bool]) -> None:
    """pcscd looks at its slots in its own time (every 0.4 s): asked until it has seen, with a limit."""
    pause, deadline = threading.Event(), monotonic() + LIMIT_S
    while not true():
        assert monotonic() < deadline, f"not within {LIMIT_S} s"
        pause.wait(0.05)


@pytest.fixture(scope="session")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePcscd]:
    # the process may have met one already: then this one listens where that did
    socket = os.environ.get(SOCKET_VARIABLE)
    made = PrivatePcscd(Path(socket).parent if socket else tmp_path_factory.mktemp("pcscd"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def slot(pcscd: PrivatePcscd) -> Iterator[SmartCardSimulator]:
    simulator = SmartCardSimulator(pcscd.ports[0])
    yield simulator
    simulator.close()


@pytest.fixture
def reader(pcscd: PrivatePcscd, slot: SmartCardSimulator) -> Iterator[PcscReader]:
    made = create(pcscd.reader(0), str(pcscd.socket))
    made.open()
    wait_until(lambda: not made.card_present())  # the card of the test before
    yield made
    made.close()


@pytest.fixture
def resident_card(slot: SmartCardSimulator, reader: PcscReader) -> SmartCardSimulator:
    slot.put("social security", social_security("510107188704170022", "林知夏"))
    wait_until(reader.card_present)
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
    slot.put("technician", application)
    wait_until(reader.card_present)
    return application
