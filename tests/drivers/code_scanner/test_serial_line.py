"""The scanner's line: whole codes only, within time and size, and nothing that imitates a key."""

from __future__ import annotations

from time import monotonic

import pytest

from drivers.code_scanner.framing import LARGEST_CODE_BYTES, find_scanner, scanners
from drivers.code_scanner.serial_line import AGAIN_S, SerialLineScanner, create
from drivers.code_scanner.simulator import CodeScannerSimulator
from drivers.device import Fault, Ready, Unknown

WAIT_S = 20.0
SOON_S = 0.2  # after scan() has begun to listen
ADDRESS = "https://hall.example/p/AbCdEfGhIjKl"


def scanned(driver: SerialLineScanner) -> str:
    code = driver.scan(WAIT_S)
    assert code is not None
    return code.text


@pytest.mark.parametrize("model", scanners())
@pytest.mark.parametrize("text", [ADDRESS, "云州市锦江新区文澜路66号附12号", "0101\x1d10AB", "7" * LARGEST_CODE_BYTES])
def test_a_code_comes_as_it_was_shown(model: str, text: str) -> None:
    simulator = CodeScannerSimulator(model)
    driver = create(simulator.port, model)
    driver.open()
    simulator.show(text, SOON_S)
    assert scanned(driver) == text
    driver.close()
    simulator.close()


@pytest.mark.parametrize("kind", ["split", "glued", "noise"])
def test_however_the_bytes_come(scanner: CodeScannerSimulator, driver: SerialLineScanner, kind: str) -> None:
    scanner.misbehave(kind)
    scanner.show(ADDRESS, SOON_S)
    assert scanned(driver) == ADDRESS


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r"])
def test_every_usual_end_of_a_line_ends_one_code(
    scanner: CodeScannerSimulator, driver: SerialLineScanner, end: bytes
) -> None:
    scanner._port.send(b"one" + end + b"two" + end, SOON_S)
    assert scanned(driver) == "one"


def test_what_was_shown_before_anybody_asked_is_forgotten(
    scanner: CodeScannerSimulator, driver: SerialLineScanner
) -> None:
    for text in ("before", "before, too"):
        scanner.show(text)
        end = monotonic() + WAIT_S
        while driver._line._line.in_waiting <= len(text):
            assert monotonic() < end
        if text == "before":
            assert driver.status() == Ready()
    scanner.show(ADDRESS, 0.5)
    assert scanned(driver) == ADDRESS


def test_nothing_shown_is_none_in_time(driver: SerialLineScanner) -> None:
    begun = monotonic()
    assert driver.scan(0.3) is None
    assert monotonic() - begun < WAIT_S


def test_a_code_held_for_long_counts_once(scanner: CodeScannerSimulator, driver: SerialLineScanner) -> None:
    scanner.show(ADDRESS, SOON_S)
    assert scanned(driver) == ADDRESS
    scanner.show(ADDRESS, SOON_S)
    assert driver.scan(AGAIN_S / 2) is None
    scanner.show(ADDRESS, SOON_S)
    scanner.show("another", SOON_S + 0.1)
    assert scanned(driver) in {"another", ADDRESS}  # the first again only if a second has gone by on a slow machine


def test_a_line_that_never_stops_holds_nobody(scanner: CodeScannerSimulator, driver: SerialLineScanner) -> None:
    scanner.misbehave("endless")
    scanner.show("x", SOON_S)
    with pytest.raises(Fault, match=r"too_long|cut_off"):
        driver.scan(1.0)
    scanner.show(ADDRESS, SOON_S)
    assert scanned(driver) == ADDRESS


def test_unplugged_in_the_middle_of_a_code_is_lost(scanner: CodeScannerSimulator, driver: SerialLineScanner) -> None:
    scanner.babble(b"https://hall")
    scanner.close()
    with pytest.raises(Fault) as refusal:
        driver.scan(WAIT_S)
    assert refusal.value.code in ("code_scanner.lost", "code_scanner.cut_off")
    with pytest.raises(Fault, match=r"code_scanner\.lost"):
        driver.status()


@pytest.mark.parametrize("bad", ["\x1b[A", "a\tb", "\x08", "\u202eabc", "\x7f", "a\u200bb"])
def test_a_code_that_looks_like_keys_is_refused(bad: str) -> None:
    with pytest.raises(Fault, match="control_characters"):
        find_scanner("generic").text(bad.encode())


def test_a_code_stays_out_of_reprs(scanner: CodeScannerSimulator, driver: SerialLineScanner) -> None:
    scanner.show("林知夏", SOON_S)
    code = driver.scan(WAIT_S)
    assert "林知夏" not in repr(code)


def test_not_open_is_unknown_and_a_model_that_is_not_there_is_named(scanner: CodeScannerSimulator) -> None:
    assert create(scanner.port).status() == Unknown()
    with pytest.raises(ValueError, match=r"none of generic"):
        create(scanner.port, "laser")
