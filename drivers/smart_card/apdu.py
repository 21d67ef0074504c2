"""Commands to a card and its answers (ISO 7816-4): built, chained, and told apart by their status words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from drivers.device import Fault

Transmit = Callable[[bytes], bytes]

DATA_MOST = 255  # bytes of a short command's data
ANSWER_MOST = 258  # bytes of a short answer: 256 of data and the status word
TOTAL_MOST = 16 * 1024  # bytes collected over 61xx; a certificate has 2 KB, more is a card that never ends
CHAINED = 0x10  # bit of CLA: more of this command follows
DONE = 0x9000
END_BEFORE_LE = 0x6282  # a warning: all that there was, and less than was wanted (vicc says so, others say 9000)

# Status words that say what is wrong; 63Cx, 61xx and 6Cxx are understood where they come.
FAULT_OF = {
    0x6700: "smart_card.wrong_length",
    0x6881: "smart_card.not_supported",
    0x6882: "smart_card.not_supported",
    0x6884: "smart_card.not_supported",
    0x6982: "smart_card.access_denied",
    0x6983: "smart_card.pin_blocked",
    0x6985: "smart_card.access_denied",
    0x6986: "smart_card.access_denied",
    0x6A80: "smart_card.command_refused",
    0x6A81: "smart_card.not_supported",
    0x6A82: "smart_card.file_missing",
    0x6A83: "smart_card.file_missing",
    0x6A86: "smart_card.command_refused",
    0x6A88: "smart_card.file_missing",
    0x6B00: "smart_card.command_refused",
    0x6D00: "smart_card.not_supported",
    0x6E00: "smart_card.not_supported",
    0x6581: "smart_card.card_failed",
    0x6F00: "smart_card.card_failed",
}


@dataclass(frozen=True)
class Response:
    """Data and status word of one answer. ``repr`` shows the status word only."""

    data: bytes = field(repr=False)
    sw: int


def command(ins: int, p1: int, p2: int, data: bytes = b"", le: int | None = None, cla: int = 0) -> bytes:
    """A short command; ``le`` is the number of bytes wanted, 256 for as many as there are. ValueError if it is long."""
    if len(data) > DATA_MOST or not 0 <= (le or 0) <= 256:
        raise ValueError(f"{len(data)} bytes of data, {le} wanted")
    return (
        bytes([cla, ins, p1, p2])
        + (bytes([len(data)]) + data if data else b"")
        + (b"" if le is None else bytes([le % 256]))
    )


def response(raw: bytes) -> Response:
    """An answer taken apart. Fault ``smart_card.garbled`` when it is too short or too long to be one."""
    if not 2 <= len(raw) <= ANSWER_MOST:
        raise Fault("smart_card.garbled", f"answer of {len(raw)} bytes")
    return Response(raw[:-2], int.from_bytes(raw[-2:], "big"))


def exchange(transmit: Transmit, apdu: bytes) -> Response:
    """One command and all of its answer: 6Cxx is asked again with the right length, 61xx is fetched.

    Faults: ``smart_card.garbled``, and those of the transport.
    """
    answer = response(transmit(apdu))
    if answer.sw >> 8 == 0x6C:  # wrong length wanted; the card says the right one
        answer = response(transmit(apdu[:-1] + bytes([answer.sw & 0xFF])))
    data = answer.data
    while answer.sw >> 8 == 0x61:
        if len(data) > TOTAL_MOST or (not answer.data and data):
            raise Fault("smart_card.garbled", f"an answer of more than {len(data)} bytes without an end")
        fetched = response(transmit(command(0xC0, 0, 0, le=(answer.sw & 0xFF) or 256, cla=apdu[0] & 0x03)))
        if not fetched.data and fetched.sw >> 8 == 0x61:
            raise Fault("smart_card.garbled", "the card promises more and gives nothing")
        answer, data = fetched, data + fetched.data
    return Response(data, answer.sw)


def exchange_long(transmit: Transmit, ins: int, p1: int, p2: int, data: bytes, le: int | None = None) -> Response:
    """A command whose data may need several APDUs (command chaining). Faults as exchange, and a link's refusal."""
    while len(data) > DATA_MOST:
        link = exchange(transmit, command(ins, p1, p2, data[:DATA_MOST], cla=CHAINED))
        if link.sw != DONE:
            return link
        data = data[DATA_MOST:]
    return exchange(transmit, command(ins, p1, p2, data, le))


def require_done(answer: Response, what: str) -> bytes:
    """The data when the card gave what it had; otherwise the fault that its status word means. ``what``: the step."""
    if answer.sw == DONE or (answer.sw == END_BEFORE_LE and answer.data):
        return answer.data
    raise Fault(FAULT_OF.get(answer.sw, "smart_card.unknown_answer"), f"{what}: SW {answer.sw:04X}")


def select(transmit: Transmit, aid: bytes, what: str) -> bytes:
    """Select an application by its name; Fault ``smart_card.not_this_card`` when the card does not have it."""
    answer = exchange(transmit, command(0xA4, 0x04, 0x00, aid, le=256))
    if answer.sw in (0x6A82, 0x6A81, 0x6D00, 0x6E00, 0x6A86):
        raise Fault("smart_card.not_this_card", f"{what}: SW {answer.sw:04X}")
    return require_done(answer, what)
