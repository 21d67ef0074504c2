"""pcscd killed and started again while it is in use: what was under way is told truthfully, and all goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from drivers.device import Fault, Ready
from drivers.host import DeviceHost
from drivers.smart_card import piv, social_security
from drivers.smart_card.authority import Authority
from drivers.smart_card.pcsc import PcscReader, create
from drivers.smart_card.private_pcscd import PrivatePcscd
from drivers.smart_card.simulated_files import Command, PivApplication
from drivers.smart_card.simulator import SmartCardSimulator
from drivers.smart_card.technician import sign_in
from tests.drivers.listening import LIMIT_S, Listener
from tests.drivers.smart_card.certificates import Issuer
from tests.drivers.smart_card.conftest import PIN, insert, wait_until
from tests.thorough import figure, rounds

pytestmark = pytest.mark.restart

NUMBER = "510107188704170022"
NATIONAL = social_security.profile()
RECOVERY_LIMIT_S = 10.0
WRONG_PIN = "000000"
T = TypeVar("T")
VERIFY, AUTHENTICATE, GET_DATA = 0x20, 0x87, 0xCB


def read(reader: PcscReader) -> social_security.SocialSecurityCard:
    with reader.card() as card:
        return social_security.read(card, NATIONAL)


def came_back(reader: PcscReader) -> bool:
    try:
        return reader.card_present()
    except Fault as fault:
        assert fault.code in ("smart_card.service_down", "smart_card.not_found", "smart_card.lost")
        return False


def recovered(pcscd: PrivatePcscd, reader: PcscReader, work: Callable[[PcscReader], T]) -> tuple[T, float]:
    """What the work gives, and the seconds from the restart until it is done."""
    began = monotonic()
    pcscd.start()
    wait_until(lambda: came_back(reader))
    return work(reader), monotonic() - began


def tries(reader: PcscReader) -> int | None:
    with reader.card() as card:
        return piv.tries_left(piv.read(card))


def test_killed_under_load_is_told_and_comes_back(
    reader: PcscReader, resident_card: SmartCardSimulator, pcscd: PrivatePcscd
) -> None:
    count, slowest = rounds(3, 50), 0.0
    for _ in range(count):
        busy = threading.Event()

        def kill(busy: threading.Event = busy) -> None:
            busy.wait()
            pcscd.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        with pytest.raises(Fault) as refusal, reader.card() as card:
            busy.set()
            while True:  # command after command until it breaks
                social_security.read(card, NATIONAL)
        assert refusal.value.code == "smart_card.service_lost", refusal.value
        killer.join()
        with pytest.raises(Fault, match=r"smart_card\.service_down"):
            reader.status()
        found, took = recovered(pcscd, reader, read)
        assert found.number == NUMBER
        slowest = max(slowest, took)
    figure(f"pcscd killed in mid-transaction: {count} times, slowest recovery {slowest:.2f} s")
    assert slowest < RECOVERY_LIMIT_S


class KilledBy(PivApplication):
    """A technician's card during one of whose commands pcscd is killed: the card does it, nobody hears that it did."""

    def arm(self, ins: int, pcscd: PrivatePcscd) -> None:
        self._armed: int | None = ins
        self._pcscd = pcscd

    def answer(self, command: Command) -> bytes:
        done = super().answer(command)
        # VERIFY without data only asks for the tries
        if command.ins == getattr(self, "_armed", None) and (command.ins != VERIFY or command.data):
            self._armed = None
            self._pcscd.kill()
        return done


@pytest.mark.parametrize("ins", [GET_DATA, VERIFY, AUTHENTICATE], ids=["certificate", "PIN", "signature"])
def test_killed_in_a_sign_in_nobody_is_in_and_the_tries_that_are_left_are_true(
    slot: SmartCardSimulator, reader: PcscReader, pcscd: PrivatePcscd, issuer: Issuer, authority: Authority, ins: int
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    technician = KilledBy(issuer.issue(key), key, PIN)
    insert(slot, reader, "technician", technician)
    slowest = 0.0
    for pin in (WRONG_PIN, PIN) if ins == VERIFY else (PIN,):
        technician.arm(ins, pcscd)
        # lost, not "wrong PIN" and not "signed in": the card knows how it ended, we do not
        with pytest.raises(Fault, match=r"smart_card\.service_lost"), reader.card() as card:
            sign_in(card, pin, authority)
        left, took = recovered(pcscd, reader, tries)
        assert left == technician.tries == (2 if pin == WRONG_PIN else 3)  # it cost one although its answer was lost
        slowest = max(slowest, took)
    with reader.card() as card:
        sign_in(card, PIN, authority)
    assert slowest < RECOVERY_LIMIT_S


def test_a_host_on_the_reader_sees_it_go_and_come_back(
    pcscd: PrivatePcscd, resident_card: SmartCardSimulator, reader: PcscReader
) -> None:
    reader.close()
    heard = Listener()
    host: DeviceHost[PcscReader] = DeviceHost(
        "smart_card", lambda: create(pcscd.reader(0), str(pcscd.socket)), heard, poll_s=0.1
    )
    host.start()
    heard.status(Ready)
    pcscd.kill()
    heard.fault("smart_card.service_down")
    began = monotonic()
    pcscd.start()
    wait_until(lambda: host.submit("session", answers).result(LIMIT_S))
    assert monotonic() - began < RECOVERY_LIMIT_S
    assert host.stop()


def answers(reader: PcscReader) -> bool:
    try:
        return reader.status() == Ready()
    except Fault as fault:
        assert fault.code in ("smart_card.service_down", "smart_card.not_found")
        return False
