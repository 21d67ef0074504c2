"""An IPP printer that answers nonsense, or nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest

from drivers.device import Fault
from drivers.laser_printer import ipp
from drivers.laser_printer.simulated_ipp import SimulatedIppPrinter
from tests.drivers.provoking import code_of

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nConnection: close\r\n\r\n"


@pytest.fixture
def printer_that_says() -> Callable[[bytes], str]:
    def serve(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))

        def run() -> None:
            line, _ = listener.accept()
            with listener, line:
                line.recv(65536)
                line.sendall(answer)

        threading.Thread(target=run, daemon=True).start()
        return f"ipp://127.0.0.1:{listener.getsockname()[1]}/ipp/print"

    return serve


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff\x00garbage\r\n\r\n",
        b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
        OK,
        OK + b"<html>a captive portal</html>",
        OK + bytes.fromhex("0200 0000 00000001 01 47 0012") + b"attributes-cha",
        OK + bytes.fromhex("0200 0000 00000001 03"),
        OK + bytes.fromhex("0200 0506 00000001 03"),
        OK + b"\x02\x00\x00\x00\x00\x00\x00\x01\x04D\xff\xff" + b"A" * 300,
    ],
)
def test_nonsense_is_a_named_fault(printer_that_says: Callable[[bytes], str], answer: bytes) -> None:
    with pytest.raises(Fault) as caught:
        ipp.ask_state(printer_that_says(answer))
    assert caught.value.code in ("laser_printer.not_answering", "laser_printer.unreadable_answer")


def test_a_silent_printer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipp, "ANSWER_LIMIT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Fault) as caught:
        ipp.ask_state(f"ipp://127.0.0.1:{listener.getsockname()[1]}/ipp/print")
    assert caught.value.code == "laser_printer.not_answering"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("garbage", "unreadable_answer"),
        ("http_error", "unreadable_answer"),
        ("refuse", "unreadable_answer"),
        ("silence", "not_answering"),
        ("drip", "not_answering"),
    ],
)
def test_each_misbehaviour_ends_in_time_with_its_name(
    spoken: SimulatedIppPrinter, kind: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ipp, "ANSWER_LIMIT_S", 0.3)
    spoken.misbehave(kind)
    for ask in (ipp.ask_state, ipp.ask_jobs, lambda uri: ipp.cancel_job(uri, 1)):
        assert code_of(lambda ask=ask: ask(spoken.uri)) == f"laser_printer.{code}"  # type: ignore[misc]


def test_jobs_are_read_and_cancelled(spoken: SimulatedIppPrinter) -> None:
    spoken.jobs = [
        {"job-id": [7], "job-name": ["a"], "job-state": [9], "job-impressions-completed": [2]},
        {"job-id": [8], "job-state": [5], "job-state-reasons": ["job-printing"]},
    ]
    assert ipp.ask_jobs(spoken.uri) == [
        ipp.PrinterJob(7, "a", 9, (), 2),
        ipp.PrinterJob(8, "", 5, ("job-printing",), None),
    ]
    ipp.cancel_job(spoken.uri, 8)
    assert spoken.cancelled == [8]
    with pytest.raises(ValueError, match="is none of"):
        spoken.misbehave("dance")


@pytest.mark.parametrize("uri", ["", "ipp:///none", "ipp://host:port/x", "ipp://[::1/x"])
def test_an_address_that_is_none_is_not_answering(uri: str) -> None:
    assert code_of(lambda: ipp.ask_state(uri)) == "laser_printer.not_answering"
