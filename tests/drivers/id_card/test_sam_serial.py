"""The driver against a reader at the other end of a pty, which misbehaves in every way it knows."""

from __future__ import annotations

import os
import tty
from datetime import date
from unittest.mock import patch

import pytest

from drivers.device import Blocked, Fault, Ready, Unknown
from drivers.id_card.cards import SimulatedCard, card_for, specimen_card, specimens, with_fingers
from drivers.id_card.frames import PREAMBLE
from drivers.id_card.sam_serial import BAUDS, FAULT_OF, Reply, SamSerial, create
from drivers.id_card.simulator import STATUS_FAULTS, IdCardSimulator
from tests.drivers.id_card.conftest import PEOPLE, some_face


def code_of(act) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Fault) as refusal:
        act()
    return refusal.value.code


def test_a_card_is_found_once_and_read(driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard, holder) -> None:  # type: ignore[no-untyped-def]
    assert driver.status() == Ready()
    assert driver.find_card() is False
    reader.put(card)
    assert driver.find_card() is True
    read = driver.read_card()
    assert (read.name, read.id_number, read.address) == (holder["name"], holder["id_number"], holder["address"])
    assert (read.sex, read.nation, read.valid_until) == ("女", "汉", "长期")
    assert read.photo == card.photo
    assert holder["name"] not in repr(read)
    assert driver.find_card() is False  # the same card: not until it was lifted
    reader.put(card)
    assert driver.find_card() is True


def test_the_newest_address_wins(driver: SamSerial, reader: IdCardSimulator, holder: dict[str, str]) -> None:
    reader.put(card_for(holder, some_face(), "moved", ("甲路1号", "乙路2号")))
    assert driver.read_card().address == "乙路2号"


def test_it_is_known_when_the_card_is_lifted(driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard) -> None:
    reader.put(card)
    driver.read_card()
    assert driver.card_present() is True
    reader.take()
    assert driver.card_present() is False


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"valid_until": "20200102"}, "id_card.expired"),
        ({"valid_from": "20991231"}, "id_card.not_yet_valid"),
        ({"id_number": "510107188704170023"}, "id_card.number_invalid"),
    ],
)
def test_a_card_that_must_not_be_used_is_refused(  # type: ignore[no-untyped-def]
    driver: SamSerial, reader: IdCardSimulator, holder, changed: dict[str, str], code: str
) -> None:
    reader.put(card_for(holder | changed, some_face(), "refused"))
    assert code_of(driver.read_card) == code


def test_a_card_is_valid_on_its_last_day(reader: IdCardSimulator, holder: dict[str, str]) -> None:
    reader.put(card_for(holder | {"valid_until": "20300101"}, some_face(), "last day"))
    on_that_day = SamSerial(reader.port, today=lambda: date(2030, 1, 1))
    on_that_day.open()
    assert on_that_day.read_card().valid_until == "20300101"
    on_that_day.close()


@pytest.mark.parametrize("sw3", STATUS_FAULTS)
def test_every_status_byte_of_the_module_becomes_its_fault(
    driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard, sw3: int
) -> None:
    reader.put(card)
    reader.misbehave(f"sw_{sw3:02x}")
    if sw3 == 0x60:
        assert driver.status() == Blocked("id_card.module_failed")
    else:
        assert code_of(driver.read_card) == FAULT_OF[sw3]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("silence", "id_card.silent"),
        ("late", "id_card.silent"),
        ("garbage", "id_card.garbled"),
        ("truncated", "id_card.garbled"),
        ("oversized", "id_card.garbled"),
        ("wrong_checksum", "id_card.garbled"),
        ("lifted_mid_read", "id_card.lifted"),
    ],
)
def test_every_fault_of_the_line_has_its_name_and_the_next_read_works(
    driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard, kind: str, code: str
) -> None:
    reader.put(card)
    reader.misbehave(kind)
    assert code_of(driver.read_card) == code
    reader.behave()
    reader.put(card)
    assert driver.read_card().photo == card.photo


def test_noise_around_the_frames_does_no_harm(driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard) -> None:
    reader.put(card)
    reader.misbehave("noise")
    assert driver.read_card().photo == card.photo


def test_one_damaged_read_is_asked_for_again(driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard) -> None:
    reader.put(card)
    assert driver.find_card()
    read = driver._read

    def damaged_once(command: bytes) -> Reply:
        reader.misbehave("wrong_checksum", times=1)
        return read(command)

    with patch.object(driver, "_read", damaged_once):
        assert driver.read_card().photo == card.photo


def test_an_answer_that_nobody_can_read_is_unknown(driver: SamSerial, reader: IdCardSimulator) -> None:
    reader.misbehave("wrong_checksum")
    assert driver.status() == Unknown("id_card.garbled")


def test_a_port_that_is_not_there_is_not_found() -> None:
    assert code_of(create("/dev/serial/by-id/none").open) == "id_card.not_found"


def test_two_processes_cannot_share_a_reader(driver: SamSerial, reader: IdCardSimulator) -> None:
    assert code_of(create(reader.port).open) == "id_card.port_busy"


def test_a_cable_that_is_pulled_is_lost(reader: IdCardSimulator) -> None:
    driver = create(reader.port)
    driver.open()
    reader.close()
    assert code_of(driver.status) in ("id_card.lost", "id_card.silent")
    driver.close()
    driver.close()


def test_a_reply_arrives_in_any_two_pieces() -> None:
    """The find reply split at every byte boundary, by a hand-fed pty."""
    master, slave = os.openpty()
    tty.setraw(slave)
    driver = create(os.ttyname(slave))
    driver.open()
    reply = PREAMBLE + bytes.fromhex("000400008084")
    write = driver._line.write
    for at in range(1, len(reply)):

        def first_piece(at: int = at) -> None:
            os.write(master, reply[:at])

        def rest(data: bytes, limit_s: float, at: int = at) -> None:
            write(data, limit_s)
            os.write(master, reply[at:])

        with patch.object(driver, "_forget_late_answers", first_piece), patch.object(driver._line, "write", rest):
            assert driver.find_card() is False
    driver.close()
    os.close(master)
    os.close(slave)


def test_the_dock_is_told_what_it_may_ask_for(reader: IdCardSimulator) -> None:
    with pytest.raises(ValueError, match="wrong_checksum"):
        reader.misbehave("dance")


@pytest.mark.parametrize("label", specimens())
def test_every_kind_of_card_is_read(driver: SamSerial, reader: IdCardSimulator, label: str) -> None:
    reader.put(specimen_card(label, some_face()))
    read = driver.read_card()
    assert (read.kind, read.id_number) == (specimens()[label]["kind"], specimens()[label]["id_number"])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fingerprints_are_read_where_the_driver_was_told_to(
    reader: IdCardSimulator, card: SimulatedCard, count: int
) -> None:
    driver = create(reader.port, fingerprints=True)
    driver.open()
    reader.put(with_fingers(card, count))
    read = driver.read_card()
    assert [(one.finger, one.quality) for one in read.fingerprints] == [(11, 80), (16, 60)][:count]
    assert read.photo == card.photo
    driver.close()


def test_fingerprints_are_not_read_unasked(driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard) -> None:
    reader.put(with_fingers(card, 2))
    assert driver.read_card().fingerprints == ()
    assert not any(data[7:9] == b"\x30\x10" for way, data in reader.traffic if way == "in")


def test_the_module_says_its_number(driver: SamSerial) -> None:
    assert driver.sam_id() == "05.03-20180101-0000000001-0000000001"


def test_after_a_reset_the_card_is_found_anew(driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard) -> None:
    reader.put(card)
    assert driver.find_card() is True
    driver.reset()
    assert driver.find_card() is True


@pytest.mark.parametrize("baud", BAUDS)
def test_host_and_module_change_speed_together(
    driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard, baud: int
) -> None:
    driver.set_baud(baud)
    assert reader.state()["baud"] == baud
    reader.put(card)
    assert driver.read_card().photo == card.photo
    driver.close()
    driver.open()  # the line comes back at the speed that was agreed
    assert driver.status() == Ready()


def test_a_module_that_only_says_it_changed_is_still_reached(driver: SamSerial, reader: IdCardSimulator) -> None:
    reader.misbehave("keeps_baud")
    assert code_of(lambda: driver.set_baud(9600)) == "id_card.baud_not_changed"
    assert driver.status() == Ready()


def test_at_the_wrong_speed_nobody_answers(reader: IdCardSimulator) -> None:
    driver = create(reader.port, baud=9600)
    driver.open()
    assert code_of(driver.status) == "id_card.silent"
    driver.close()


@pytest.mark.parametrize("baud", [0, 14400, 230400])
def test_a_speed_that_the_module_does_not_have_is_refused(baud: int) -> None:
    with pytest.raises(ValueError, match="115200"):
        create("/dev/none", baud=baud)


def test_two_cards_in_a_row_are_two_people(driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard) -> None:
    other = card_for(dict(PEOPLE["neighbour"]), some_face(), "neighbour")
    reader.put(card)
    assert driver.find_card()
    first = driver.read_card()
    reader.put(other)
    assert driver.find_card()
    second = driver.read_card()
    assert (first.name, second.name) == (PEOPLE["holder"]["name"], PEOPLE["neighbour"]["name"])


def test_a_card_left_on_is_found_once_and_known_to_lie_there(
    driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard
) -> None:
    reader.put(card)
    assert driver.find_card()
    driver.read_card()
    for _ in range(5):
        assert driver.find_card() is False
        assert driver.card_present() is True


def test_a_card_swapped_in_the_middle_gives_nobody(
    driver: SamSerial, reader: IdCardSimulator, holder: dict[str, str]
) -> None:
    """Text and photo of one card, the newest address of another: never one person."""
    reader.put(card_for(holder, some_face(), "first", ("甲路1号",)))
    reader.put_next(card_for(dict(PEOPLE["neighbour"]), some_face(), "second", ("乙路2号",)))
    reader.misbehave("swapped_mid_read", times=1)
    assert code_of(driver.read_card) == "id_card.lifted"
    assert driver.find_card() is True
    assert driver.read_card().address == "乙路2号"


def test_a_stray_answer_behind_ours_is_not_taken_for_the_next(
    driver: SamSerial, reader: IdCardSimulator, card: SimulatedCard
) -> None:
    reader.put(card)
    reader.misbehave("glued")
    assert driver.read_card().photo == card.photo
