"""One conversation with a serial fingerprint module: a command, its answer, and the data packets that follow."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from drivers.device import Fault
from drivers.fingerprint.zfm_codes import FAULT_OF, OK, PARAMETER_BYTES, Instruction
from drivers.fingerprint.zfm_frames import EVERYONE, Kind, Packet, PacketParser, Rejected, encode, encode_data
from drivers.serial_port import SerialPort

WRITE_S = 2.0  # the longest thing written is a template: 0.6 s at 9600 baud
ANSWER_S = 2.0  # the slowest instruction, a search over 1,000 pages, is stated as under 1 s
GAP_S = 1.0  # data packets follow each other without a pause; the rest is for a loaded machine
RESYNCHRONISE_S = 6.0  # three answers' worth: what is late may still come whole
ANSWER_MOST = 64 * 1024  # bytes taken for one answer before the line counts as babble

Progress = Callable[[int, int], None]
"""Bytes so far, bytes in all."""


class ZfmLine:
    """Asks and listens. After a time-out or damage the next command first finds the module's place again."""

    def __init__(self, line: SerialPort, address: int = EVERYONE) -> None:
        self._line = line
        self._address = address
        self._parser = PacketParser()
        self._lost_place = False

    def ask(self, instruction: Instruction, data: bytes = b"", limit_s: float = ANSWER_S) -> tuple[int, bytes]:
        """Confirmation code and the rest of the answer. Faults: ``silent``, ``garbled``, ``wrong_address``, the line's.

        Answers carry no number, so one that comes late would be taken for the next: see ``_find_place``.
        """
        if self._lost_place:
            self._find_place()
        self._line.discard_input()
        self._parser.clear()
        self._send(encode(Kind.COMMAND, bytes([instruction]) + data, self._address))
        try:
            packet = self._packet(limit_s)
            if packet.kind is not Kind.ANSWER:
                raise Fault("fingerprint.garbled", f"{packet.kind.name} instead of an answer to {instruction.name}")
        except Fault:
            self._lost_place = True
            raise
        return packet.payload[0], packet.payload[1:]

    def do(self, instruction: Instruction, data: bytes = b"", limit_s: float = ANSWER_S) -> bytes:
        """Ask, and expect success. Faults: those of ``ask`` and the one that the code means."""
        code, rest = self.ask(instruction, data, limit_s)
        if code != OK:
            raise Fault(FAULT_OF.get(code, "fingerprint.unknown_answer"), f"{instruction.name}: code {code:02X}")
        return rest

    def take_data(self, expected: int, limit_s: float, progress: Progress | None = None) -> bytes:
        """The data packets after a success, joined: ``expected`` bytes, or fewer where the module has no more.

        Faults: ``silent`` when they stop coming, ``garbled`` for a damaged or foreign one (none may be missing), and
        ``content_invalid`` for more than was expected.
        """
        deadline = monotonic() + limit_s
        data = bytearray()
        try:
            while True:
                packet = self._packet(min(GAP_S, max(0.0, deadline - monotonic())))
                if packet.kind not in (Kind.DATA, Kind.LAST_DATA):
                    raise Fault("fingerprint.garbled", f"{packet.kind.name} among data")
                data += packet.payload
                if len(data) > expected:
                    raise Fault("fingerprint.content_invalid", f"more than {expected} bytes")
                if progress is not None:
                    progress(len(data), expected)
                if packet.kind is Kind.LAST_DATA:
                    return bytes(data)
        except Fault:
            self._lost_place = True
            raise

    def give_data(self, data: bytes, packet_bytes: int) -> None:
        """Send data packets; the module says nothing to them."""
        for packet in encode_data(data, packet_bytes, self._address):
            self._send(packet)

    def forget(self) -> None:
        """Another connection: nothing of the old one is still to come."""
        self._parser.clear()
        self._lost_place = False

    def _send(self, data: bytes) -> None:
        try:
            self._line.write(data, WRITE_S)
        except Fault:
            self._lost_place = True  # the module may hold half a command
            raise

    def _packet(self, limit_s: float) -> Packet:
        """The next packet for us. A damaged one is a fault: what follows it may belong to anything."""
        items = self._parser.feed(b"")
        deadline = monotonic() + limit_s
        rejected: Rejected | None = None
        taken = 0
        while True:
            for item in items:
                if isinstance(item, Packet):
                    if rejected not in (None, Rejected.NOISE):
                        break  # a damaged packet came first: this one may be the answer to something else
                    return self._for_us(item)
                rejected = item if rejected in (None, Rejected.NOISE) else rejected
            left = deadline - monotonic()
            if rejected not in (None, Rejected.NOISE) or left <= 0 or taken > ANSWER_MOST:
                break
            # byte-exact, so that data packets stay on the line until they are asked for
            data = self._line.read(left, self._parser.missing())
            taken += len(data)
            items = self._parser.feed(data)
        if rejected is None and not self._parser.holds_bytes:
            raise Fault("fingerprint.silent", f"nothing in {limit_s:.1f} s")
        raise Fault("fingerprint.garbled", rejected.value if rejected else "unfinished")

    def _for_us(self, packet: Packet) -> Packet:
        if packet.address != self._address:
            raise Fault("fingerprint.wrong_address", f"{packet.address:08X} answered, {self._address:08X} was asked")
        return packet

    def _find_place(self) -> None:
        """Ask for the parameters and throw away all that comes before them: only they have 17 bytes.

        The module works in order, so whatever it still owed has come by then. Fault ``silent`` when it says nothing.
        """
        self._line.discard_input()
        self._parser.clear()
        self._line.write(encode(Kind.COMMAND, bytes([Instruction.READ_SYS_PARA]), self._address), WRITE_S)
        deadline = monotonic() + RESYNCHRONISE_S
        heard = False
        while (left := deadline - monotonic()) > 0:
            data = self._line.read(min(left, ANSWER_S))
            if not data and not heard:
                break
            heard = heard or bool(data)
            for item in self._parser.feed(data) if data else self._parser.give_up():
                if (
                    isinstance(item, Packet)
                    and item.kind is Kind.ANSWER
                    and item.address == self._address
                    and len(item.payload) == 1 + PARAMETER_BYTES
                ):
                    self._lost_place = False
                    return
        raise Fault("fingerprint.garbled" if heard else "fingerprint.silent", "the module's place was not found again")
