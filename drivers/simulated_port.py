"""The far end of a serial cable: a pty whose master a simulator holds and whose slave a driver opens as its port."""

from __future__ import annotations

import errno
import os
import pty
import selectors
import termios
import threading
import tty
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from heapq import heappop, heappush
from itertools import count
from time import monotonic

import structlog

TRAFFIC_KEPT = 64  # chunks; what a person can look at on the dock
TRAFFIC_CHUNK = 64  # bytes of each chunk that are kept
READ_CHUNK = 4096  # bytes; a pty's buffer
EIO_PAUSE_S = 0.05  # a master without any slave is ready at once; a loop would burn a core
# the kernel's names for the speeds that our devices have
BAUD_OF = {getattr(termios, f"B{baud}"): baud for baud in (9600, 19200, 38400, 57600, 115200)}

log = structlog.get_logger()


class SimulatedPort:
    """A pty with one thread that feeds ``on_bytes`` and sends what is due.

    It outlives the driver: it keeps a slave descriptor of its own, so a kiosk that is killed -9 and opens the port
    again finds the same device. Bytes that nobody reads are lost, as on a UART.
    """

    def __init__(self, name: str, on_bytes: Callable[[bytes], None]) -> None:
        self._name = name
        self._on_bytes = on_bytes
        self._due: list[tuple[float, int, bytes]] = []
        self._order = count()
        self._lock = threading.Lock()
        self._stopping = False
        self.traffic: deque[tuple[str, bytes]] = deque(maxlen=TRAFFIC_KEPT)
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._wake_read, self._wake_write = os.pipe()
        for descriptor in (self._master, self._wake_read, self._wake_write):
            os.set_blocking(descriptor, False)
        self._thread = threading.Thread(target=self._run, name=f"simulated-{name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Pull the cable: the driver's next call fails. May be called twice."""
        with self._lock:
            if self._stopping:
                return
            self._stopping = True
        self._wake()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=2.0)
        for descriptor in (self._master, self._slave, self._wake_read, self._wake_write):
            os.close(descriptor)

    def send(self, data: bytes, delay_s: float = 0.0) -> None:
        """Send to the driver, now or after ``delay_s``; safe from any thread."""
        with self._lock:
            if self._stopping:
                return
            heappush(self._due, (monotonic() + delay_s, next(self._order), data))
        self._wake()

    def stall(self) -> None:
        """Take no more bytes, as a device that holds its flow control: the kernel refuses every write from now on."""
        self._flow(termios.TCOOFF)

    def go_on(self) -> None:
        """Take bytes again."""
        self._flow(termios.TCOON)

    def _flow(self, action: int) -> None:
        # not by filling the line: the kernel makes more room when it moves bytes to the other end, in its own time
        with self._lock:
            if not self._stopping:
                termios.tcflow(self._slave, action)

    def baud(self) -> int:
        """The speed at which the driver's end is set now, in bits a second; 0 for one that has no name."""
        with self._lock:
            speed = 0 if self._stopping else termios.tcgetattr(self._master)[4]
        return BAUD_OF.get(speed, 0)

    def call_off(self) -> None:
        """Forget what is still to be sent."""
        with self._lock:
            self._due.clear()

    def _wake(self) -> None:
        with suppress(BlockingIOError):
            os.write(self._wake_write, b"\0")

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._master, selectors.EVENT_READ)
            selector.register(self._wake_read, selectors.EVENT_READ)
            while not self._stopping:
                ready = {key.fd for key, _ in selector.select(self._next_due_s())}
                if self._wake_read in ready:
                    with suppress(BlockingIOError):
                        os.read(self._wake_read, READ_CHUNK)
                if self._master in ready:
                    self._receive()
                self._send_what_is_due()

    def _next_due_s(self) -> float | None:
        with self._lock:
            return max(0.0, self._due[0][0] - monotonic()) if self._due else None

    def _receive(self) -> None:
        data = b""
        try:
            data = os.read(self._master, READ_CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:
                raise
        if not data:
            threading.Event().wait(EIO_PAUSE_S)
            return
        self.traffic.append(("in", data[:TRAFFIC_CHUNK]))
        try:
            self._on_bytes(data)
        except Exception:  # a fault of the simulator must be seen, and must not end the bench
            log.exception("simulator_failed", port=self._name)

    def _send_what_is_due(self) -> None:
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > monotonic():
                    return
                data = heappop(self._due)[2]
            self.traffic.append(("out", data[:TRAFFIC_CHUNK]))
            while data:
                try:
                    data = data[os.write(self._master, data) :]
                except OSError:  # nobody reads: lost, as on a UART
                    break
