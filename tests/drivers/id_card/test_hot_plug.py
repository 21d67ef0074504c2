"""A device host on a simulated reader: what garbage, a pulled cable and a killed kiosk leave behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.backoff import Backoff
from drivers.device import Missing, Ready, Unknown
from drivers.host import DeviceHost
from drivers.id_card.cards import SimulatedCard
from drivers.id_card.sam_serial import SamSerial, create
from drivers.id_card.simulator import IdCardSimulator
from tests.drivers.listening import LIMIT_S, Listener


def soon() -> Backoff:
    """The pauses themselves are tested elsewhere."""
    return Backoff(first_s=0.05, most_s=0.2)


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
    host: DeviceHost[SamSerial] = DeviceHost(
        "id_card", lambda: create(reader.port), heard, poll_s=0.1, recheck_s=0.05, backoff=soon()
    )
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
    host: DeviceHost[SamSerial] = DeviceHost("id_card", lambda: create(reader.port), heard, poll_s=0.1, backoff=soon())
    host.start()
    heard.status(Ready)
    reader.close()
    heard.status(Missing)
    assert host.stop()


def test_plugged_in_again_it_is_found_by_its_name_and_reads(tmp_path: Path, card: SimulatedCard) -> None:
    """The kernel gives it another number; the name in /dev/serial/by-id leads there."""
    by_id = tmp_path / "usb-reader"
    first = IdCardSimulator()
    by_id.symlink_to(first.port)
    heard = Listener()
    host: DeviceHost[SamSerial] = DeviceHost("id_card", lambda: create(str(by_id)), heard, poll_s=0.1, backoff=soon())
    host.start()
    heard.status(Ready)
    second = IdCardSimulator()  # before the first goes: so it cannot get the same number
    by_id.unlink()
    first.close()
    heard.status(Missing)
    heard.clear()
    by_id.symlink_to(second.port)
    heard.status(Ready)
    second.put(card)
    assert host.submit("s", lambda driver: driver.read_card()).result(LIMIT_S).photo == card.photo
    assert host.stop()
    second.close()
