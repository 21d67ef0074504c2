"""A simulated loudspeaker with a microphone, and a driver on it."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from drivers.speaker.alsa import AlsaSpeaker, create
from drivers.speaker.alsa_pcm import LIBRARY
from drivers.speaker.simulator import SpeakerSimulator


@pytest.fixture
def sound(tmp_path: Path) -> SpeakerSimulator:
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        pytest.skip(f"{LIBRARY} is not installed")
    return SpeakerSimulator(tmp_path)


@pytest.fixture
def driver(sound: SpeakerSimulator) -> AlsaSpeaker:
    return create(sound.port, sound.ear, sound.config)
