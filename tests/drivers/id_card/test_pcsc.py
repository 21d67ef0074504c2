"""The same cards through a reader that speaks PC/SC: same content, same names for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from drivers.device import Fault, Ready, Unknown
from drivers.id_card.cards import SimulatedCard, card_for, specimen_card, specimens, with_fingers
from drivers.id_card.pcsc import PcscIdCard, create, profile
from drivers.id_card.simulated_applet import IdCardApplet
from drivers.registry import DeviceConfig, build_driver
from drivers.smart_card import pcsc as transport
from drivers.smart_card.private_pcscd import PrivatePcscd
from drivers.smart_card.simulated_files import Command
from drivers.smart_card.simulator import SmartCardSimulator
from tests.drivers.id_card.conftest import some_face
from tests.drivers.smart_card.conftest import slot_with_nothing_left, wait_until

RECOVERY_LIMIT_S = 10.0


@pytest.fixture(scope="module")
def slot_of_module(pcscd: PrivatePcscd) -> Iterator[SmartCardSimulator]:
    yield from slot_with_nothing_left(pcscd, 1)


@pytest.fixture
def slot(slot_of_module: SmartCardSimulator) -> Iterator[SmartCardSimulator]:
    yield slot_of_module
    slot_of_module.behave()


@pytest.fixture
def over_pcsc(pcscd: PrivatePcscd, slot: SmartCardSimulator) -> Iterator[PcscIdCard]:
    made = create(pcscd.reader(1), str(pcscd.socket))
    made.open()
    yield made
    made.close()


def lay(slot: SmartCardSimulator, driver: PcscIdCard, card: SimulatedCard) -> None:
    """In the place of the card of the test before, which a new driver has not found yet."""
    slot.exchange(card.label, IdCardApplet(card))
    wait_until(driver.find_card)


def code_of_reading(driver: PcscIdCard) -> str:
    with pytest.raises(Fault) as refusal:
        driver.read_card()
    return refusal.value.code


def test_a_card_is_found_once_and_read(over_pcsc: PcscIdCard, slot: SmartCardSimulator, holder: dict[str, str]) -> None:
    assert over_pcsc.status() == Ready()
    card = card_for(holder, some_face(), "holder", ("甲路1号", "乙路2号"))
    lay(slot, over_pcsc, card)
    read = over_pcsc.read_card()
    assert (read.name, read.address, read.photo) == (holder["name"], "乙路2号", card.photo)
    assert over_pcsc.find_card() is False
    assert over_pcsc.card_present() is True
    slot.take()
    wait_until(lambda: not over_pcsc.card_present())


@pytest.mark.parametrize("label", specimens())
def test_every_kind_of_card_is_read(over_pcsc: PcscIdCard, slot: SmartCardSimulator, label: str) -> None:
    lay(slot, over_pcsc, specimen_card(label, some_face()))
    assert over_pcsc.read_card().kind == specimens()[label]["kind"]


def test_fingerprints_are_read_where_the_driver_was_told_to(
    pcscd: PrivatePcscd, over_pcsc: PcscIdCard, slot: SmartCardSimulator, card: SimulatedCard
) -> None:
    lay(slot, over_pcsc, with_fingers(card, 2))
    assert over_pcsc.read_card().fingerprints == ()
    driver = build_driver(
        "id_card",
        DeviceConfig.model_validate(
            {"driver": "pcsc", "port": pcscd.reader(1), "socket": str(pcscd.socket), "fingerprints": True}
        ),
    )
    assert isinstance(driver, PcscIdCard)
    driver.open()
    assert len(driver.read_card().fingerprints) == 2
    driver.close()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("sw_6d00", "id_card.command_refused"),
        ("sw_6abc", "id_card.unknown_answer"),
        ("short", "id_card.garbled"),
        ("removed_mid_apdu", "id_card.lifted"),
    ],
)
def test_what_goes_wrong_has_the_id_cards_names(
    over_pcsc: PcscIdCard, slot: SmartCardSimulator, card: SimulatedCard, kind: str, code: str
) -> None:
    lay(slot, over_pcsc, card)
    slot.misbehave(kind, ins=0x30 if kind != "removed_mid_apdu" else 0xB0)
    assert code_of_reading(over_pcsc) == code


def test_a_card_that_does_not_answer_is_silent(
    over_pcsc: PcscIdCard, slot: SmartCardSimulator, card: SimulatedCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TRANSMIT_S", 1.0)
    lay(slot, over_pcsc, card)
    slot.misbehave("silence")
    assert code_of_reading(over_pcsc) == "id_card.silent"
    assert over_pcsc.status() == Unknown("id_card.silent")
    slot.behave()
    wait_until(lambda: over_pcsc.status() == Ready())


class KillsPcscd(IdCardApplet):
    """A card during whose third piece of content pcscd is killed."""

    pieces = 0
    kill: Callable[[], None] | None = None

    def answer(self, command: Command) -> bytes:
        if command.ins == 0xB0:
            self.pieces += 1
        if self.pieces == 3 and self.kill is not None:
            self.kill()
            self.kill = None
        return super().answer(command)


@pytest.mark.restart
@pytest.mark.parametrize("in_the_middle", [False, True], ids=["between two readings", "in the middle of one"])
def test_pcscd_killed_is_told_and_comes_back(
    over_pcsc: PcscIdCard, slot: SmartCardSimulator, card: SimulatedCard, pcscd: PrivatePcscd, in_the_middle: bool
) -> None:
    lay(slot, over_pcsc, card)
    if in_the_middle:
        applet = KillsPcscd(card)
        applet.kill = pcscd.kill
        slot.exchange("kills", applet)
        assert code_of_reading(over_pcsc) == "id_card.service_lost"
    else:
        pcscd.kill()
        assert code_of_reading(over_pcsc) == "id_card.service_down"
    began = monotonic()
    pcscd.start()

    def found() -> bool:
        try:
            return over_pcsc.find_card()
        except Fault as fault:
            assert fault.code in ("id_card.service_down", "id_card.not_found")
            return False

    wait_until(found)
    assert over_pcsc.read_card().photo == card.photo
    assert monotonic() - began < RECOVERY_LIMIT_S


def test_a_profile_that_is_wrong_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nobody.*generic"):
        create("*", family="nobody")
    broken = tmp_path / "profiles.toml"
    broken.write_text("[x]\nstart = 'zz'\n", encoding="ascii")
    with pytest.raises(ValueError, match=r"profiles\.toml: x\.start"):
        profile("x", broken)
