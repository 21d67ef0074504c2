"""Against vicc (vsmartcard-vpicc), an emulator that is not ours: what our transport sends, others understand.

Of its kinds only iso7816 works as Debian 12 ships it: nPA, ePass and cryptoflex end with a traceback before the ATR.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.device import Fault
from drivers.laser_printer.private_process import PrivateProcess
from drivers.smart_card import apdu, piv, social_security
from drivers.smart_card.device import CardLink
from drivers.smart_card.pcsc import PcscReader, create
from drivers.smart_card.private_pcscd import PrivatePcscd
from tests.drivers.smart_card.conftest import wait_until

SCRIPT = Path(__file__).with_name("vicc_card.py")
MODULES = Path("/usr/lib/python3/site-packages/virtualsmartcard")
TEXT = bytes(range(256)) * 2
pytestmark = pytest.mark.skipif(not MODULES.is_dir(), reason="vsmartcard-vpicc is not installed")


@pytest.fixture(scope="module")
def emulated_card(pcscd: PrivatePcscd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    arguments = ["/usr/bin/python3", str(SCRIPT), "127.0.0.1", str(pcscd.ports[1])]
    process = PrivateProcess("vicc", arguments, tmp_path_factory.mktemp("vicc") / "vicc.log")
    yield
    process.stop()
    reader = create(pcscd.reader(1), str(pcscd.socket))
    wait_until(lambda: not reader.card_present())
    reader.close()


@pytest.fixture
def emulated(pcscd: PrivatePcscd, emulated_card: None) -> Iterator[PcscReader]:
    reader = create(pcscd.reader(1), str(pcscd.socket))
    reader.open()
    wait_until(reader.card_present)
    yield reader
    reader.close()


def select(card: CardLink, file: int) -> int:
    # P2 0C: without file information, at which this emulator fails
    return apdu.exchange(card.transmit, apdu.command(0xA4, 0x00, 0x0C, file.to_bytes(2, "big"))).sw


def test_its_card_is_found_powered_and_read(emulated: PcscReader) -> None:
    assert emulated.find_card() is True
    with emulated.card() as card:
        assert card.atr.hex() == "3b951381018073ff01000b"
        assert select(card, 0x3F00) == apdu.DONE
        assert select(card, 0x1001) == apdu.DONE
        read = b""
        while len(read) < len(TEXT):
            command = apdu.command(0xB0, len(read) >> 8, len(read) & 0xFF, le=200)
            read += apdu.require_done(apdu.exchange(card.transmit, command), "file")
        assert read == TEXT


def test_its_records_are_read_as_a_social_security_cards_are(emulated: PcscReader) -> None:
    with emulated.card() as card:
        assert select(card, 0xEF06) == apdu.DONE
        said = []
        for number, tag, encoding in ((1, 0x08, "ascii"), (2, 0x09, "gb18030")):
            answer = apdu.exchange(card.transmit, apdu.command(0xB2, number, 0x04, le=256))
            said.append(social_security.record_text(apdu.require_done(answer, "record"), tag, encoding, "field"))
    assert said == ["510107188704170022", "林知夏"]


def test_what_it_does_not_have_is_told_in_our_words(emulated: PcscReader) -> None:
    with emulated.card() as card:
        missing = apdu.exchange(card.transmit, apdu.command(0xA4, 0x00, 0x0C, b"\x20\x02"))
        with pytest.raises(Fault, match="file_missing"):
            apdu.require_done(missing, "file")
        with pytest.raises(Fault, match="not_this_card"):
            piv.read(card)
    with emulated.card() as card, pytest.raises(Fault, match="not_this_card"):
        social_security.read(card, social_security.profile())


def test_its_challenges_differ(emulated: PcscReader) -> None:
    with emulated.card() as card:
        first, second = (apdu.exchange(card.transmit, apdu.command(0x84, 0, 0, le=8)).data for _ in range(2))
    assert len(first) == 8
    assert first != second
