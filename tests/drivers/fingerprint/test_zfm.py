"""A serial fingerprint module: its verbs, and what it does when the line or the module misbehaves."""

from __future__ import annotations

import threading

import pytest

from drivers.device import Blocked, Fault, Ready, Unknown
from drivers.fingerprint import zfm_line
from drivers.fingerprint.simulated_fingers import finger
from drivers.fingerprint.simulator import LINE_FAULTS, SCORE, ZfmSimulator
from drivers.fingerprint.template import FingerprintTemplate, Verdict
from drivers.fingerprint.zfm import FORMAT, Zfm, create
from drivers.fingerprint.zfm_codes import Instruction
from tests.drivers.provoking import code_of


@pytest.fixture
def template(module: ZfmSimulator, driver: Zfm) -> FingerprintTemplate:
    module.press(1)
    driver.search(0, 1)
    driver.store(1, FingerprintTemplate(FORMAT, module.buffers()[1] * 2))
    stored = driver.stored(1)
    driver.empty()
    return stored


def test_a_picture_comes_whole_with_progress(module: ZfmSimulator, driver: Zfm) -> None:
    module.press(1, (3, -2), 4.0)
    told: list[tuple[int, int]] = []
    image = driver.capture(progress=lambda done, of: told.append((done, of)))
    sharp = finger(1, (3, -2), 4.0).pixels
    assert image.pixels == bytes((pixel >> 4) * 17 for pixel in sharp)  # 4 bits of 8
    assert told == sorted(told)
    assert told[-1] == (36864, 36864)


def test_a_finger_is_enrolled_from_two_presses(module: ZfmSimulator, driver: Zfm) -> None:
    module.press(1)
    looked = driver.finger_present

    def lifted_and_back() -> bool:
        seen = looked()
        module.lift() if seen else module.press(1)
        return seen

    driver.finger_present = lifted_and_back  # type: ignore[method-assign]
    template = driver.enrol()
    assert len(template.data) == 512
    module.press(1)
    assert driver.verify(template).matched


def test_a_finger_matches_its_template_and_no_other(
    module: ZfmSimulator, driver: Zfm, template: FingerprintTemplate
) -> None:
    assert driver.verify(template) == Verdict(True, SCORE)
    module.press(2)
    assert driver.verify(template) == Verdict(False, 0)


def test_the_library_finds_stores_and_deletes(module: ZfmSimulator, driver: Zfm, template: FingerprintTemplate) -> None:
    driver.store(7, template)
    assert driver.search(0, 1000) == (7, SCORE)
    assert driver.search(8, 100) is None
    driver.delete(7)
    assert driver.search(0, 1000) is None
    with pytest.raises(Fault, match=r"fingerprint\.bad_page"):
        driver.store(1000, template)


@pytest.mark.parametrize("packet_bytes", [32, 64, 128, 256])
def test_the_modules_packet_size_is_asked_and_kept_to(packet_bytes: int) -> None:
    module = ZfmSimulator(0.1, packet_bytes)
    driver = create(module.port)
    driver.open()
    driver.store(3, FingerprintTemplate(FORMAT, bytes(range(256)) * 2))
    assert driver.stored(3).data == bytes(range(256)) * 2
    driver.close()
    module.close()


def test_forget_writes_over_what_the_module_holds(module: ZfmSimulator, driver: Zfm) -> None:
    module.press(1)
    driver.search(0, 1)
    assert any(module.buffers()[1])
    driver.forget()
    driver.status()  # behind the data: the module works in order
    assert not any(b"".join(module.buffers().values()))


@pytest.mark.parametrize("kind", LINE_FAULTS)
def test_a_line_that_misbehaves_never_looks_ready_and_is_well_again_afterwards(
    module: ZfmSimulator, driver: Zfm, kind: str
) -> None:
    module.press(1)
    module.misbehave(kind)
    if kind in ("noise", "glued", "split"):  # no fault: the answer is there
        assert driver.status() == Ready()
    else:
        try:
            seen = driver.status()
        except Fault as fault:
            assert fault.code in ("fingerprint.silent", "fingerprint.stalled")
        else:
            assert seen in (Unknown("fingerprint.garbled"), Blocked("fingerprint.wrong_address"))
    module.behave()
    assert driver.status() == Ready()


def test_a_late_answer_is_not_taken_for_the_next_one(
    module: ZfmSimulator, driver: Zfm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "No finger" comes when "is the password right?" is already the question: it must not be its answer."""
    module.misbehave("late")
    with monkeypatch.context() as patched:
        patched.setattr(zfm_line, "ANSWER_S", 0.2)
        assert code_of(lambda: driver._line.ask(Instruction.GEN_IMG, limit_s=0.2)) == "fingerprint.silent"
    module.behave()
    module.press(1)
    monkeypatch.setattr(zfm_line, "ANSWER_S", 20.0)
    monkeypatch.setattr(zfm_line, "RESYNCHRONISE_S", 30.0)
    assert driver.status() == Ready()
    assert driver.finger_present()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("silent_mid_image", "silent"),
        ("damaged_mid_image", "garbled"),
        ("short_image", "content_invalid"),
        ("long_image", "content_invalid"),
    ],
)
def test_a_picture_that_breaks_off_is_a_fault_and_the_next_one_is_whole(
    module: ZfmSimulator, driver: Zfm, kind: str, code: str
) -> None:
    module.press(1)
    module.misbehave(kind)
    assert code_of(driver.capture) == f"fingerprint.{code}"
    module.behave()
    assert len(driver.capture().pixels) == 256 * 288


def test_unplugged_within_a_picture_it_is_lost(module: ZfmSimulator, driver: Zfm) -> None:
    module.press(1)
    module.misbehave("unplugged_mid_image")
    assert code_of(driver.capture) in ("fingerprint.lost", "fingerprint.silent", "fingerprint.garbled")
    for thread in threading.enumerate():
        if thread.name == "simulated-unplug":
            thread.join(30.0)
    assert code_of(driver.status) == "fingerprint.lost"


@pytest.mark.parametrize("options", [{"baud": 1200}, {"password": 1 << 32}, {"address": -1}])
def test_settings_that_no_module_has_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        create("/dev/null", **options)
