"""What a fuzzer may throw at the licence printer's parsers: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.laser_printer import ipp, ipp_message, reasons

OK_HEAD = b"\x02\x00\x00\x00\x00\x00\x00\x01"


def _only_faults(parse: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            parse(data)
        except Fault as fault:
            if fault.code != "laser_printer.unreadable_answer":
                raise

    return target


def _message(data: bytes) -> None:
    try:
        message = ipp_message.decode(data)
    except ipp_message.UnreadableMessage:
        return
    assert len(message.data) < len(data)


def _reasons(data: bytes) -> None:
    words = data.decode("utf-8", "replace").split("\0")
    reasons.judge(words, words[0] or None, words[1:3])


TARGETS: dict[str, Callable[[bytes], None]] = {
    "laser_printer.ipp_message": _message,
    "laser_printer.ipp_message_behind_a_head": lambda data: _message(OK_HEAD + data),
    "laser_printer.ipp_state": _only_faults(lambda data: ipp.read_state(OK_HEAD + data)),
    "laser_printer.ipp_jobs": _only_faults(lambda data: ipp.read_jobs(OK_HEAD + data)),
    "laser_printer.state_reasons": _reasons,
}
