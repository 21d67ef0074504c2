"""What a fuzzer may throw at the speaker's parsers: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from drivers.device import Fault
from drivers.speaker.alsa import _result
from drivers.speaker.tone import TONES_HZ, judge


def _result_of_the_process(data: bytes) -> None:
    with suppress(Fault):  # its code is the child's own word, whatever that is
        _result(data)


def _recording(data: bytes) -> None:
    heard = judge(data, TONES_HZ[0])
    assert -96 <= heard.level_db <= 0.1
    assert 0 <= heard.tone_share <= 1


TARGETS: dict[str, Callable[[bytes], None]] = {
    "speaker.result": _result_of_the_process,
    "speaker.recording": _recording,
}
