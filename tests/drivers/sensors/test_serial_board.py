"""Door and tamper contacts over a real pty, board by board of the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Blocked, Fault, Ready, Unknown, Warning
from drivers.host import DeviceHost
from drivers.sensors import serial_board
from drivers.sensors.boards import Levels, boards, find_board
from drivers.sensors.device import Contacts
from drivers.sensors.serial_board import SerialBoard, create
from drivers.sensors.simulator import SensorsSimulator
from tests.drivers.listening import Listener
from tests.drivers.sensors.fuzz import TARGETS


@pytest.mark.parametrize("code", boards())
def test_each_board_of_the_table_tells_doors_from_housing(code: str) -> None:
    board = SensorsSimulator(code)
    driver = create(board.port, code)
    driver.open()
    try:
        assert driver.status() == Ready()
        board.open_contact("door")
        assert driver.status() == Warning("sensors.door_open")
        board.open_contact("tamper")
        assert driver.status() == Blocked("sensors.tampered")
        assert driver.contacts().opened == {"door", "tamper"}
    finally:
        driver.close()
        board.close()


def test_a_housing_opened_and_closed_between_two_looks_is_remembered_until_staff_acknowledge(
    board: SensorsSimulator, driver: SerialBoard
) -> None:
    board.open_contact("tamper")
    board.close_contact("tamper")
    assert driver.contacts() == Contacts(frozenset(), frozenset({"tamper"}))
    assert driver.status() == Blocked("sensors.tampered")
    driver.acknowledge()
    assert driver.status() == Ready()


def test_what_is_still_open_stays_remembered_when_it_is_acknowledged(
    board: SensorsSimulator, driver: SerialBoard
) -> None:
    board.open_contact("tamper")
    driver.acknowledge()
    assert driver.status() == Blocked("sensors.tampered")


def test_a_board_without_memory_has_nothing_to_acknowledge() -> None:
    board = SensorsSimulator("numato_8")
    driver = create(board.port, "numato_8")
    driver.open()
    driver.acknowledge()
    assert driver.contacts().remembered == frozenset()
    driver.close()
    board.close()


def test_inputs_that_are_pulled_down_are_read_the_other_way_round(board: SensorsSimulator) -> None:
    driver = create(board.port, open_level=0)
    driver.open()
    assert driver.contacts().opened == {"door", "tamper"}  # both inputs read 0
    driver.close()


@pytest.mark.parametrize("kind", ["split", "glued"])
def test_an_answer_in_pieces_or_twice_is_one_answer(board: SensorsSimulator, driver: SerialBoard, kind: str) -> None:
    board.open_contact("door")
    board.misbehave(kind)
    assert driver.status() == Warning("sensors.door_open")


@pytest.mark.parametrize("kind", ["garbage", "noise", "endless", "wide"])
def test_what_cannot_be_read_is_unknown_and_never_a_closed_door(
    board: SensorsSimulator, driver: SerialBoard, kind: str
) -> None:
    board.misbehave(kind)
    assert driver.status() == Unknown("sensors.garbled")
    board.behave()
    assert driver.status() == Ready()


def test_an_answer_after_the_time_limit_does_not_stand_for_the_next_question(
    board: SensorsSimulator, driver: SerialBoard
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(serial_board, "ANSWER_S", 0.2)
        board.misbehave("late")
        with pytest.raises(Fault, match=r"sensors\.silent"):
            driver.contacts()
    board.behave()
    board.open_contact("tamper")
    assert driver.status() == Blocked("sensors.tampered")


def test_a_board_unplugged_and_back_on_the_same_name_is_taken_again(board: SensorsSimulator, tmp_path) -> None:  # type: ignore[no-untyped-def]
    by_id = tmp_path / "usb-kiosk_inputs-if00"
    by_id.symlink_to(board.port)
    heard = Listener()
    host: DeviceHost[SerialBoard] = DeviceHost(
        "sensors", lambda: create(str(by_id)), heard, poll_s=0.05, recheck_s=0.05
    )
    host.start()
    heard.status(Ready)
    board.close()
    by_id.unlink()
    heard.fault("sensors.lost")
    other = SensorsSimulator()
    other.open_contact("door")
    by_id.symlink_to(other.port)
    host.plugged()
    heard.status(Warning)
    assert host.stop()
    other.close()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"board": "abacus"}, "abacus"),
        ({"wired": {"window": 0}}, "window"),
        ({"wired": {"door": 8}}, "door"),
        ({"wired": {}}, "wired"),
        ({"open_level": 2}, "open_level"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        create("/dev/none", **options)  # type: ignore[arg-type]


def test_the_frames_of_the_table_are_read_byte_for_byte() -> None:
    assert find_board("memory_board").read(b"I=03,02\n") == Levels(3, 2)
    assert find_board("memory_board").read(b"I=00,00\r\n") == Levels(0, 0)
    assert find_board("numato_8").read(b"gpio readall\n\r02\n\r>") == Levels(2)
    assert find_board("numato_8").read(b"\n\r81\n\r>") == Levels(0x81)


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=64) | st.from_regex(r"I=[0-9A-F]{1,3},[0-9A-F]{1,3}\r?\n").map(str.encode))
def test_no_answer_brings_anything_but_a_named_fault(target: str, data: bytes) -> None:
    TARGETS[target](data)
