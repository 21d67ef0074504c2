"""A loudspeaker on an ALSA device; it is Ready only after a microphone has heard it."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from drivers.device import Fault, Ready, Status, Unknown, Warning
from drivers.speaker.alsa_pcm import LIBRARY
from drivers.speaker.device import Heard
from drivers.speaker.tone import TONES_HZ

PROCESS = (sys.executable, "-m", "drivers.speaker.tone_process")
PROCESS_S = 10.0  # half a second of tone and a quarter for the start; the rest is for a loaded machine
TRUSTED_S = 24 * 3600.0  # a result of yesterday says nothing about today
HEARD_DB = -50.0  # a room by night has -60, a tone from a metre away -30
TONE_SHARE = 0.5
ROOT = Path(__file__).parents[2]


class AlsaSpeaker:
    """One playback device, and the microphone that hears it (``ear``; empty where there is none)."""

    def __init__(
        self,
        port: str,
        ear: str = "",
        config: str = "",
        library: str = LIBRARY,
        process: Sequence[str] = PROCESS,
        limit_s: float = PROCESS_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._port = port
        self._ear = ear
        self._config = config
        self._library = library
        self._process = process
        self._limit_s = limit_s
        self._clock = clock
        self._result = "speaker.untested"  # "" after a tone that was heard
        self._tested_at = clock()

    def open(self) -> None:
        """Whether the device can be opened at all. Faults ``not_found``, ``refused``, ``no_alsa``, ``stalled``."""
        self._run(0)

    def close(self) -> None:
        """What was heard before says nothing about what will be plugged in."""
        self._result = "speaker.untested"

    def status(self) -> Status:
        """The last test's result. Nothing is played: a kiosk that peeps every few seconds drives people away."""
        if self._result == "speaker.untested" or self._clock() - self._tested_at > TRUSTED_S:
            return Unknown("speaker.untested")
        if self._result == "speaker.no_ear":
            return Unknown(self._result)
        return Warning(self._result) if self._result else Ready()

    def test(self) -> Heard:
        """Play and listen. Faults ``no_ear``, ``not_heard``, ``wrong_sound``, and those of ``open``."""
        self._tested_at = self._clock()
        try:
            heard = self._listen()
        except Fault as fault:
            self._result = fault.code
            raise
        self._result = ""
        return heard

    def _listen(self) -> Heard:
        heard = self._run(random.choice(TONES_HZ))
        if heard is None:
            raise Fault("speaker.no_ear")
        if heard.level_db < HEARD_DB:
            raise Fault("speaker.not_heard", f"{heard.level_db} dB")
        if heard.tone_share < TONE_SHARE:
            raise Fault("speaker.wrong_sound", f"{heard.level_db} dB, of which {heard.tone_share:.0%} is the tone")
        return heard

    def _run(self, frequency: int) -> Heard | None:
        environment = {**os.environ, **({"ALSA_CONFIG_PATH": self._config} if self._config else {})}
        try:
            done = subprocess.run(
                [*self._process, self._library, self._port, self._ear, str(frequency)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._limit_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Fault("speaker.stalled", f"not done in {self._limit_s} s") from None
        if done.returncode:
            raise Fault("speaker.crashed", f"exit {done.returncode}")
        return _result(done.stdout)


def _result(answer: bytes) -> Heard | None:
    """The process's word. Its own fault is raised; Fault ``garbled`` for anything that it does not say."""
    try:
        told = json.loads(answer)
        if not told:
            return None
        if "fault" in told:
            raise Fault(str(told["fault"]), str(told["detail"]))
        heard = Heard(float(told["level_db"]), float(told["tone_share"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Fault("speaker.garbled", f"{len(answer)} bytes") from None
    if not (math.isfinite(heard.level_db) and 0 <= heard.tone_share <= 1):
        raise Fault("speaker.garbled", "numbers that cannot be")
    return heard


def create(port: str, ear: str = "", config: str = "") -> AlsaSpeaker:
    """The registry's entry. ``port`` and ``ear`` are ALSA names ("default", "plughw:CARD=Audio"); ``config`` is an
    ALSA configuration file instead of the system's."""
    return AlsaSpeaker(port, ear, config)
