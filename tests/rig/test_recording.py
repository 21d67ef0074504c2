"""What was recorded between a driver and its device is what a replay says."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.device import Fault
from drivers.id_card.cards import card_for
from drivers.id_card.sam_serial import create
from drivers.id_card.simulator import IdCardSimulator
from drivers.rig.recording import Chunk, RecordingError, Replay, Tap, exchanges, read
from tests.drivers.id_card.conftest import PEOPLE, some_face


def recorded(out: Path) -> str:
    """The name that a driver read through the tap."""
    device = IdCardSimulator()
    device.put(card_for(PEOPLE["holder"], some_face(), "holder"))
    tap = Tap(device.port, 115200, out)
    driver = create(tap.port)
    try:
        driver.open()
        return driver.read_card().name
    finally:
        driver.close()
        tap.close()
        tap.close()
        device.close()


def test_a_replay_says_what_the_recorded_device_said(tmp_path: Path) -> None:
    out = tmp_path / "card.jsonl"
    name = recorded(out)
    assert name == PEOPLE["holder"]["name"]
    assert out.stat().st_mode & 0o077 == 0, "it holds what a card said"
    replay = Replay(read(out))
    driver = create(replay.port)
    try:
        for _ in range(2):  # from the beginning again
            driver.open()
            assert driver.read_card().name == name
            driver.close()
        assert replay.answered >= 6
        assert replay.unknown == 0
    finally:
        driver.close()
        replay.close()


def test_what_was_never_asked_gets_no_answer_and_is_counted(tmp_path: Path) -> None:
    out = tmp_path / "card.jsonl"
    recorded(out)
    replay = Replay(read(out))
    driver = create(replay.port)
    driver.open()
    try:
        with pytest.raises(Fault):
            driver.sam_id()
        assert replay.unknown >= 1
    finally:
        driver.close()
        replay.close()


def test_a_device_that_is_pulled_while_it_is_recorded_is_lost_to_the_driver_too(tmp_path: Path) -> None:
    device = IdCardSimulator()
    tap = Tap(device.port, 115200, tmp_path / "card.jsonl")
    driver = create(tap.port)
    driver.open()
    try:
        driver.status()
        device.close()
        with pytest.raises(Fault) as seen:
            for _ in range(20):
                driver.status()
        assert seen.value.code.startswith("id_card.")
        assert tap.failure
    finally:
        driver.close()
        tap.close()


def test_chunks_of_one_question_are_one_question() -> None:
    chunks = [
        Chunk(0.0, "from_device", b"power on"),
        Chunk(1.0, "to_device", b"a"),
        Chunk(1.1, "to_device", b"b"),
        Chunk(1.5, "from_device", b"1"),
        Chunk(99.0, "from_device", b"2"),
        Chunk(100.0, "to_device", b"c"),
    ]
    first, second = exchanges(chunks)
    assert first.question == b"ab"
    assert [answer for _, answer in first.answers] == [b"1", b"2"]
    assert first.answers[1][0] == 5.0
    assert (second.question, second.answers) == (b"c", ())


@pytest.mark.parametrize(
    "line", ["", "{", '{"at_s": 0, "way": "up", "hex": ""}', '{"at_s": "x", "way": "to_device", "hex": ""}', "[]"]
)
def test_a_recording_that_cannot_be_read_names_the_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"at_s": 0, "way": "to_device", "hex": "00"}\n' + line + "\n", "ascii")
    with pytest.raises(RecordingError, match="line 2"):
        read(path)
