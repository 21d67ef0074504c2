"""The driver on a real pcscd, with a card that misbehaves in every way it knows."""

from __future__ import annotations

import threading

import pytest

from drivers.device import Fault, Ready, Unknown
from drivers.smart_card import pcsc, social_security
from drivers.smart_card.pcsc import PcscReader, create
from drivers.smart_card.private_pcscd import PrivatePcscd
from drivers.smart_card.simulated_files import social_security as social_security_application
from drivers.smart_card.simulator import ATR, SmartCardSimulator
from tests.drivers.smart_card.conftest import empty, insert, wait_until

NUMBER, NAME = "510107188704170022", "林知夏"
NATIONAL = social_security.profile()


def read(reader: PcscReader) -> social_security.SocialSecurityCard:
    with reader.card() as card:
        return social_security.read(card, NATIONAL)


def code_of_reading(reader: PcscReader) -> str:
    with pytest.raises(Fault) as refusal:
        read(reader)
    return refusal.value.code


def test_a_card_is_found_once_and_read(reader: PcscReader, slot: SmartCardSimulator, resident_card) -> None:  # type: ignore[no-untyped-def]
    assert reader.status() == Ready()
    assert reader.find_card() is True
    assert reader.find_card() is False
    with reader.card() as card:
        assert card.atr == ATR
        found = social_security.read(card, NATIONAL)
    assert (found.number, found.name) == (NUMBER, NAME)
    assert NAME not in repr(found)
    slot.take()
    wait_until(lambda: not reader.card_present())
    assert reader.find_card() is False
    slot.put("again")
    wait_until(reader.find_card)


def test_without_a_card_it_is_said(reader: PcscReader, slot: SmartCardSimulator) -> None:
    empty(slot, reader)
    assert reader.card_present() is False
    assert code_of_reading(reader) == "smart_card.no_card"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("garbage", "smart_card.content_invalid"),
        ("short", "smart_card.garbled"),
        ("overlong", "smart_card.garbled"),
        ("endless", "smart_card.garbled"),
        ("removed_mid_apdu", "smart_card.card_removed"),
        ("sw_6982", "smart_card.access_denied"),
        ("sw_6f00", "smart_card.card_failed"),
        ("sw_6a82", "smart_card.not_this_card"),
        ("sw_6abc", "smart_card.unknown_answer"),
    ],
)
def test_every_misbehaviour_has_its_name_and_the_next_card_is_read(
    reader: PcscReader, resident_card: SmartCardSimulator, kind: str, code: str
) -> None:
    assert reader.find_card() is True
    resident_card.misbehave(kind)
    assert code_of_reading(reader) == code
    resident_card.behave()
    insert(resident_card, reader, "social security", social_security_application(NUMBER, NAME))
    assert read(reader).number == NUMBER


def test_a_silent_card_is_unknown_until_it_is_taken(
    reader: PcscReader, resident_card: SmartCardSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcsc, "TRANSMIT_S", 1.0)
    threads = threading.active_count()
    resident_card.misbehave("silence")
    assert code_of_reading(reader) == "smart_card.silent"
    assert reader.status() == Unknown("smart_card.silent")  # pcscd still holds the card for us: nobody can say
    assert code_of_reading(reader) == "smart_card.silent"
    resident_card.take()
    resident_card.behave()
    wait_until(lambda: reader.status() == Ready())
    assert threading.active_count() <= threads


def test_a_late_answer_is_no_fault(reader: PcscReader, resident_card: SmartCardSimulator) -> None:
    resident_card.misbehave("late", times=1)
    assert read(reader).number == NUMBER


def test_a_mute_card_is_named(reader: PcscReader, slot: SmartCardSimulator) -> None:
    empty(slot, reader)
    slot.misbehave("mute")
    slot.put("mute")
    codes: set[str] = set()

    def said() -> bool:
        codes.add(code_of_reading(reader))
        return "smart_card.card_mute" in codes

    wait_until(said)
    assert codes <= {"smart_card.no_card", "smart_card.card_mute"}


def test_two_programs_cannot_talk_to_one_card(
    reader: PcscReader, resident_card: SmartCardSimulator, pcscd: PrivatePcscd
) -> None:
    other = create(pcscd.reader(0), str(pcscd.socket))
    other.open()
    with other.card():
        assert code_of_reading(reader) == "smart_card.in_use"
    assert read(reader).number == NUMBER
    other.close()


def test_a_reader_that_is_not_there_is_not_found(pcscd: PrivatePcscd) -> None:
    for port in ("Reader of Nobody", "*"):  # two slots: taking either may take the wrong one
        with pytest.raises(Fault, match=r"smart_card\.not_found"):
            create(port, str(pcscd.socket)).open()


def test_one_process_talks_to_one_pcscd(reader: PcscReader) -> None:
    with pytest.raises(Fault, match="another pcscd"):
        create("*", "/run/elsewhere.comm").open()


def test_a_frozen_pcscd_is_silent_and_then_well(
    reader: PcscReader, pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pcsc, "SHORT_S", 0.5)
    pcscd.freeze()
    assert reader.status() == Unknown("smart_card.silent")
    pcscd.thaw()
    wait_until(lambda: reader.status() == Ready())
