"""The driver against a reader at the other end of a pty, which misbehaves in every way it knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tty
from datetime import date
from unittest.mock import patch

import pytest

from drivers.device import Blocked, Fault, Missing, Ready, Unknown
from drivers.host import DeviceHost
from drivers.id_card.cards import SimulatedCard, card_for
from drivers.id_card.frames import PREAMBLE
from drivers.id_card.sam_serial import FAULT_OF, Reply, SamSerial, create
from drivers.id_card.simulator import STATUS_FAULTS, IdCardSimulator
from tests.drivers.id_card.conftest import some_face
from tests.drivers.listening import LIMIT_S, Listener


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


def test_the_reader_survives_a_kiosk_that_is_killed(reader: IdCardSimulator, card: SimulatedCard) -> None:
    script = (
        "import sys; from drivers.id_card.sam_serial import create\n"
        "d = create(sys.argv[1]); d.open(); print('open', flush=True)\n"
        "while True: d.find_card()"
    )
    with subprocess.Popen([sys.executable, "-c", script, reader.port], stdout=subprocess.PIPE) as kiosk:
        assert kiosk.stdout is not None
        assert kiosk.stdout.readline() == b"open\n"
        kiosk.send_signal(signal.SIGKILL)
    driver = create(reader.port)
    driver.open()
    reader.put(card)
    assert driver.read_card().photo == card.photo
    driver.close()


@pytest.mark.parametrize("kind", ["garbage", "truncated", "oversized", "wrong_checksum"])
def test_garbage_on_the_line_is_a_named_fault_and_the_host_goes_on(
    reader: IdCardSimulator, card: SimulatedCard, kind: str
) -> None:
    heard = Listener()
    host: DeviceHost[SamSerial] = DeviceHost("id_card", lambda: create(reader.port), heard, poll_s=0.1, recheck_s=0.05)
    host.start()
    heard.status(Ready)
    reader.misbehave(kind)
    heard.fault("id_card.garbled")
    heard.status(Unknown)
    reader.behave()
    heard.wait_for(lambda _: heard.statuses()[-1] == Ready())
    reader.put(card)
    assert host.submit("s", lambda driver: driver.read_card()).result(LIMIT_S).photo == card.photo
    assert host.stop()


def test_unplugged_the_host_says_missing(reader: IdCardSimulator) -> None:
    heard = Listener()
    host: DeviceHost[SamSerial] = DeviceHost("id_card", lambda: create(reader.port), heard, poll_s=0.1)
    host.start()
    heard.status(Ready)
    reader.close()
    heard.status(Missing)
    assert host.stop()


def test_the_dock_is_told_what_it_may_ask_for(reader: IdCardSimulator) -> None:
    with pytest.raises(ValueError, match="wrong_checksum"):
        reader.misbehave("dance")
