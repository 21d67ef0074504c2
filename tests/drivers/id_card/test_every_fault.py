"""Every fault of the book is provoked, by the simulator wherever a device can cause it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from drivers.device import Blocked
from drivers.faults import book
from drivers.id_card import pcsc
from drivers.id_card.cards import SimulatedCard, card_for, refused_cards
from drivers.id_card.photo import CardPhotos
from drivers.id_card.sam_serial import FAULT_OF, SamSerial, create
from drivers.id_card.simulated_applet import IdCardApplet
from drivers.id_card.simulator import IdCardSimulator
from drivers.smart_card.private_pcscd import PrivatePcscd
from drivers.smart_card.simulator import SmartCardSimulator
from tests.drivers import provoking
from tests.drivers.id_card.conftest import PEOPLE, some_face
from tests.drivers.provoking import code_of
from tests.drivers.smart_card.conftest import wait_until
from tests.thorough import figure


@dataclass
class Bench:
    reader: IdCardSimulator
    driver: SamSerial
    card: SimulatedCard
    pcscd: PrivatePcscd

    def misbehaving(self, kind: str) -> str:
        """What a read tells while the reader does that."""
        self.reader.put(self.card)
        self.reader.misbehave(kind)
        return code_of(self.driver.read_card)

    def refused(self, code: str) -> str:
        """What a read of a card tells that no kiosk may take."""
        self.reader.put(refused_cards(PEOPLE["holder"], some_face())[code])
        return code_of(self.driver.read_card)


def port_busy(bench: Bench) -> str:
    return code_of(create(bench.reader.port).open)


def lost(bench: Bench) -> str:
    bench.reader.close()
    return code_of(bench.driver.status)


def module_failed(bench: Bench) -> str:
    bench.reader.misbehave("sw_60")
    status = bench.driver.status()
    assert isinstance(status, Blocked)
    return status.reason


def photo_undecodable(bench: Bench) -> str:
    bench.reader.put(refused_cards(PEOPLE["holder"], some_face())["photo_undecodable"])
    return code_of(lambda: CardPhotos().decode(bench.driver.read_card().photo))


def photo_decoder_missing(bench: Bench) -> str:
    vendors = SimulatedCard("real photo", bench.card.text, b"WLf\0".ljust(1024, b"\1"))
    bench.reader.put(vendors)
    return code_of(lambda: CardPhotos().decode(bench.driver.read_card().photo))


def fingerprint_invalid(bench: Bench) -> str:
    bench.driver.close()
    bench.reader.put(refused_cards(PEOPLE["holder"], some_face())["fingerprint_invalid"])
    driver = create(bench.reader.port, fingerprints=True)
    driver.open()
    try:
        return code_of(driver.read_card)
    finally:
        driver.close()


def baud_not_changed(bench: Bench) -> str:
    bench.reader.misbehave("keeps_baud")
    return code_of(lambda: bench.driver.set_baud(9600))


def service_down(bench: Bench) -> str:
    driver = pcsc.create(bench.pcscd.reader(1), str(bench.pcscd.socket))
    bench.pcscd.kill()
    try:
        return code_of(driver.open)
    finally:
        bench.pcscd.start()


def service_lost(bench: Bench) -> str:
    slot = SmartCardSimulator(bench.pcscd.ports[1])
    driver = pcsc.create(bench.pcscd.reader(1), str(bench.pcscd.socket))
    driver.open()
    applet = IdCardApplet(card_for(PEOPLE["holder"], some_face(), "holder"))
    answer = applet.answer

    def killed_in_the_middle(command):  # type: ignore[no-untyped-def]
        if command.ins == 0xB0:
            bench.pcscd.kill()
        return answer(command)

    applet.answer = killed_in_the_middle  # type: ignore[method-assign]
    try:
        slot.put("holder", applet)
        wait_until(driver.find_card)
        return code_of(driver.read_card)
    finally:
        driver.close()
        slot.close()
        bench.pcscd.start()


def status_byte(code: str) -> Callable[[Bench], str]:
    """The byte that only means this, or any that does."""
    byte = next(byte for byte, named in FAULT_OF.items() if named == code and byte != 0x60)
    return lambda bench: bench.misbehaving(f"sw_{byte:02x}")


def line(kind: str) -> Callable[[Bench], str]:
    return lambda bench: bench.misbehaving(kind)


def card(code: str) -> Callable[[Bench], str]:
    return lambda bench: bench.refused(code)


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "not_found": lambda _: code_of(create("/dev/serial/by-id/none").open),
    "port_busy": port_busy,
    "lost": lost,
    "stalled": line("stalled"),
    "silent": line("silence"),
    "garbled": line("wrong_checksum"),
    "unknown_answer": line("unknown_status"),
    "content_invalid": line("lying_lengths"),
    "lifted": line("lifted_mid_read"),
    "module_failed": module_failed,
    "photo_undecodable": photo_undecodable,
    "photo_decoder_missing": photo_decoder_missing,
    "fingerprint_invalid": fingerprint_invalid,
    "baud_not_changed": baud_not_changed,
    "service_down": service_down,
    "service_lost": service_lost,
    "missing": lambda _: provoking.missing("id_card", lambda: create("/dev/serial/by-id/none")),
}
for name in (
    "command_garbled", "command_refused", "not_authorised", "not_genuine", "wrong_card_type", "no_card",
    "select_failed", "no_content",
):  # fmt: skip
    PROVOKE[name] = status_byte(f"id_card.{name}")
for name in ("text_invalid", "not_a_resident_card", "number_invalid", "expired", "not_yet_valid"):
    PROVOKE[name] = card(name)
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        bench.driver.close()  # a host opens the port itself
        return provoke("id_card", lambda: create(bench.reader.port))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(reader: IdCardSimulator, driver: SamSerial, card: SimulatedCard, pcscd: PrivatePcscd) -> Bench:
    return Bench(reader, driver, card, pcscd)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"id_card.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("id_card.") for code in book() if code.startswith("id_card.")}
    assert set(PROVOKE) == of_device
    figure(f"id_card: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
