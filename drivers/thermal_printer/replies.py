"""Takes a printer's bytes apart: answers to questions, statuses that nobody asked for, and confirmations of jobs."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.thermal_printer.status_bytes import ASB_BYTES, begins_automatic, is_later, is_real_time

ID_HEADER = b"\x37\x22"  # the answer to GS ( H, function 48: header, four characters, NUL
ID_CHARACTERS = 4
XON, XOFF = 0x11, 0x13  # software flow control of some serial models: no status


@dataclass(frozen=True)
class RealTime:
    """An answer to DLE EOT n; which n only the asker knows."""

    byte: int


@dataclass(frozen=True)
class Automatic:
    """Four bytes of automatic status back."""

    data: bytes


@dataclass(frozen=True)
class PaperSensor:
    """The answer to GS r 1: bits 0-1 near end, 2-3 end of paper."""

    byte: int


@dataclass(frozen=True)
class JobDone:
    """The printer has carried out everything up to the GS ( H that bore this id."""

    job: bytes


@dataclass(frozen=True)
class Unreadable:
    """A byte that belongs to nothing."""

    byte: int


Reply = RealTime | Automatic | PaperSensor | JobDone | Unreadable


class ReplyReader:
    """Bytes in, in pieces of any size; replies out. Keeps at most one unfinished reply."""

    def __init__(self) -> None:
        self._job = b""
        self._automatic = b""

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now. A real-time answer may stand inside of another reply: it overtakes."""
        replies: list[Reply] = []
        for byte in data:
            replies += self._take(byte)
        return replies

    def forget(self) -> None:
        """What is unfinished will not be finished."""
        self._job, self._automatic = b"", b""

    def _take(self, byte: int) -> list[Reply]:
        if self._job:
            return self._take_job(byte)
        if byte == ID_HEADER[0]:
            self._job = bytes([byte])
            return []
        if byte in (XON, XOFF):
            return []
        if is_real_time(byte):
            return [RealTime(byte)]
        if begins_automatic(byte):
            torn = [Unreadable(one) for one in self._automatic]
            self._automatic = bytes([byte])
            return [*torn]
        if is_later(byte):
            if not self._automatic:
                return [PaperSensor(byte)] if byte & 0xF0 == 0 else [Unreadable(byte)]
            self._automatic += bytes([byte])
            if len(self._automatic) < ASB_BYTES:
                return []
            whole, self._automatic = self._automatic, b""
            return [Automatic(whole)]
        return [Unreadable(byte)]

    def _take_job(self, byte: int) -> list[Reply]:
        if byte < 0x20 and is_real_time(byte):  # overtakes; with an error it looks like a character of the id
            return [RealTime(byte)]
        held, self._job = self._job + bytes([byte]), b""
        at = len(held) - 1
        fits = byte == ID_HEADER[1] if at == 1 else byte == 0 if at == 2 + ID_CHARACTERS else 0x20 <= byte <= 0x7E
        if not fits:  # noise that began like an id: the byte that does not fit may begin something itself
            return [*(Unreadable(one) for one in held[:-1]), *self._take(byte)]
        if at == 2 + ID_CHARACTERS:
            return [JobDone(held[2:-1])]
        self._job = held
        return []
