"""Reads resident cards through a SAM_V module on a serial port (8N1, 115200 baud by default)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic

from drivers.device import Blocked, Fault, Ready, Status, Unknown
from drivers.id_card.acceptance import accepted, china_today
from drivers.id_card.card import IdCard
from drivers.id_card.content import sam_id, split
from drivers.id_card.frames import MIN_REPLY, Frame, FrameParser, Rejected, encode
from drivers.serial_port import SerialPort

USB_IDS = (("0400", "c35a"),)  # vendor, product of the USB-serial variant

RESET = bytes.fromhex("10FF")
STATUS = bytes.fromhex("11FF")
READ_SAM_ID = bytes.fromhex("12FF")
FIND = bytes.fromhex("2001")
SELECT = bytes.fromhex("2002")
READ = bytes.fromhex("3001")
READ_NEWEST_ADDRESS = bytes.fromhex("3003")
READ_FINGERPRINT = bytes.fromhex("3010")
SET_BAUD = bytes.fromhex("60")
BAUDS = (115200, 57600, 38400, 19200, 9600)  # in the order of the parameter of SET_BAUD

DONE = 0x90
FOUND = 0x9F
NO_CARD = 0x80
SELECT_FAILED = 0x81
NO_CONTENT = 0x91
BAD_COMMAND = 0x21

# What SW3 says, as fault codes. 90 and 9F are success; the rest of the table is facts of the module.
FAULT_OF = {
    0x10: "id_card.command_garbled",
    0x11: "id_card.command_garbled",
    0x21: "id_card.command_refused",
    0x24: "id_card.command_refused",
    0x31: "id_card.not_genuine",
    0x32: "id_card.not_genuine",
    0x33: "id_card.not_genuine",
    0x40: "id_card.wrong_card_type",
    0x41: "id_card.lifted",
    0x47: "id_card.module_failed",
    0x60: "id_card.module_failed",
    0x66: "id_card.not_authorised",
    0x80: "id_card.no_card",
    0x81: "id_card.select_failed",
    0x91: "id_card.no_content",
}

WRITE_S = 1.0  # a command has 10 bytes: more than a second means nobody takes them
ANSWER_S = 1.0  # status, find and select answer within 300 ms; a second covers a module that is busy with the antenna
READ_S = 4.0  # the chip needs about 1 s, 1,295 bytes 0.12 s at 115200 and 1.4 s at 9600 baud; 2,321 bytes 2.5 s
QUIET_S = 0.3  # bytes of a frame come within 1 ms of each other; the rest covers USB latency and a loaded machine
LATE_S = 0.3  # after a time-out the answer may still come; it must not be taken for the next one
READ_TRIES = 2  # a frame damaged on the line is asked for again: a new find would need the card lifted first
ANSWER_MOST = 64 * 1024  # bytes taken for one answer before the line counts as babble (a frame has at most 4 KB)


@dataclass(frozen=True)
class Reply:
    """Third status byte and data of one answer."""

    sw3: int
    data: bytes = field(repr=False)


class SamSerial:
    """One module on one port. Verbs beyond IdCardReader: ``sam_id``, ``reset``, ``set_baud``."""

    def __init__(
        self, port: str, baud: int = 115200, today: Callable[[], date] = china_today, fingerprints: bool = False
    ) -> None:
        self._line = SerialPort("id_card", port, _known_baud(baud))
        self._baud = baud
        self._today = today
        self._with_fingerprint = fingerprints
        self._parser = FrameParser(MIN_REPLY)
        self._found = False  # found, not yet read
        self._lying = False  # found, not yet known to be lifted
        self._overdue = False

    def open(self) -> None:
        self._line.open()

    def close(self) -> None:
        self._line.close()
        self._found = self._lying = False

    def status(self) -> Status:
        """Ready, Blocked (self-test, authorisation) or Unknown (an answer nobody can read); Fault when none comes."""
        try:
            reply = self._ask(STATUS, ANSWER_S)
        except Fault as fault:
            if fault.code == "id_card.garbled":
                return Unknown(fault.code)
            raise
        if reply.sw3 == DONE:
            return Ready()
        if reply.sw3 in (0x47, 0x60, 0x66):
            return Blocked(FAULT_OF[reply.sw3])
        return Unknown(FAULT_OF.get(reply.sw3, "id_card.unknown_answer"))

    def find_card(self) -> bool:
        """True once per laying."""
        reply = self._ask(FIND, ANSWER_S)
        if reply.sw3 == NO_CARD:
            return False
        self._expect(reply, FOUND)
        self._found = self._lying = True
        return True

    def card_present(self) -> bool:
        """Select again: it succeeds while the card lies there, without the lift that another find would need.

        G (to be verified on hardware): that a module selects the same card any number of times.
        """
        if self._lying:
            self._lying = self._ask(SELECT, ANSWER_S).sw3 == DONE
        return self._lying

    def read_card(self) -> IdCard:
        """Find (unless done), select, read, and then the newest address. Faults besides the module's: acceptance.py."""
        if not self._found and not self.find_card():
            raise Fault("id_card.no_card")
        self._found = False  # whatever comes of it, the next read begins with a find
        self._expect(self._ask(SELECT, ANSWER_S), DONE)
        command = READ_FINGERPRINT if self._with_fingerprint else READ
        content = split(self._read(command).data, self._with_fingerprint)
        return accepted(content, self._newest_address(), self._today())

    def sam_id(self) -> str:
        """The security module's own number, as on its label. Fault ``id_card.content_invalid`` when it is none."""
        reply = self._ask(READ_SAM_ID, ANSWER_S)
        self._expect(reply, DONE)
        return sam_id(reply.data)

    def reset(self) -> None:
        """Start the security module again; a card that lies there has to be found anew."""
        self._found = self._lying = False
        self._expect(self._ask(RESET, ANSWER_S), DONE)

    def set_baud(self, baud: int) -> None:
        """Another speed on both ends. ValueError for one that the module does not have.

        Fault ``id_card.baud_not_changed`` when the module agreed and then was not there: the line is back at the old
        speed. G: that the module answers at the old speed before it changes.
        """
        _known_baud(baud)
        self._expect(self._ask(SET_BAUD + bytes([BAUDS.index(baud)]), ANSWER_S), DONE)
        self._line.set_baud(baud)
        try:
            self._expect(self._ask(STATUS, ANSWER_S), DONE)
        except Fault as fault:
            self._line.set_baud(self._baud)
            raise Fault("id_card.baud_not_changed", f"{self._baud} to {baud}: {fault.code}") from None
        self._baud = baud

    def _newest_address(self) -> bytes:
        reply = self._ask_again_if_garbled(READ_NEWEST_ADDRESS)
        if reply.sw3 in (NO_CONTENT, BAD_COMMAND):  # nothing appended, or an old module without this file
            return b""
        self._expect(reply, DONE)
        return reply.data

    def _read(self, command: bytes) -> Reply:
        reply = self._ask_again_if_garbled(command)
        self._expect(reply, DONE)
        return reply

    def _ask_again_if_garbled(self, command: bytes) -> Reply:
        for _ in range(READ_TRIES - 1):
            try:
                return self._ask(command, READ_S)
            except Fault as fault:
                if fault.code != "id_card.garbled":
                    raise
        return self._ask(command, READ_S)

    def _expect(self, reply: Reply, sw3: int) -> None:
        if reply.sw3 != sw3:
            raise Fault(FAULT_OF.get(reply.sw3, "id_card.unknown_answer"), f"SW3 {reply.sw3:02X}")

    def _ask(self, command: bytes, limit_s: float) -> Reply:
        """One command, one answer. Faults: ``silent``, ``garbled``, and those of the line."""
        self._forget_late_answers()
        self._line.write(encode(command), WRITE_S)
        deadline = monotonic() + limit_s
        rejected: Rejected | None = None
        taken = 0
        while (left := deadline - monotonic()) > 0 and taken < ANSWER_MOST:
            damaged = rejected is not None or self._parser.holds_bytes
            data = self._line.read(min(left, QUIET_S) if damaged else left)
            taken += len(data)
            items = self._parser.feed(data) if data else self._parser.give_up()
            for item in items:
                if isinstance(item, Frame):
                    return Reply(item.body[2], item.body[3:])
                rejected = _worse(rejected, item)
            if not data and rejected is not None and rejected is not Rejected.NOISE:
                break  # a frame came and was damaged, and the line is quiet: nothing better will follow
        self._overdue = True
        if rejected is None and not self._parser.holds_bytes:
            raise Fault("id_card.silent", f"no answer to {command.hex()} in {limit_s} s")
        raise Fault("id_card.garbled", f"answer to {command.hex()}: {rejected.value if rejected else 'unfinished'}")

    def _forget_late_answers(self) -> None:
        deadline = monotonic() + LATE_S * 4  # babble must not hold us here for ever
        while self._overdue and monotonic() < deadline:
            self._overdue = bool(self._line.read(LATE_S))
        self._overdue = False
        self._line.discard_input()
        self._parser.clear()


def _worse(known: Rejected | None, new: Rejected) -> Rejected:
    """Noise says the least: keep what tells more."""
    return new if known is None or known is Rejected.NOISE else known


def _known_baud(baud: int) -> int:
    if baud not in BAUDS:
        raise ValueError(f"baud: {baud} is none of {', '.join(map(str, BAUDS))}")
    return baud


def create(port: str, baud: int = 115200, fingerprints: bool = False) -> SamSerial:
    """The registry's entry. ``fingerprints`` reads the templates too: only where a licensed matcher uses them."""
    return SamSerial(port, baud, fingerprints=fingerprints)
