"""Debian's own fprintd, with libfprint's virtual reader and fingers of nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from time import monotonic

import pytest

from drivers.device import Ready
from drivers.fingerprint.fprintd import Fprintd, create
from drivers.fingerprint.private_fprintd import PrivateFprintd
from drivers.fingerprint.simulated_fingers import finger
from drivers.fingerprint.template import FingerprintTemplate
from tests.drivers.fingerprint.conftest import STAGES, pressing
from tests.drivers.provoking import code_of
from tests.thorough import figure, rounds

LIMIT_S = 60.0


@pytest.fixture
def reader(fprintd: PrivateFprintd) -> Iterator[Fprintd]:
    made = create("default", fprintd.bus)
    made.open()
    yield made
    made.close()


def enrolled(reader: Fprintd, fprintd: PrivateFprintd, seed: int) -> FingerprintTemplate:
    presses = pressing(fprintd, *(finger(seed, (k - 2, 2 - k), float(k - 2), 4.0, k) for k in range(STAGES)))
    template = reader.enrol(LIMIT_S)
    presses.result(LIMIT_S)
    return template


def verified(reader: Fprintd, fprintd: PrivateFprintd, template: FingerprintTemplate, seed: int, variant: int) -> bool:
    laid = finger(seed, (3 * (variant % 5) - 6, 5 - 2 * variant % 7), 2.0 * (variant % 7) - 6.0, 10.0, 100 + variant)
    press = pressing(fprintd, laid)
    matched = reader.verify(template, LIMIT_S).matched
    press.result(LIMIT_S)
    return matched


def test_an_enrolled_finger_is_known_and_others_are_not(fprintd: PrivateFprintd, reader: Fprintd) -> None:
    fingers, others = rounds(1, 6), rounds(3, 12)  # half a second each
    genuine = impostors = 0
    for seed in range(fingers):
        template = enrolled(reader, fprintd, seed)
        genuine += sum(verified(reader, fprintd, template, seed, variant) for variant in range(others))
        impostors += sum(verified(reader, fprintd, template, 1000 + other, other) for other in range(others))
    figure(
        f"fprintd on synthetic fingers: {genuine} of {fingers * others} genuine known, "
        f"{impostors} of {fingers * others} impostors taken"
    )
    assert genuine >= 0.8 * fingers * others
    # seen: 3 of 72; drawn fingers are more alike than people's, so this bounds the pictures, not the matcher
    assert impostors <= 0.1 * fingers * others


def test_nothing_of_a_finger_is_left_after_forget(fprintd: PrivateFprintd, reader: Fprintd) -> None:
    template = enrolled(reader, fprintd, 1)
    assert [path for path in fprintd.prints.rglob("*") if path.is_file()]
    reader.forget()
    assert not [path for path in fprintd.prints.rglob("*") if path.is_file()]
    assert code_of(lambda: reader.verify(template)) == "fingerprint.nothing_enrolled"


def test_what_a_killed_kiosk_left_is_erased_when_the_reader_is_opened(fprintd: PrivateFprintd, reader: Fprintd) -> None:
    enrolled(reader, fprintd, 1)
    again = create("default", fprintd.bus)
    again.open()
    assert not [path for path in fprintd.prints.rglob("*") if path.is_file()]
    again.close()


@pytest.mark.restart
def test_fprintd_killed_in_a_comparison_gives_no_verdict_and_is_found_again(
    fprintd: PrivateFprintd, reader: Fprintd
) -> None:
    template = enrolled(reader, fprintd, 1)

    def kill_in_the_middle() -> None:
        fprintd.await_need()
        fprintd.kill()

    killer = threading.Thread(target=kill_in_the_middle)
    killer.start()
    assert code_of(lambda: reader.verify(template, LIMIT_S)) == "fingerprint.service_lost"
    killer.join()
    assert code_of(reader.status) == "fingerprint.service_down"
    begun = monotonic()
    fprintd.start_service()
    assert reader.status() == Ready()
    matched = verified(reader, fprintd, template, 1, 0)
    took = monotonic() - begun
    figure(f"fprintd: compared again {took:.1f} s after it was started again")
    assert matched
    assert took < 10.0


def test_nobody_comes(fprintd: PrivateFprintd, reader: Fprintd) -> None:
    template = enrolled(reader, fprintd, 1)
    assert code_of(lambda: reader.verify(template, 0.2)) == "fingerprint.no_finger"
    assert verified(reader, fprintd, template, 1, 1)
