"""What a fuzzer may throw at the parser of input boards: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.sensors.boards import boards


def _answer(code: str) -> Callable[[bytes], None]:
    board = boards()[code]

    def target(data: bytes) -> None:
        try:
            levels = board.read(data)
        except Fault as fault:
            if fault.code != "sensors.garbled":
                raise
        else:
            assert levels.now >> board.inputs == levels.memory >> board.inputs == 0

    return target


TARGETS: dict[str, Callable[[bytes], None]] = {f"sensors.{code}": _answer(code) for code in boards()}
