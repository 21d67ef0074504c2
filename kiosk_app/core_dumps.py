"""A crash must not write the memory of the kiosk, with a resident in it, to a disk."""

from __future__ import annotations

import ctypes
import os
import resource

PR_SET_DUMPABLE = 4  # linux/prctl.h


def forbid_core_dumps() -> None:
    """No core file of this process, and none through a core_pattern that pipes to a program (which ignores the limit).

    Children inherit the limit; the other half ends with exec. Only root can still attach a debugger. Raises OSError
    where the kernel refuses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "PR_SET_DUMPABLE")
