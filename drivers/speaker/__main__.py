"""``python -m drivers.speaker PORT [--ear EAR]``: a technician plays the test tone, and reads whether it was heard."""

from __future__ import annotations

import argparse
import sys

from drivers.device import Fault
from drivers.faults import explain
from drivers.speaker.alsa import create


def main(arguments: list[str] | None = None) -> int:
    """0 when it was heard, else 1 with cause and remedy."""
    parser = argparse.ArgumentParser(prog="python -m drivers.speaker")
    parser.add_argument("port", help='ALSA playback device, such as "default"')
    parser.add_argument("--ear", default="", help="ALSA capture device that hears the loudspeaker")
    parser.add_argument("--config", default="", help="ALSA configuration file instead of the system's")
    given = parser.parse_args(arguments)
    try:
        heard = create(given.port, given.ear, given.config).test()
    except Fault as fault:
        entry = explain(fault.code)
        print(f"{fault}\n{entry.cause.zh}。{entry.remedy.zh}。\n{entry.cause.en}. {entry.remedy.en}.")
        return 1
    print(f"heard: {heard.level_db} dB, of which {heard.tone_share:.0%} is the tone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
