"""Asks a supply through NUT's upsd: one TCP connection, one question, everything that it knows."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from time import monotonic

from drivers.device import Fault, Status, Unknown
from drivers.ups import nut_lines, nut_status
from drivers.ups.device import Power

PORT = 3493  # IANA: nut
CONNECT_S = 2.0  # upsd is on this machine or in this hall
ANSWER_S = 2.0  # upsd answers from memory, in milliseconds
READ_CHUNK = 4096
NAME = re.compile(r"(?P<ups>[A-Za-z0-9._-]+)@(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
STATES = ("ups.data_stale", "ups.driver_lost")  # upsd is well and says that it cannot tell


class NutUps:
    """One supply of one upsd."""

    def __init__(self, ups: str, host: str, port: int) -> None:
        self._ups = ups
        self._address = (host, port)
        self._line: socket.socket | None = None

    def open(self) -> None:
        """Connect; an open connection is kept. Fault ``service_down``."""
        if self._line is not None:
            return
        try:
            self._line = socket.create_connection(self._address, CONNECT_S)
        except OSError as error:
            raise Fault("ups.service_down", f"{self._address[0]}:{self._address[1]}: {error}") from None

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.close()

    def status(self) -> Status:
        """What the newest data mean; Unknown while upsd has none, Fault when it does not answer."""
        try:
            return nut_status.status(self.power())
        except Fault as fault:
            if fault.code in (*STATES, "ups.garbled"):
                return Unknown(fault.code)
            raise

    def power(self) -> Power:
        """Ask now. Faults: those of upsd (nut_lines.py), ``silent``, ``lost``, ``garbled``."""
        try:
            return nut_status.power(nut_lines.variables(self._ask(f"LIST VAR {self._ups}"), self._ups))
        except Fault as fault:
            if fault.code in ("ups.silent", "ups.lost", "ups.garbled"):
                self.close()  # what is still to come would be taken for the next answer
            raise

    def _ask(self, question: str) -> list[str]:
        self.open()
        assert self._line is not None
        deadline = monotonic() + ANSWER_S
        try:
            self._line.settimeout(ANSWER_S)
            self._line.sendall(question.encode("ascii") + b"\n")
            return self._answer(self._line, question, deadline)
        except TimeoutError:
            raise Fault("ups.silent", f"no whole answer in {ANSWER_S} s") from None
        except OSError as error:
            raise Fault("ups.lost", str(error)) from None

    def _answer(self, line: socket.socket, question: str, deadline: float) -> list[str]:
        """All lines up to the END of a list, or the one that is no list."""
        last = f"END {question}"
        lines: list[str] = []
        held = b""
        while True:
            left = deadline - monotonic()
            if left <= 0:
                raise TimeoutError
            line.settimeout(left)
            data = line.recv(READ_CHUNK)
            if not data:
                raise Fault("ups.lost", "upsd closed the connection")
            *whole, held = (held + data).split(b"\n")
            for one in whole:
                lines.append(nut_lines.line(one))
                if lines[-1] == last or not lines[0].startswith("BEGIN "):
                    if held or one is not whole[-1]:
                        raise Fault("ups.garbled", "more than was asked for")
                    return lines
            if len(held) > nut_lines.LINE_MOST or len(lines) > nut_lines.LINES_MOST:
                raise Fault("ups.garbled", "an answer without an end")


def create(port: str) -> NutUps:
    """The registry's entry; ``port`` is ``name@host`` or ``name@host:port``, as upsc takes it."""
    found = NAME.fullmatch(port)
    number = int(found["port"] or PORT) if found is not None else 0
    if found is None or not 0 < number < 65536:
        raise ValueError(f"port: {port!r} is not name@host or name@host:port")
    return NutUps(found["ups"], found["host"].strip("[]"), number)
