"""What a fuzzer may throw at the parsers of upsd's answers: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.ups import nut_lines, nut_status


def _only_faults(parse: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            parse(data)
        except Fault as fault:
            if not fault.code.startswith("ups."):
                raise

    return target


def _answer(data: bytes) -> object:
    lines = [nut_lines.line(one) for one in data.split(b"\n")]
    return nut_status.status(nut_status.power(nut_lines.variables(lines, "rig")))


def _list(data: bytes) -> object:
    return _answer(b"BEGIN LIST VAR rig\n" + data + b"\nEND LIST VAR rig")


def _status(data: bytes) -> object:
    words = data.decode("latin-1")
    return nut_status.status(nut_status.power({"ups.status": words, "battery.charge": words, "battery.runtime": words}))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "ups.answer": _only_faults(_answer),
    "ups.list": _only_faults(_list),
    "ups.status": _only_faults(_status),
}
