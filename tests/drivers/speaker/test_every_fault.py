"""Every fault of the book is provoked: by ALSA's own configuration, or by the process that plays."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from drivers.faults import book
from drivers.speaker.alsa import AlsaSpeaker, create
from drivers.speaker.simulator import SpeakerSimulator
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.thorough import figure


def of(sound: SpeakerSimulator, **how: object) -> AlsaSpeaker:
    return AlsaSpeaker(sound.port, sound.ear, sound.config, **how)  # type: ignore[arg-type]


def sounding(kind: str) -> Callable[[SpeakerSimulator], str]:
    def provoke(sound: SpeakerSimulator) -> str:
        sound.misbehave(kind)
        return code_of(of(sound).test)

    return provoke


def child(script: str) -> Callable[[SpeakerSimulator], str]:
    return lambda sound: code_of(of(sound, process=(sys.executable, "-c", script)).test)


def stalled(sound: SpeakerSimulator) -> str:
    sound.misbehave("stalled")
    return code_of(of(sound, limit_s=1.5).test)


def untested(sound: SpeakerSimulator) -> str:
    status = of(sound).status()
    return getattr(status, "reason", "")


PROVOKE: dict[str, Callable[[SpeakerSimulator], str]] = {
    "not_found": sounding("gone"),
    "no_alsa": lambda sound: code_of(of(sound, library="libasound-of-nobody.so").open),
    "refused": sounding("refused"),
    "stalled": stalled,
    "crashed": child("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"),
    "garbled": child("print('all is well')"),
    "untested": untested,
    "no_ear": lambda sound: code_of(create(sound.port, config=sound.config).test),
    "not_heard": sounding("mute"),
    "wrong_sound": sounding("hum"),
    "missing": lambda sound: provoking.missing("speaker", lambda: create("nobody", config=sound.config)),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(sound: SpeakerSimulator, provoke: Callable[..., str] = provoke) -> str:
        return provoke("speaker", lambda: of(sound))

    PROVOKE[name] = of_every_device


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(sound: SpeakerSimulator, code: str) -> None:
    assert PROVOKE[code](sound) == f"speaker.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("speaker.") for code in book() if code.startswith("speaker.")}
    assert set(PROVOKE) == of_device
    figure(f"speaker: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
