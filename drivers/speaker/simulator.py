"""A loudspeaker and a microphone made of ALSA's own file plug-in: what is played is heard, or something else."""

from __future__ import annotations

import os
from array import array
from pathlib import Path
from typing import Any

from drivers.speaker import tone

NAME, EAR = "rig_speaker", "rig_ear"
KINDS = ("mute", "hum", "gone", "refused", "stalled")
RECORDING_S = 1


class SpeakerSimulator:
    """``port``, ``ear`` and ``config`` are what the driver is given. Everything lies below ``folder``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._kind: str | None = None
        self.port, self.ear = NAME, EAR
        self.config = str(folder / "asound.conf")
        self.behave()

    def close(self) -> None:
        """Unplug it."""
        self.misbehave("gone")

    def misbehave(self, kind: str) -> None:
        """Show one of KINDS until ``behave``. ValueError names what is allowed."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        self._kind = kind
        self._configure()

    def behave(self) -> None:
        self._kind = None
        self._configure()

    def state(self) -> dict[str, Any]:
        """For the dock."""
        played = self._folder / "played.raw"
        return {"port": self.port, "played_bytes": played.stat().st_size, "misbehaving": self._kind}

    def _configure(self) -> None:
        played, other, full = (self._folder / name for name in ("played.raw", "other.raw", "full.fifo"))
        played.touch()
        other.write_bytes(self._other_sound())
        if not full.exists():
            os.mkfifo(full)
        heard = other if self._kind in ("mute", "hum") else played
        out = full if self._kind == "stalled" else played  # nobody reads the pipe: the library waits for ever
        speaker = "" if self._kind == "gone" else _file(NAME, file=out)
        if self._kind == "refused":
            speaker = f"pcm.{NAME} {{ type hw card 99 }}\n"
        text = "pcm.null { type null }\n" + speaker + _file(EAR, file=Path(os.devnull), infile=heard)
        fresh = Path(self.config).with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.config)

    def _other_sound(self) -> bytes:
        """Silence, or a hum that is none of the test's tones."""
        samples = int(tone.RATE * RECORDING_S)
        if self._kind == "hum":
            return array("h", (tone.AMPLITUDE if n // 160 % 2 else -tone.AMPLITUDE for n in range(samples))).tobytes()
        return bytes(2 * samples)


def _file(name: str, **files: Path) -> str:
    lines = "".join(f' {key} "{path}"' for key, path in files.items())
    return f'pcm.{name} {{ type file slave.pcm "null"{lines} format "raw" }}\n'
