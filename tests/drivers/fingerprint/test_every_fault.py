"""Every fault of the book is provoked, by the simulated module or by Debian's fprintd."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.device import Blocked
from drivers.faults import book
from drivers.fingerprint import fprintd as fprintd_driver
from drivers.fingerprint.card_matcher import installed_matcher
from drivers.fingerprint.private_fprintd import PrivateFprintd
from drivers.fingerprint.simulator import ZfmSimulator
from drivers.fingerprint.template import FingerprintTemplate
from drivers.fingerprint.zfm import FORMAT, Zfm, create
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.thorough import figure

PRINT = FingerprintTemplate(fprintd_driver.FORMAT, fprintd_driver.FINGER.encode())


@dataclass
class Bench:
    module: ZfmSimulator
    driver: Zfm
    fprintd: PrivateFprintd
    folder: Path


def on_line(kind: str) -> Callable[[Bench], str]:
    """What the simplest question tells while the module does that."""

    def provoke(bench: Bench) -> str:
        bench.module.misbehave(kind)
        return code_of(bench.driver.finger_present)

    return provoke


def while_it(kind: str, act: Callable[[Zfm], object]) -> Callable[[Bench], str]:
    def provoke(bench: Bench) -> str:
        bench.module.press(1)
        bench.module.misbehave(kind)
        return code_of(lambda: act(bench.driver))

    return provoke


def a_search(driver: Zfm) -> object:
    return driver.search(0, 10)


def a_store(driver: Zfm) -> None:
    driver.store(1, FingerprintTemplate(FORMAT, bytes(512)))


def lost(bench: Bench) -> str:
    bench.module.close()
    return code_of(bench.driver.status)


def wrong_password(bench: Bench) -> str:
    bench.driver.close()
    driver = create(bench.module.port, password=1)
    driver.open()
    try:
        status = driver.status()
        assert isinstance(status, Blocked)
        return status.reason
    finally:
        driver.close()


def not_lifted(bench: Bench) -> str:
    bench.module.press(1)
    return code_of(lambda: bench.driver.enrol(0.3))


def combine_failed(bench: Bench) -> str:
    """Two different fingers."""
    bench.module.press(1)
    looked = bench.driver.finger_present
    seen = iter((True, False, True))

    def other_finger() -> bool:
        wanted = next(seen)
        if not wanted:
            bench.module.lift()
            gone = looked()
            bench.module.press(2)
            return gone
        return looked()

    bench.driver.finger_present = other_finger  # type: ignore[method-assign]
    return code_of(lambda: bench.driver.enrol(5.0))


def service_down(bench: Bench) -> str:
    return code_of(fprintd_driver.create("default", f"unix:path={bench.folder / 'none'}").open)


def with_fprintd(act: Callable[[fprintd_driver.Fprintd, PrivateFprintd], str]) -> Callable[[Bench], str]:
    def provoke(bench: Bench) -> str:
        driver = fprintd_driver.create("default", bench.fprintd.bus)
        driver.open()
        try:
            return act(driver, bench.fprintd)
        finally:
            driver.close()

    return provoke


def service_lost(driver: fprintd_driver.Fprintd, private: PrivateFprintd) -> str:
    def kill_in_the_middle() -> None:
        private.await_need()
        private.kill()

    killer = threading.Thread(target=kill_in_the_middle)
    killer.start()
    try:
        return code_of(driver.enrol)
    finally:
        killer.join()
        private.start_service()


def service_failed(driver: fprintd_driver.Fprintd, private: PrivateFprintd) -> str:
    trouble = threading.Thread(target=lambda: private.trouble("error"))
    trouble.start()
    try:
        return code_of(driver.enrol)
    finally:
        trouble.join()


def in_use(driver: fprintd_driver.Fprintd, private: PrivateFprintd) -> str:
    with driver._bus.claimed(driver._device):
        return code_of(fprintd_driver.create("default", private.bus).open)


def not_allowed(bench: Bench) -> str:
    strict = PrivateFprintd(bench.folder)
    strict.start(allow=False)
    try:
        return code_of(fprintd_driver.create("default", strict.bus).open)
    finally:
        strict.stop()


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "not_found": lambda _: code_of(create("/dev/serial/by-id/none").open),
    "port_busy": lambda bench: code_of(create(bench.module.port).open),
    "lost": lost,
    "stalled": on_line("stalled"),
    "silent": on_line("silence"),
    "garbled": on_line("wrong_checksum"),
    "unknown_answer": on_line("undefined_code"),
    "command_garbled": on_line("code_01"),
    "command_refused": on_line("code_1a"),
    "wrong_address": on_line("other_address"),
    "image_failed": on_line("code_03"),
    "no_finger": lambda bench: code_of(lambda: bench.driver.capture(0.1)),
    "not_lifted": not_lifted,
    "messy": while_it("code_06", a_search),
    "too_few_features": while_it("code_07", a_search),
    "no_valid_image": while_it("code_15", a_search),
    "combine_failed": combine_failed,
    "bad_page": while_it("code_0b", a_store),
    "flash_failed": while_it("code_18", a_store),
    "library_failed": while_it("code_11", Zfm.empty),
    "transfer_failed": while_it("code_0f", Zfm.capture),
    "wrong_password": wrong_password,
    "wrong_template": lambda bench: code_of(lambda: bench.driver.verify(PRINT)),
    "content_invalid": while_it("odd_parameters", Zfm.parameters),
    "service_down": service_down,
    "service_lost": with_fprintd(service_lost),
    "service_failed": with_fprintd(service_failed),
    "not_allowed": not_allowed,
    "in_use": with_fprintd(in_use),
    "nothing_enrolled": with_fprintd(lambda driver, _: code_of(lambda: driver.verify(PRINT))),
    "matcher_missing": lambda _: code_of(installed_matcher),
    "missing": lambda _: provoking.missing("fingerprint", lambda: create("/dev/serial/by-id/none")),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        bench.driver.close()  # a host opens the port itself
        return provoke("fingerprint", lambda: create(bench.module.port))

    PROVOKE[name] = of_every_device


@pytest.fixture
def bench(module: ZfmSimulator, driver: Zfm, fprintd: PrivateFprintd, tmp_path: Path) -> Bench:
    return Bench(module, driver, fprintd, tmp_path)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"fingerprint.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("fingerprint.") for code in book() if code.startswith("fingerprint.")}
    assert set(PROVOKE) == of_device
    figure(f"fingerprint: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
