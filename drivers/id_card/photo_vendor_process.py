"""The child process that loads a vendor's photo library: LOADED; then 1,024 bytes in, return code and 38,556 bytes out.

Run by path with ``python -I``, so it imports nothing of the kiosk.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import struct
import sys

PHOTO_BYTES = 1024
BGR_BYTES = 38556  # 102 × 126 × 3
HEAD = struct.Struct("<i")  # what unpack returned
LOADED = b"+"  # said once, before the first question
UNPACKED = 1  # G: what the common library returns on success
BMP_SAVE = 0  # G: last parameter; 0 leaves no picture of a resident on the disk

NO_LIBRARY = 64  # exit codes of this process
OVERRUN = 65

PAGE = mmap.PAGESIZE
MARGIN = 16 * PAGE  # behind the picture, filled with a pattern; behind that the process may touch nothing
PATTERN = 0xA5
PROT_NONE = 0
# A library that hangs is killed by the parent long before. This is for the parent that was killed itself: a signal at
# its death will not do, the kernel sends it already when the one thread ends that started us.
HANGS_S = 30


def main(library: str) -> int:
    """Serve until the parent closes the pipe. Exit codes: NO_LIBRARY, OVERRUN."""
    libc = ctypes.CDLL(None, use_errno=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold a resident's face
    answers = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)  # what the library prints must not be taken for an answer
    try:
        unpack = ctypes.CDLL(library).unpack
    except (OSError, AttributeError):
        return NO_LIBRARY
    unpack.restype = ctypes.c_int
    unpack.argtypes = (ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int)
    room = mmap.mmap(-1, -(-BGR_BYTES // PAGE) * PAGE + MARGIN + PAGE)
    start = ctypes.addressof(ctypes.c_char.from_buffer(room))
    libc.mprotect(ctypes.c_void_p(start + len(room) - PAGE), ctypes.c_size_t(PAGE), PROT_NONE)
    os.write(answers, LOADED)
    margin = bytes([PATTERN]) * (len(room) - PAGE - BGR_BYTES)
    while True:
        block = _exactly(PHOTO_BYTES)
        if len(block) < PHOTO_BYTES:
            return 0
        room[: len(room) - PAGE] = bytes(BGR_BYTES) + margin
        signal.alarm(HANGS_S)  # nobody catches it: the process ends
        code = unpack(block, start, BMP_SAVE)
        signal.alarm(0)
        if room[BGR_BYTES : len(room) - PAGE] != margin:
            return OVERRUN
        answer = HEAD.pack(code) + room[:BGR_BYTES]
        while answer:
            answer = answer[os.write(answers, answer) :]


def _exactly(count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = os.read(0, count - len(data))
        if not piece:
            break
        data += piece
    return data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
