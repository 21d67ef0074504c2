"""Every status byte that there can be, against the bit tables of the command reference."""

from __future__ import annotations

from itertools import product

import pytest

from drivers.device import Blocked, Fault, Ready, Warning
from drivers.thermal_printer.replies import Automatic, JobDone, PaperSensor, RealTime, Reply, ReplyReader, Unreadable
from drivers.thermal_printer.status_bytes import Flags, automatic, is_real_time, judge, real_time
from tests.thorough import figure, rounds

# bit -> what it says, as the table of each DLE EOT n has it; the bits that are left out are fixed or mean nothing here
BITS = {
    1: {3: "offline", 5: "waits_to_recover", 6: "feed_pressed"},
    2: {2: "cover_open", 3: "feed_pressed", 5: "stopped_for_paper", 6: "error"},
    3: {2: "recoverable", 3: "cutter", 5: "unrecoverable", 6: "overheated"},
    4: {2: "near_end", 3: "near_end", 5: "paper_end", 6: "paper_end"},
}
READABLE = [byte for byte in range(256) if f"{byte:08b}"[0] == "0" and f"{byte:08b}"[3] == "1" and byte & 3 == 2]


@pytest.mark.parametrize("n", BITS)
def test_every_byte_is_what_the_table_says_or_unreadable(n: int) -> None:
    for byte in range(256):
        if byte in READABLE:
            said = {name for bit, name in BITS[n].items() if byte >> bit & 1}
            assert real_time(n, byte) == Flags(**dict.fromkeys(said, True)), f"{byte:02X}"
        else:
            with pytest.raises(Fault) as caught:
                real_time(n, byte)
            assert caught.value.code == "thermal_printer.unreadable_status"


def test_every_combination_of_the_four_answers_gives_the_worst_of_them() -> None:
    assert len(READABLE) == 16
    blocked = 0
    pairs = list(product(READABLE, repeat=2))
    causes = [(one, two, real_time(1, one) | real_time(2, two)) for one, two in pairs]
    errors = [(three, four, real_time(3, three) | real_time(4, four)) for three, four in pairs]
    for (one, two, cause), (three, four, error) in product(causes, errors):
        status = judge(cause | error)
        must_stop = (
            two & 0x24 or three & 0x2C or four & 0x60  # cover, paper, cutter, broken, feed
        ) or (not three & 0x40 and (one & 0x28 or two & 0x40))  # off line for no known reason
        assert isinstance(status, Blocked) == bool(must_stop)
        if not must_stop:
            expected = "overheated" if three & 0x40 else "paper_near_end" if four & 0x0C else None
            assert status == (Warning(f"thermal_printer.{expected}") if expected else Ready())
        blocked += bool(must_stop)
    figure(f"thermal status: 1,024 single bytes and {16**4:,} combinations of four, {blocked:,} of them blocking")


def test_every_automatic_status_is_what_the_table_says_or_unreadable() -> None:
    """First bytes, error bytes and paper bytes one by one: the others stay well."""
    for byte in range(256):
        for place, fixed in ((0, byte & 0x93 == 0x10), (1, byte & 0x90 == 0), (2, byte & 0x90 == 0)):
            data = bytearray(b"\x10\x00\x00\x0f")
            data[place] = byte
            if not fixed:
                with pytest.raises(Fault):
                    automatic(bytes(data))
                continue
            expected = [
                {"offline": byte & 0x08, "cover_open": byte & 0x20, "feed_pressed": byte & 0x40},
                {
                    "recoverable": byte & 0x04, "cutter": byte & 0x08, "unrecoverable": byte & 0x20,
                    "overheated": byte & 0x40,
                },
                {"near_end": byte & 0x03, "paper_end": byte & 0x0C},
            ][place]  # fmt: skip
            assert automatic(bytes(data)) == Flags(**{name: bool(bit) for name, bit in expected.items()})


@pytest.mark.parametrize("data", [b"", b"\x10\x00\x00", b"\x10\x00\x00\x00\x00", b"\x12\x00\x00\x00"])
def test_an_automatic_status_of_another_shape_is_unreadable(data: bytes) -> None:
    with pytest.raises(Fault):
        automatic(data)


def test_a_printer_without_the_sensor_never_warns_of_its_paper() -> None:
    assert judge(Flags(near_end=True), near_end_sensor=False) == Ready()


STREAM = b"\x12" + b"\x18\x00\x0c\x0f" + b"\x0f" + b"\x37\x220007\x00" + b"\x16" + b"\x93"
REPLIES: list[Reply] = [
    RealTime(0x12), Automatic(b"\x18\x00\x0c\x0f"), PaperSensor(0x0F), JobDone(b"0007"), RealTime(0x16),
    Unreadable(0x93),
]  # fmt: skip


def test_replies_glued_together_are_told_apart_wherever_they_are_split() -> None:
    for cut in range(len(STREAM) + 1):
        reader = ReplyReader()
        assert reader.feed(STREAM[:cut]) + reader.feed(STREAM[cut:]) == REPLIES


def test_an_answer_that_overtakes_another_reply_breaks_neither() -> None:
    for whole in (Automatic(b"\x10\x20\x03\x00"), JobDone(b"0042")):
        data = whole.data if isinstance(whole, Automatic) else b"\x37\x22" + whole.job + b"\0"
        for at in range(1, len(data)):
            reader = ReplyReader()
            assert reader.feed(data[:at] + b"\x1a" + data[at:]) == [RealTime(0x1A), whole]


def test_a_torn_automatic_status_does_not_eat_the_next() -> None:
    assert ReplyReader().feed(b"\x10\x00" + b"\x10\x00\x0c\x00")[-1] == Automatic(b"\x10\x00\x0c\x00")


def test_no_byte_is_both_a_real_time_answer_and_anything_else() -> None:
    for byte in range(256):
        replies = ReplyReader().feed(bytes([byte]))
        assert (replies == [RealTime(byte)]) == is_real_time(byte)
        assert len(replies) <= 1


def test_a_lost_first_byte_never_makes_a_job_done() -> None:
    """What gs_h is better at than gs_r: no status, whole or torn, looks like a confirmation."""
    for head in range(256) if rounds(0, 1) else (0x10, 0x18, 0x30, 0x70):
        for errors, paper in product(range(0x80), range(16)):
            replies = ReplyReader().feed(bytes([head, errors, paper, 0x0F])[1:])
            assert not any(isinstance(reply, JobDone) for reply in replies)
