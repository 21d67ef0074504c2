"""Parsers with mistakes, which the fuzzer must find, and one without."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

SEEDS = (b"\xaa\x05hello", b"\xbb\x01x")


def _crashes(data: bytes) -> None:
    if data[:1] == b"\xaa" and len(data) > 1:
        data[1 + data[1]]  # a length that lies


def _hangs(data: bytes) -> None:
    while data[:1] == b"\xaa":
        time.sleep(0.01)


def _dies(data: bytes) -> None:
    if data[:1] == b"\xbb":
        os.abort()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "planted.crashes": _crashes,
    "planted.hangs": _hangs,
    "planted.dies": _dies,
    "planted.well": lambda data: None,
}
