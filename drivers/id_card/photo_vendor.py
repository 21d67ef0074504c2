"""The vendor's photo library behind a process of its own: it may crash or hang, the kiosk may not."""

from __future__ import annotations

import selectors
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic

import numpy as np

from drivers.device import Fault
from drivers.id_card import photo_vendor_process
from drivers.id_card.photo_shape import BGR_BYTES, HEIGHT, WIDTH, Bgr

DECODE_S = 3.0  # a decode takes milliseconds; three seconds cover a loaded machine, and a resident still stands there
ANSWER_BYTES = photo_vendor_process.HEAD.size + BGR_BYTES


class VendorLibrary:
    """Decoder plug-in ``vendor_wlt``. One child process, kept between cards, thrown away after any trouble.

    Not tried again with the same block: what crashed a library once crashes it twice.
    """

    def __init__(self, library: Path | None, limit_s: float = DECODE_S) -> None:
        self._library = library
        self._limit_s = limit_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def check(self) -> None:
        """Whether the library is there and loads. Fault ``id_card.photo_decoder_missing``."""
        with self._lock:
            process, self._process = self._process, None
            if process is not None and process.poll() is not None:
                _end(process)
                process = None
            self._process = process or self._start()

    def decode(self, block: bytes) -> Bgr:
        """Faults: ``id_card.photo_decoder_missing``, ``id_card.photo_undecodable`` (detail: what the library did)."""
        with self._lock:
            process = self._process or self._start()
            self._process = None  # it is kept only if all goes well
            try:
                code, pixels = self._ask(process, block)
            except Fault:
                _end(process)
                raise
            self._process = process
        if code != photo_vendor_process.UNPACKED:
            raise Fault("id_card.photo_undecodable", f"the library returned {code}")
        return np.frombuffer(pixels, np.uint8).reshape(HEIGHT, WIDTH, 3).copy()

    def close(self) -> None:
        """End the process; may be called twice."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        if self._library is None:
            raise Fault("id_card.photo_decoder_missing", "no library is configured")
        if not self._library.is_file():
            raise Fault("id_card.photo_decoder_missing", f"{self._library} is not there")
        # -I: neither the kiosk's folder nor the environment decides what the child imports
        arguments = [sys.executable, "-I", photo_vendor_process.__file__, str(self._library)]
        process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        try:
            self._read(process, len(photo_vendor_process.LOADED))
        except Fault as fault:
            _end(process)
            raise Fault("id_card.photo_decoder_missing", f"it does not load: {fault.detail}") from None
        return process

    def _ask(self, process: subprocess.Popen[bytes], block: bytes) -> tuple[int, bytes]:
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it has died: the end of its answers says so below
            process.stdin.write(block)
        answer = self._read(process, ANSWER_BYTES)
        (code,) = photo_vendor_process.HEAD.unpack_from(answer)
        return code, answer[photo_vendor_process.HEAD.size :]

    def _read(self, process: subprocess.Popen[bytes], count: int) -> bytes:
        assert process.stdout is not None
        answer = b""
        deadline = monotonic() + self._limit_s
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while len(answer) < count:
                if not selector.select(max(0.0, deadline - monotonic())):
                    raise Fault("id_card.photo_undecodable", f"the library did not answer in {self._limit_s} s")
                piece = process.stdout.read(count - len(answer))
                if not piece:
                    raise _ended(process)
                answer += piece
        return answer


def _ended(process: subprocess.Popen[bytes]) -> Fault:
    code = process.wait()
    if code == photo_vendor_process.NO_LIBRARY:
        return Fault("id_card.photo_decoder_missing", "the library cannot be loaded, or has no function unpack")
    if code == photo_vendor_process.OVERRUN:
        return Fault("id_card.photo_undecodable", "the library wrote beyond its picture")
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return Fault("id_card.photo_undecodable", f"the library ended with {how}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
