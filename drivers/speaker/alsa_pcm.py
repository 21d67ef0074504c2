"""One ALSA stream through libasound, called by ctypes. Used only inside tone_process.py: a C library may hang."""

from __future__ import annotations

import ctypes
import errno
from typing import Any

from drivers.device import Fault
from drivers.speaker.tone import RATE

LIBRARY = "libasound.so.2"
PLAYBACK, CAPTURE = 0, 1  # snd_pcm_stream_t
S16, INTERLEAVED = 2, 3  # SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED
BUFFER_US = 1_000_000  # the microphone records while the tone plays: twice its length


def load(name: str = LIBRARY) -> Any:
    """The library. Fault ``speaker.no_alsa``."""
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise Fault("speaker.no_alsa", str(error)) from None
    library.snd_strerror.restype = ctypes.c_char_p
    for call in (library.snd_pcm_writei, library.snd_pcm_readi):
        call.restype = ctypes.c_long
        call.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_ulong)
    for call in (library.snd_pcm_start, library.snd_pcm_drain, library.snd_pcm_close):
        call.argtypes = (ctypes.c_void_p,)
    return library


class Pcm:
    """A mono stream of 16-bit samples. Faults ``not_found``, ``refused``."""

    def __init__(self, library: Any, name: str, stream: int) -> None:
        self._library = library
        self._name = name
        self._handle = ctypes.c_void_p()
        self._check(library.snd_pcm_open(ctypes.byref(self._handle), name.encode(), stream, 0))
        # one channel, the plug layer may resample
        self._check(library.snd_pcm_set_params(self._handle, S16, INTERLEAVED, 1, RATE, 1, BUFFER_US))

    def start(self) -> None:
        """Let a microphone record from now on."""
        self._check(self._library.snd_pcm_start(self._handle))

    def play(self, samples: bytes) -> None:
        """Hand over all and wait until the last was played."""
        frames = len(samples) // 2
        written = self._check(self._library.snd_pcm_writei(self._handle, samples, frames))
        if written != frames:
            raise Fault("speaker.refused", f"{self._name}: took {written} of {frames} frames")
        self._check(self._library.snd_pcm_drain(self._handle))

    def record(self, frames: int) -> bytes:
        """What was recorded, at most ``frames``."""
        room = ctypes.create_string_buffer(2 * frames)
        read = self._check(self._library.snd_pcm_readi(self._handle, room, frames))
        return room.raw[: 2 * read]

    def close(self) -> None:
        self._library.snd_pcm_close(self._handle)

    def _check(self, answer: int) -> int:
        if answer >= 0:
            return answer
        gone = -answer in (errno.ENOENT, errno.ENODEV, errno.ENXIO)
        words = self._library.snd_strerror(answer).decode("utf-8", "replace")
        raise Fault("speaker.not_found" if gone else "speaker.refused", f"{self._name}: {words}")
