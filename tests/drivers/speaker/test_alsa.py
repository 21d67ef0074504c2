"""The loudspeaker through the real libasound: heard, not heard, something else heard, and never believed unheard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Fault, Ready, Unknown, Warning
from drivers.faults import explain
from drivers.speaker.__main__ import main
from drivers.speaker.alsa import TRUSTED_S, AlsaSpeaker, create
from drivers.speaker.simulator import SpeakerSimulator
from drivers.speaker.tone import AMPLITUDE, TONES_HZ, judge, make
from tests.drivers.speaker.fuzz import TARGETS


def test_a_tone_that_was_played_and_heard_makes_it_ready(driver: AlsaSpeaker) -> None:
    driver.open()
    assert driver.status() == Unknown("speaker.untested")
    heard = driver.test()
    assert heard.tone_share > 0.95
    assert -20 < heard.level_db < -10  # a quarter of full scale, as a sine: -15 dB
    assert driver.status() == Ready()


def test_without_a_microphone_it_stays_unknown_however_well_it_played(sound: SpeakerSimulator) -> None:
    driver = create(sound.port, config=sound.config)
    with pytest.raises(Fault, match=r"speaker\.no_ear"):
        driver.test()
    assert sound.state()["played_bytes"] == len(make(TONES_HZ[0]))
    assert driver.status() == Unknown("speaker.no_ear")


def test_a_result_of_yesterday_is_not_believed_today(sound: SpeakerSimulator) -> None:
    now = [0.0]
    driver = AlsaSpeaker(sound.port, sound.ear, sound.config, clock=lambda: now[0])
    driver.test()
    now[0] = TRUSTED_S + 1
    assert driver.status() == Unknown("speaker.untested")


def test_a_speaker_that_is_opened_anew_is_untested(driver: AlsaSpeaker) -> None:
    driver.test()
    driver.close()
    driver.close()
    assert driver.status() == Unknown("speaker.untested")


def test_what_failed_is_a_warning_until_it_is_heard_again(driver: AlsaSpeaker, sound: SpeakerSimulator) -> None:
    sound.misbehave("mute")
    with pytest.raises(Fault, match=r"speaker\.not_heard"):
        driver.test()
    assert driver.status() == Warning("speaker.not_heard")
    sound.behave()
    driver.test()
    assert driver.status() == Ready()


@pytest.mark.parametrize("frequency", TONES_HZ)
def test_each_tone_is_told_from_the_others(frequency: int) -> None:
    assert judge(make(frequency), frequency).tone_share > 0.99
    for other in TONES_HZ:
        if other != frequency:
            assert judge(make(frequency), other).tone_share < 0.05


def test_a_tone_amid_silence_is_found_at_its_own_loudness() -> None:
    heard = judge(bytes(20000) + make(900) + bytes(4000), 900)
    assert heard.tone_share > 0.95
    assert AMPLITUDE and -16 < heard.level_db < -14


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=8000) | st.text(max_size=100).map(str.encode))
def test_no_bytes_bring_anything_but_a_named_fault(target: str, data: bytes) -> None:
    TARGETS[target](data)


def test_a_technician_reads_what_was_heard_or_what_to_do(
    sound: SpeakerSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [sound.port, "--ear", sound.ear, "--config", sound.config]
    assert main(told) == 0
    assert "is the tone" in capsys.readouterr().out
    sound.misbehave("mute")
    assert main(told) == 1
    out = capsys.readouterr().out
    assert "speaker.not_heard" in out
    assert explain("speaker.not_heard").remedy.zh in out
