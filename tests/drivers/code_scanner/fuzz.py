"""What a fuzzer may throw at the frames of code scanners: bytes in; inert text or a named fault comes out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.code_scanner.framing import GROUP_SEPARATOR, scanners
from drivers.device import Fault

NAMED = {f"code_scanner.{code}" for code in ("too_long", "wrong_frame", "not_text", "control_characters")}


def _frame(code: str) -> Callable[[bytes], None]:
    scanner = scanners()[code]

    def target(data: bytes) -> None:
        length = scanner.end_of(data)
        assert 0 <= length <= len(data)
        try:
            text = scanner.text(data[: length - 1] if length else data)
        except Fault as fault:
            if fault.code not in NAMED:
                raise
        else:
            assert all(
                character.isprintable() or character.isspace() for character in text.replace(GROUP_SEPARATOR, "")
            )
            assert not set(text) & set("\r\n\t\x1b\x08\x00")

    return target


TARGETS: dict[str, Callable[[bytes], None]] = {f"code_scanner.{code}": _frame(code) for code in scanners()}
SEEDS = (b"https://hall.example/p/AbCd\r\n", "锦江新区".encode("gb18030") + b"\n", b"\x02{}\x03", b"01\x1d10\r")
