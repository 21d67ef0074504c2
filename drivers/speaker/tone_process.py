"""Plays the test tone and listens, in a process of its own: a sound library that hangs or dies takes nobody with it.

``python -m drivers.speaker.tone_process LIBRARY SPEAKER EAR FREQUENCY``; frequency 0 only opens the speaker, an empty
EAR listens to nothing. Answers with one JSON object: fault and detail, or what was heard.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import asdict

from drivers.device import Fault
from drivers.speaker import tone
from drivers.speaker.alsa_pcm import CAPTURE, PLAYBACK, Pcm, load
from drivers.speaker.device import Heard


def main(arguments: list[str]) -> dict[str, object]:
    """What happened, as the JSON object says it."""
    library, speaker, ear, frequency = arguments
    try:
        heard = _play_and_listen(library, speaker, ear, int(frequency))
    except Fault as fault:
        return {"fault": fault.code, "detail": fault.detail}
    return {} if heard is None else dict(asdict(heard))


def _play_and_listen(library: str, speaker: str, ear: str, frequency: int) -> Heard | None:
    alsa = load(library)
    if not frequency:
        Pcm(alsa, speaker, PLAYBACK).close()
        return None
    if not ear:
        with closing(Pcm(alsa, speaker, PLAYBACK)) as out:
            out.play(tone.make(frequency))
        return None
    with closing(Pcm(alsa, ear, CAPTURE)) as into:
        into.start()
        with closing(Pcm(alsa, speaker, PLAYBACK)) as out:
            out.play(tone.make(frequency))
        return tone.judge(into.record(int(tone.RATE * tone.LENGTH_S)), frequency)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1:])))
