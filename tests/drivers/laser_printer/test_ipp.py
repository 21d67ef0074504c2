"""An IPP printer that answers nonsense, or nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest

from drivers.device import Fault
from drivers.laser_printer import ipp

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
