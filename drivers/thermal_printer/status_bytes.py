"""What the status bytes of an ESC/POS printer say, bit by bit: DLE EOT 1 to 4, automatic status back, GS r 1.

Bits as in Epson's command reference. Real-time answers carry 0xx1xx10, the first byte of an automatic status 0xx1xx00,
its other three and the answer to GS r 0xx0xxxx; that is how they are told apart on one line.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from drivers.device import Blocked, Fault, Ready, Status, Warning

PRINTER, OFFLINE_CAUSE, ERROR, PAPER = 1, 2, 3, 4  # n of DLE EOT n
ASB_BYTES = 4
_FIXED = 0x93  # bits 0, 1, 4 and 7 of a real-time answer and of an automatic status' first byte
_FIXED_LATER = 0x90  # bits 4 and 7 of the others


@dataclass(frozen=True)
class Flags:
    """Everything that the bytes can say; False is "not said"."""

    offline: bool = False
    waits_to_recover: bool = False  # a person has to close, refill or press something
    feed_pressed: bool = False
    cover_open: bool = False
    stopped_for_paper: bool = False
    error: bool = False  # some error; which one the error byte says
    recoverable: bool = False  # goes on after DLE ENQ or after the cover was opened and closed
    cutter: bool = False
    unrecoverable: bool = False
    overheated: bool = False  # goes on by itself
    near_end: bool = False
    paper_end: bool = False

    def __or__(self, other: Flags) -> Flags:
        """What either says."""
        return Flags(**{f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)})


def is_real_time(byte: int) -> bool:
    """An answer to DLE EOT, whichever n: they look alike."""
    return byte & _FIXED == 0x12


def begins_automatic(byte: int) -> bool:
    """The first of the four bytes of an automatic status."""
    return byte & _FIXED == 0x10


def is_later(byte: int) -> bool:
    """One of the other three, or the answer to GS r."""
    return byte & _FIXED_LATER == 0


def real_time(n: int, byte: int) -> Flags:
    """The answer to DLE EOT n, n = 1 … 4. Raises Fault ``thermal_printer.unreadable_status``."""
    if not is_real_time(byte):
        raise Fault("thermal_printer.unreadable_status", f"{byte:02X} to DLE EOT {n}")
    two, three, five, six = (bool(byte & bit) for bit in (0x04, 0x08, 0x20, 0x40))
    match n:
        case 1:  # bit 2 is the drawer kick-out connector, which no kiosk has
            return Flags(offline=three, waits_to_recover=five, feed_pressed=six)
        case 2:
            return Flags(cover_open=two, feed_pressed=three, stopped_for_paper=five, error=six)
        case 3:
            return Flags(recoverable=two, cutter=three, unrecoverable=five, overheated=six)
        case 4:  # each sensor has two bits, which are set together; one alone is believed
            return Flags(near_end=two or three, paper_end=five or six)
        case _:
            raise ValueError(f"DLE EOT {n}")


def automatic(data: bytes) -> Flags:
    """Four bytes of automatic status back (GS a). Raises Fault ``thermal_printer.unreadable_status``."""
    if len(data) != ASB_BYTES or not begins_automatic(data[0]) or not all(map(is_later, data[1:])):
        raise Fault("thermal_printer.unreadable_status", f"{data[:ASB_BYTES].hex()} as automatic status")
    head, errors, paper, _reserved = data
    return Flags(
        offline=bool(head & 0x08),
        cover_open=bool(head & 0x20),
        feed_pressed=bool(head & 0x40),
        recoverable=bool(errors & 0x04),
        cutter=bool(errors & 0x08),
        unrecoverable=bool(errors & 0x20),
        overheated=bool(errors & 0x40),
        near_end=bool(paper & 0x03),
        paper_end=bool(paper & 0x0C),
    )


def judge(flags: Flags, near_end_sensor: bool = True) -> Status:
    """The worst of what was said; what has to be put right first comes first."""
    if flags.cover_open:
        return Blocked("thermal_printer.cover_open")
    if flags.paper_end or flags.stopped_for_paper:
        return Blocked("thermal_printer.paper_out")
    if flags.cutter:
        return Blocked("thermal_printer.cutter_error")
    if flags.unrecoverable:
        return Blocked("thermal_printer.unrecoverable_error")
    if flags.recoverable:
        return Blocked("thermal_printer.recoverable_error")
    if flags.overheated:
        return Warning("thermal_printer.overheated")
    if flags.offline or flags.waits_to_recover or flags.error:
        return Blocked("thermal_printer.offline")
    if flags.near_end and near_end_sensor:
        return Warning("thermal_printer.paper_near_end")
    return Ready()
