"""A code scanner from the other end of the wire: somebody shows codes, and the line misbehaves."""

from __future__ import annotations

import threading
from typing import Any

from drivers.code_scanner.framing import LARGEST_CODE_BYTES, find_scanner
from drivers.simulated_port import SimulatedPort

KINDS = ("cut_off", "too_long", "endless", "wrong_frame", "not_text", "keystrokes", "split", "glued", "noise", "twice")
PAUSE_S = 0.01


class CodeScannerSimulator:
    """One scanner on a pty (``port``); ``show`` is a hand with a telephone. Any thread."""

    def __init__(self, model: str = "generic") -> None:
        self._lock = threading.Lock()
        self._scanner = find_scanner(model)
        self._kind: str | None = None
        self._port = SimulatedPort("code_scanner", lambda _: None)  # nobody tells a scanner anything
        self.port = self._port.path

    def close(self) -> None:
        """Unplug the scanner."""
        self._port.close()

    def show(self, text: str, delay_s: float = 0.0) -> None:
        """Hold a code before the eye, now or after ``delay_s``; misbehaves once if it was told to."""
        with self._lock:
            kind, self._kind = self._kind, None
        prefix = self._scanner.prefix.encode("latin-1")
        end = self._scanner.ends[0].encode("latin-1")
        content = text.encode(self._scanner.encoding)
        frame = prefix + content + end
        match kind:
            case "cut_off":
                frame = frame[: max(1, len(frame) // 2)]
            case "too_long":
                frame = prefix + b"7" * (LARGEST_CODE_BYTES + 100) + end
            case "endless":
                frame = prefix + b"7" * (4 * LARGEST_CODE_BYTES)
            case "wrong_frame":
                frame = b"?" + content + end
            case "not_text":
                frame = prefix + b"\xff\xfe" + content + end
            case "keystrokes":
                frame = prefix + b"\x1b[A\t" + content + end
            case "glued" | "twice":
                frame = frame + frame
            case "noise":
                frame = end + end + frame
            case "split":
                for place in range(len(frame)):
                    self._port.send(frame[place : place + 1], delay_s + place * PAUSE_S)
                return
            case _:
                pass
        self._port.send(frame, delay_s)

    def babble(self, data: bytes) -> None:
        """Send bytes that are no code."""
        self._port.send(data)

    def misbehave(self, kind: str) -> None:
        """The next code comes as one of KINDS. ValueError names what is allowed."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._lock:
            self._kind = kind

    def behave(self) -> None:
        """Be a good scanner again."""
        with self._lock:
            self._kind = None
        self._port.call_off()

    def state(self) -> dict[str, Any]:
        """For the dock."""
        with self._lock:
            return {"port": self.port, "model": self._scanner.code, "misbehaving": self._kind}

    @property
    def traffic(self) -> list[tuple[str, bytes]]:
        """The last bytes on the wire: ("in"|"out", at most 64 bytes)."""
        return list(self._port.traffic)
