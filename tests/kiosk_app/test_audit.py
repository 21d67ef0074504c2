"""The audit log: every change is found and located."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.audit.log import AuditBroken, AuditEvent, AuditLog, verify


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "audit.jsonl"
    audit = AuditLog(path)
    for number in range(5):
        audit.record(AuditEvent.SESSION_START, session=str(number))
    audit.close()
    return path


def test_an_untouched_log_holds_and_goes_on_after_a_restart(log: Path) -> None:
    AuditLog(log).record(AuditEvent.SESSION_END, session="4", disposition="left")
    assert verify(log) == 6


def test_every_flipped_byte_is_found(log: Path) -> None:
    whole = log.read_bytes()
    for place in range(0, len(whole), 7):
        log.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(AuditBroken):
            verify(log)


@pytest.mark.parametrize("line", range(4))
def test_a_deleted_line_is_found_and_located(log: Path, line: int) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:line] + lines[line + 1 :]))
    with pytest.raises(AuditBroken, match=f"line {line + 1}"):
        verify(log)


def test_two_swapped_lines_are_found(log: Path) -> None:
    lines = log.read_bytes().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    log.write_bytes(b"".join(lines))
    with pytest.raises(AuditBroken, match="line 2"):
        verify(log)


def test_a_half_written_last_line_is_cut_off_at_the_next_start(log: Path) -> None:
    with log.open("ab") as file:
        file.write(b'{"at": "half')
    AuditLog(log).record(AuditEvent.KIOSK_START)
    assert verify(log) == 6
