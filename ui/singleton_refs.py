"""Keeps a long-running screen alive on Python below 3.12, where PySide6 6.12 uses up None, True and False.

Measured with PySide6 6.12.0 on Python 3.11: every call of a Qt method that returns nothing takes one reference from
None and never returns it; True and False go the same way more slowly. From 3.12 on these objects are immortal and no
harm is done; below, the interpreter ends with "deallocating None" after some ten thousand calls, which a camera preview
makes in minutes. tests/ui/test_singleton_refs.py holds the control that dies without this protection.
"""

from __future__ import annotations

import ctypes
import sys

# As PEP 683 does from 3.12 on: a count so high that no running time of a kiosk brings it to zero.
IMMORTAL_COUNT = 1 << 60
SINGLETONS: tuple[object, ...] = (None, True, False, NotImplemented, Ellipsis)


def protect_singletons() -> None:
    """Make the singletons immortal where the interpreter does not. May be called again."""
    if sys.version_info >= (3, 12):
        return
    for singleton in SINGLETONS:
        if sys.getrefcount(singleton) < IMMORTAL_COUNT // 2:
            ctypes.c_ssize_t.from_address(id(singleton)).value += IMMORTAL_COUNT
