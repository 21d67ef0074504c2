"""The test tone, and whether a recording holds it. 16-bit mono samples in the machine's byte order."""

from __future__ import annotations

import math
from array import array

from drivers.speaker.device import Heard

RATE = 16_000  # samples a second; every sound card's plug layer takes it
TONES_HZ = (700, 900, 1300, 1700)  # one is drawn for each test: a room that hums by itself does not pass
LENGTH_S = 0.5
AMPLITUDE = 8000  # a quarter of full scale: clearly heard, frightens nobody
BLOCK = RATE // 10  # 0.1 s: a whole number of waves of each tone
SILENCE_DB = -96.0  # 16 bits hold nothing softer
FULL = 32768.0


def make(frequency: int) -> bytes:
    """The tone."""
    return array(
        "h",
        (round(AMPLITUDE * math.sin(2 * math.pi * frequency * n / RATE)) for n in range(int(RATE * LENGTH_S))),
    ).tobytes()


def judge(recording: bytes, frequency: int) -> Heard:
    """The block of a tenth of a second that holds most of the tone; silence for a recording without one."""
    samples = array("h", recording[: len(recording) // 2 * 2])
    blocks = [samples[at : at + BLOCK] for at in range(0, len(samples) - BLOCK + 1, BLOCK)]
    judged = [_block(block, frequency) for block in blocks]
    return max(judged, key=lambda heard: _tone_power(heard), default=Heard(SILENCE_DB, 0.0))


def _tone_power(heard: Heard) -> float:
    return float(10 ** (heard.level_db / 10) * heard.tone_share)


def _block(block: array[int], frequency: int) -> Heard:
    power = sum(sample * sample for sample in block) / len(block)
    if power < 1:
        return Heard(SILENCE_DB, 0.0)
    level = max(SILENCE_DB, 10 * math.log10(power / FULL**2))
    return Heard(round(level, 1), round(min(1.0, _power_at(block, frequency) / power), 3))


def _power_at(block: array[int], frequency: int) -> float:
    """Mean power of one frequency (Goertzel)."""
    coefficient = 2 * math.cos(2 * math.pi * frequency / RATE)
    before, last = 0.0, 0.0
    for sample in block:
        before, last = last, sample + coefficient * last - before
    energy = last * last + before * before - coefficient * last * before
    return 2 * energy / len(block) ** 2
