"""Ports that appear and go under a by-id name: noticed by udev's word, or by looking."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from drivers.backoff import Backoff
from drivers.device import Missing, Ready
from drivers.host import DeviceHost
from drivers.hot_plug import HotPlug, udev_monitor
from drivers.sensors.serial_board import SerialBoard, create
from drivers.sensors.simulator import SensorsSimulator
from tests.drivers.listening import LIMIT_S, Listener

NEVER_S = 3600.0


class Udev:
    """Stands in for udev's netlink socket: a test says when something happened."""

    def __init__(self) -> None:
        self._events: queue.Queue[str] = queue.Queue()
        self.asked = threading.Semaphore(0)

    def happen(self, action: str) -> None:
        self._events.put(action)

    def wait(self, limit_s: float) -> bool:
        self.asked.release()
        try:
            return self._events.get(timeout=min(limit_s, LIMIT_S)) != "stop"
        except queue.Empty:
            return False


class Told:
    """What was told, to be waited for with a limit."""

    def __init__(self) -> None:
        self._told: queue.Queue[tuple[str, bool]] = queue.Queue()

    def __call__(self, device: str, present: bool) -> None:
        self._told.put((device, present))

    def next(self) -> tuple[str, bool]:
        return self._told.get(timeout=LIMIT_S)

    def nothing_more(self) -> bool:
        return self._told.empty()


@pytest.fixture
def by_id(tmp_path: Path) -> Path:
    """A name as udev makes it, and two devices that it may stand for."""
    for device in ("ttyUSB0", "ttyUSB1"):
        (tmp_path / device).touch()
    return tmp_path / "usb-reader-if00"


@pytest.fixture
def udev() -> Udev:
    return Udev()


@pytest.fixture
def told(by_id: Path, udev: Udev) -> Iterator[Told]:
    heard = Told()
    plug = HotPlug({"id_card": str(by_id), "ups": "rig@localhost", "camera": "auto"}, heard, udev, look_s=NEVER_S)
    plug.start()
    assert udev.asked.acquire(timeout=LIMIT_S)
    yield heard
    udev.happen("stop")
    plug.stop()


def test_a_name_that_appears_is_told_when_udev_says_so(by_id: Path, udev: Udev, told: Told) -> None:
    by_id.symlink_to("ttyUSB0")
    udev.happen("add")
    assert {told.next(), told.next()} == {("id_card", True), ("camera", True)}


def test_what_has_not_changed_is_not_told_again(by_id: Path, udev: Udev, told: Told) -> None:
    by_id.symlink_to("ttyUSB0")
    for _ in range(3):
        udev.happen("add")
    assert [told.next() for _ in range(4)].count(("id_card", True)) == 1


def test_a_replug_between_two_looks_is_gone_and_back(by_id: Path, udev: Udev, told: Told) -> None:
    by_id.symlink_to("ttyUSB0")
    udev.happen("add")
    first = [told.next(), told.next()]
    by_id.unlink()
    by_id.symlink_to("ttyUSB1")  # the kernel gave the old number away
    udev.happen("add")
    told_then = [told.next() for _ in range(3)]
    assert [event for event in first + told_then if event[0] == "id_card"] == [
        ("id_card", True),
        ("id_card", False),
        ("id_card", True),
    ]


def test_without_udev_it_looks_for_itself(by_id: Path) -> None:
    heard = Told()
    plug = HotPlug({"id_card": str(by_id)}, heard, None, look_s=0.02)
    plug.start()
    by_id.symlink_to("ttyUSB0")
    assert heard.next() == ("id_card", True)
    by_id.unlink()
    assert heard.next() == ("id_card", False)
    plug.stop()
    plug.stop()
    assert heard.nothing_more()


def test_a_name_that_points_to_nothing_is_not_there(by_id: Path) -> None:
    by_id.symlink_to("ttyUSB7")
    heard = Told()
    plug = HotPlug({"id_card": str(by_id)}, heard, None, look_s=0.02)
    plug.start()
    by_id.unlink()
    by_id.symlink_to("ttyUSB0")
    assert heard.next() == ("id_card", True)
    plug.stop()


def test_udev_is_asked_where_it_runs_and_done_without_where_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> None:
        raise OSError

    monitor = udev_monitor()
    assert monitor is None or monitor.wait(0.01) in (True, False)
    monkeypatch.setattr("pyudev.Context", refused)
    assert udev_monitor() is None


def test_a_device_that_is_unplugged_and_back_needs_no_back_off_and_makes_one_log_line_each_way(tmp_path: Path) -> None:
    """With udev's word one miss is a loss, and the next try comes at once: here the back-off would last an hour."""
    board = SensorsSimulator()
    by_id = tmp_path / "usb-kiosk_inputs-if00"
    by_id.symlink_to(board.port)
    heard = Listener()
    never = Backoff(NEVER_S, NEVER_S)
    host: DeviceHost[SerialBoard] = DeviceHost(
        "sensors", lambda: create(str(by_id)), heard, poll_s=NEVER_S, recheck_s=NEVER_S, backoff=never
    )
    plug = HotPlug({"sensors": str(by_id)}, lambda _, present: host.plugged(present), None, look_s=0.02)
    with capture_logs() as logs:
        host.start()
        heard.status(Ready)
        plug.start()
        board.close()  # before its name goes: a board that still answers would be asked once and believed
        by_id.unlink()
        heard.status(Missing)
        heard.clear()
        other = SensorsSimulator()
        by_id.symlink_to(other.port)
        heard.status(Ready)
        plug.stop()
        assert host.stop()
        other.close()
    assert [line["event"] for line in logs] == ["device_back", "device_lost", "device_back"]


def test_a_device_that_still_answers_is_not_lost_because_its_name_has_gone(tmp_path: Path) -> None:
    board = SensorsSimulator()
    heard = Listener()
    host: DeviceHost[SerialBoard] = DeviceHost(
        "sensors", lambda: create(board.port), heard, poll_s=0.02, recheck_s=0.02
    )
    host.start()
    heard.status(Ready)
    host.plugged(False)
    for _ in range(3):
        host.submit("s", lambda driver: driver.contacts()).result(LIMIT_S)
    assert heard.statuses() == [Ready()]
    assert host.stop()
    board.close()
