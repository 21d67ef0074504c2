"""What a scanner sends for one code: frame and encoding as data, everything else refused by name."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from drivers.device import Fault

# ISO/IEC 18004: the largest QR code (40-L) holds 7,089 digits; nothing that a scanner reads is longer
LARGEST_CODE_BYTES = 7089
GROUP_SEPARATOR = "\x1d"  # how GS1 codes carry FNC1 (ISO/IEC 15424): part of the data


class Scanner(BaseModel):
    """One row of scanners.toml; the meaning of each key stands there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    baud: int = Field(gt=0)
    prefix: str = Field(max_length=8)
    ends: tuple[str, ...] = Field(min_length=1)
    encoding: Literal["utf-8", "gb18030"]
    source: str

    def end_of(self, data: bytes) -> int:
        """How many bytes of ``data`` the first frame takes, its end included; 0 while there is no end yet."""
        found = [at + 1 for end in self.ends if (at := data.find(end.encode("latin-1"))) >= 0]
        return min(found, default=0)

    def text(self, frame: bytes) -> str:
        """The code in one frame without its end, "" for an empty one (the second half of CR LF).

        Raises Fault too_long, wrong_frame, not_text, control_characters.
        """
        if not frame:
            return ""
        prefix = self.prefix.encode("latin-1")
        if not frame.startswith(prefix):
            raise Fault("code_scanner.wrong_frame", f"{len(frame)} bytes without the prefix of {self.code}")
        content = frame[len(prefix) :]
        if len(content) > LARGEST_CODE_BYTES:
            raise Fault("code_scanner.too_long", f"{len(content)} bytes")
        try:
            text = content.decode(self.encoding)
        except UnicodeDecodeError as error:
            raise Fault("code_scanner.not_text", f"byte {error.start} is not {self.encoding}") from None
        for character in text:
            # a code that looks like keystrokes (tab, escape, backspace …) or that turns text around is no code of ours
            if unicodedata.category(character) in ("Cc", "Cf") and character != GROUP_SEPARATOR:
                raise Fault("code_scanner.control_characters", f"U+{ord(character):04X}")
        return text


@cache
def scanners() -> dict[str, Scanner]:
    """The table."""
    rows = tomllib.loads((Path(__file__).parent / "scanners.toml").read_text("utf-8"))
    return {code: Scanner(code=code, **row) for code, row in rows.items()}


def find_scanner(code: str) -> Scanner:
    """Raises ValueError that names the ones there are."""
    try:
        return scanners()[code]
    except KeyError:
        raise ValueError(f"model: {code!r} is none of {', '.join(scanners())}") from None
