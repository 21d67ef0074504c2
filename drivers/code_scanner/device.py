"""What every code scanner can do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from drivers.device import Driver


@dataclass(frozen=True)
class ScannedCode:
    """One QR or bar code. Its text may name a person: it stays out of logs and reprs."""

    text: str = field(repr=False)
    at: float  # monotonic seconds


class CodeScanner(Driver, Protocol):
    """A scanner hands codes only to whoever asked; it is no keyboard: nothing of a code is ever typed anywhere."""

    def scan(self, wait_s: float) -> ScannedCode | None:
        """The next code shown within ``wait_s`` seconds, None if there was none.

        What was shown before the call is forgotten. Raises Fault code_scanner.cut_off, .too_long, .wrong_frame,
        .not_text, .control_characters, .lost.
        """
        ...
