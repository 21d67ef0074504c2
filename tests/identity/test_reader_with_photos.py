"""The reader is blocked while no photo could be decoded, and ready as soon as one can."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import Blocked, Ready, Unknown
from drivers.host import DeviceHost
from drivers.id_card.cards import card_for
from drivers.id_card.photo import CardPhotos
from drivers.id_card.sam_serial import create
from drivers.id_card.simulator import IdCardSimulator
from kiosk_app.health.gates import reason
from kiosk_app.identity.reader_with_photos import ReaderWithPhotos
from tests.drivers.id_card.conftest import PEOPLE, some_face
from tests.drivers.listening import LIMIT_S, Listener

MISSING = Blocked("id_card.photo_decoder_missing")


@pytest.fixture
def reader() -> Iterator[IdCardSimulator]:
    simulator = IdCardSimulator()
    yield simulator
    simulator.close()


def test_without_the_library_the_kiosk_promises_nothing_until_it_is_installed(
    reader: IdCardSimulator, tmp_path: Path
) -> None:
    library = tmp_path / "libwlt.so"
    photos = CardPhotos("vendor_wlt", library)
    heard = Listener()
    host: DeviceHost[ReaderWithPhotos] = DeviceHost(
        "id_card", lambda: ReaderWithPhotos(create(reader.port), photos), heard, poll_s=0.1
    )
    host.start()
    assert heard.status(Blocked).status == MISSING
    said = reason("id_card", MISSING)
    assert said is not None
    assert "窗口" in said.zh and "counter" in said.en
    (tmp_path / "wlt.c").write_text("int unpack(char *a, char *b, int c) { return 1; }\n", encoding="ascii")
    made = tmp_path / "made.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", made, tmp_path / "wlt.c"], check=True)
    made.rename(library)  # whole, as a package would put it there
    heard.status(Ready)
    reader.put(card_for(dict(PEOPLE["holder"]), some_face(), "holder"))
    read = host.submit("session", lambda driver: driver.read_card()).result(LIMIT_S)
    assert read.name == PEOPLE["holder"]["name"]
    assert host.submit("session", lambda driver: driver.card_present()).result(LIMIT_S)
    assert host.stop()
    photos.close()


def test_the_readers_own_trouble_is_told_first(reader: IdCardSimulator) -> None:
    driver = ReaderWithPhotos(create(reader.port), CardPhotos("vendor_wlt"))
    driver.open()
    assert driver.status() == MISSING
    reader.misbehave("sw_60")
    assert driver.status() == Blocked("id_card.module_failed")
    reader.misbehave("wrong_checksum")
    assert driver.status() == Unknown("id_card.garbled")
    driver.close()
