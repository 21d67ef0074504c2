"""What a fuzzer may throw at the receipt printer's parsers: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.thermal_printer import raster, status_bytes
from drivers.thermal_printer.interpreter import Interpreter
from drivers.thermal_printer.models import find_model
from drivers.thermal_printer.replies import Automatic, ReplyReader

MODELS = ("generic_80mm", "job_id_80mm", "latin_80mm", "plain_80mm")


class _NoPaper:
    """Takes everything and keeps nothing."""

    width = 576

    def print_line(self, dots: object, text: str, advance: int) -> None:
        assert dots is not None
        assert advance >= 0
        assert "\n" not in text

    def feed(self, dots: int) -> None:
        assert dots >= 0

    def cut(self, partial: bool = False) -> None:
        assert partial in (True, False)


def _real_time(data: bytes) -> None:
    for n in (1, 2, 3, 4):
        for byte in data:
            try:
                status_bytes.judge(status_bytes.real_time(n, byte))
            except Fault as fault:
                assert fault.code == "thermal_printer.unreadable_status"


def _replies(data: bytes) -> None:
    """In pieces whose sizes the first byte decides: the same replies as in one piece, and nothing kept for ever."""
    whole, pieces = ReplyReader(), ReplyReader()
    step = 1 + (data[0] if data else 0)
    told = [reply for at in range(0, len(data), step) for reply in pieces.feed(data[at : at + step])]
    assert told == whole.feed(data)
    for reply in told:
        if isinstance(reply, Automatic):
            status_bytes.judge(status_bytes.automatic(reply.data))  # what the reader lets through can be read
    assert len(whole._job) + len(whole._automatic) < 16


def _interpreter(data: bytes) -> None:
    model = find_model(MODELS[(data[0] if data else 0) % len(MODELS)])
    interpreter = Interpreter(_NoPaper(), lambda _: None, lambda: None, lambda: 0, model)
    interpreter.buffer += data[1:]
    for _ in range(len(data) + 1):
        if not interpreter.step():
            return
    raise AssertionError("stands still")


def _drawn(data: bytes) -> None:
    raster.drawn(data, find_model("latin_80mm"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "thermal_printer.real_time_status": _real_time,
    "thermal_printer.replies": _replies,
    "thermal_printer.escpos_interpreter": _interpreter,
    "thermal_printer.slip_as_picture": _drawn,
}
