"""Real byte streams, kept with their times and directions, and played back as a device would speak.

A recording holds what cards said: made on a bench with specimen cards, it may be kept; made in a hall, not.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal, TextIO

from drivers.device import Fault
from drivers.serial_port import SerialPort
from drivers.simulated_port import SimulatedPort

READ_S = 0.2  # how long the tap waits for the device before it looks whether it shall end
WRITE_LIMIT_S = 10.0
LONGEST_WAIT_S = 5.0  # between question and answer in a replay: a person who laid a card late is not waited for

Way = Literal["to_device", "from_device"]


class RecordingError(ValueError):
    """A recording that cannot be read; names file, line and reason."""


@dataclass(frozen=True)
class Chunk:
    """``at_s`` since the recording began."""

    at_s: float
    way: Way
    data: bytes


class Tap:
    """Between a driver, which opens ``port``, and a device on ``device_port``; each chunk becomes a line of ``out``."""

    def __init__(self, device_port: str, baud: int, out: Path) -> None:
        self._line = SerialPort("tap", device_port, baud)
        self._line.open()
        self._baud = baud
        self._begun = monotonic()
        self._lock = threading.Lock()
        # it may hold what cards said: nobody else's to read
        out.touch(mode=0o600)
        self._out: TextIO = out.open("w", encoding="ascii")
        self._stopping = False
        self.chunks = 0
        self.failure = ""
        self._near = SimulatedPort("tap", self._to_device)
        self.port = self._near.path
        self._thread = threading.Thread(target=self._from_device, name="tap", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """May be called twice."""
        self._stopping = True
        self._thread.join(READ_S * 10)
        self._near.close()
        self._line.close()
        with self._lock:
            self._out.close()

    def _to_device(self, data: bytes) -> None:
        try:
            speed = self._near.baud()
            if speed and speed != self._baud:  # the driver has changed it: so has the device
                self._baud = speed
                self._line.set_baud(speed)
            self._keep("to_device", data)
            self._line.write(data, WRITE_LIMIT_S)
        except Fault as fault:
            self.failure = str(fault)

    def _from_device(self) -> None:
        while not self._stopping:
            try:
                data = self._line.read(READ_S)
            except Fault as fault:
                self.failure = str(fault)
                self._near.close()  # unplugged: the driver must notice, as it would without us
                return
            if data:
                self._keep("from_device", data)
                self._near.send(data)

    def _keep(self, way: Way, data: bytes) -> None:
        with self._lock:
            if self._out.closed:
                return
            line = {"at_s": round(monotonic() - self._begun, 4), "way": way, "hex": data.hex()}
            self._out.write(json.dumps(line) + "\n")
            self._out.flush()
            self.chunks += 1


def read(path: Path) -> list[Chunk]:
    """Raises RecordingError."""
    chunks = []
    try:
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(f"{path}: {error}") from None
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            way = entry["way"]
            if way not in ("to_device", "from_device"):
                raise ValueError(f"way {way!r}")
            chunks.append(Chunk(float(entry["at_s"]), way, bytes.fromhex(entry["hex"])))
        except (ValueError, KeyError, TypeError) as error:
            raise RecordingError(f"{path}: line {number}: {type(error).__name__}: {error}") from None
    return chunks


@dataclass(frozen=True)
class Exchange:
    """One question of a driver, and what came after it with the seconds from the question."""

    question: bytes
    answers: tuple[tuple[float, bytes], ...]


def exchanges(chunks: list[Chunk]) -> Iterator[Exchange]:
    """Bytes that come before the first question are nobody's answer and left out."""
    question, asked_at, answers = b"", 0.0, list[tuple[float, bytes]]()
    for chunk in chunks:
        if chunk.way == "from_device":
            answers.append((min(LONGEST_WAIT_S, chunk.at_s - asked_at), chunk.data))
            continue
        if question and answers:
            yield Exchange(question, tuple(answers))
            question = b""
        question += chunk.data
        asked_at, answers = chunk.at_s, []
    if question:
        yield Exchange(question, tuple(answers))


class Replay:
    """A device that says what was recorded, to a driver that asks what was asked. ``port`` as of any simulator.

    A question is looked for from where the last one stood, then from the beginning; one that was never asked gets no
    answer and is counted in ``unknown``.
    """

    def __init__(self, chunks: list[Chunk], say: Callable[[str], None] = lambda _: None) -> None:
        self._exchanges = list(exchanges(chunks))
        self._next = 0
        self._heard = b""
        self._say = say
        self.answered = 0
        self.unknown = 0
        self._port = SimulatedPort("replay", self._received)
        self.port = self._port.path

    def close(self) -> None:
        """Unplug it."""
        self._port.close()

    def _received(self, data: bytes) -> None:
        self._heard += data
        order = [*range(self._next, len(self._exchanges)), *range(self._next)]
        for number in order:
            exchange = self._exchanges[number]
            if exchange.question == self._heard:
                self._heard, self._next = b"", number + 1
                self.answered += 1
                for delay_s, answer in exchange.answers:
                    self._port.send(answer, delay_s)
                return
        if not any(exchange.question.startswith(self._heard) for exchange in self._exchanges):
            self._say(f"never asked in the recording: {len(self._heard)} bytes")
            self._heard = b""
            self.unknown += 1
