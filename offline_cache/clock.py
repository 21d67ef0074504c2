"""What time is it at the office? Measured against a clock that never jumps, because the wall clock of a kiosk does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

log = structlog.get_logger()

DRIFT = 100e-6  # of a quartz: 9 s in a day, at most
JUMP_S = 2.0  # less is NTP at work
WRONG_S = 60.0  # off by more, a certificate's dates or an operator's patience may suffer
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def _since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)  # unlike CLOCK_MONOTONIC, goes on while suspended


@dataclass(frozen=True)
class _Sample:
    office_at_zero: float  # Unix seconds at the office when the boot clock read 0
    error_s: float
    at: float

    def error_now(self, elapsed: float) -> float:
        return self.error_s + DRIFT * (elapsed - self.at)


class Clock:
    """Thread-safe. ``anchor``: a file that carries the measurement over a restart of the process, not of the machine.

    The boot clock counts from the machine's start, so after a reboot nothing is known until the office answers: the
    battery clock may have been what was wrong.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = _since_boot,
        anchor: Path | None = None,
        boot_id: Callable[[], str] = lambda: BOOT_ID.read_text(encoding="ascii").strip(),
    ) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._anchor = anchor
        self._boot_id = boot_id
        self._lock = threading.Lock()
        self._wall_at_zero = wall() - elapsed()
        self._sample = self._carried_over()

    def elapsed(self) -> float:
        """The clock to measure with, seconds since boot; give two of its readings to ``learn``."""
        return self._elapsed()

    def learn(self, office: datetime, asked: float, answered: float, resolution_s: float = 0.0) -> None:
        """The office said what time it is, somewhen between these two readings of ``elapsed``.

        The best measurement stands until its age has made it worse than a new one, or the new one contradicts it.
        """
        error = (answered - asked) / 2 + resolution_s
        sample = _Sample(office.timestamp() - (asked + answered) / 2, error, answered)
        with self._lock:
            known = self._sample
            if known is not None:
                apart = abs(sample.office_at_zero - known.office_at_zero)
                agrees = apart <= error + known.error_now(answered)
                if agrees and error > known.error_now(answered):
                    return
            else:
                apart = float("inf")
            self._sample = sample
        if apart > 1.0:
            log.info("clock_measured", offset_s=round(self.offset_s or 0.0, 1), error_s=round(error, 1))
            self._keep(sample)

    @property
    def known(self) -> bool:
        """Whether the office's time was measured since this machine started."""
        return self._sample is not None

    @property
    def offset_s(self) -> float | None:
        """Office minus wall clock, in seconds; None where it is not known."""
        sample = self._sample
        return None if sample is None else sample.office_at_zero + self._elapsed() - self._wall()

    @property
    def offset_ms(self) -> int | None:
        """The same in whole milliseconds, as an envelope carries it."""
        offset = self.offset_s
        return None if offset is None else round(offset * 1000)

    @property
    def wrong(self) -> bool:
        """Whether the wall clock is known to be off by more than a minute."""
        offset = self.offset_s
        return offset is not None and abs(offset) > WRONG_S

    def now(self) -> datetime:
        """The office's time where it is known, else the wall clock's: the best there is."""
        return datetime.fromtimestamp(self._wall() + (self.offset_s or 0.0), UTC)

    def jump_s(self) -> float:
        """By how much the wall clock was set since the last look, in seconds; 0.0 for a clock that only runs."""
        at_zero = self._wall() - self._elapsed()
        with self._lock:
            by, self._wall_at_zero = at_zero - self._wall_at_zero, at_zero
        return by if abs(by) > JUMP_S else 0.0

    def _carried_over(self) -> _Sample | None:
        if self._anchor is None:
            return None
        try:
            kept = json.loads(self._anchor.read_text(encoding="ascii"))
            if kept["boot_id"] != self._boot_id():
                return None
            return _Sample(float(kept["office_at_zero"]), float(kept["error_s"]), float(kept["at"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("clock_anchor_unreadable", error=type(error).__name__)
            return None

    def _keep(self, sample: _Sample) -> None:
        if self._anchor is None:
            return
        kept = {
            "boot_id": self._boot_id(),
            "office_at_zero": sample.office_at_zero,
            "error_s": sample.error_s,
            "at": sample.at,
        }
        fresh = self._anchor.with_name(self._anchor.name + ".new")
        try:
            # Not fsynced: after a power cut the boot is another one and the file says nothing any more.
            fresh.write_text(json.dumps(kept), encoding="ascii")
            fresh.replace(self._anchor)
        except OSError as error:
            log.warning("clock_anchor_not_kept", error=type(error).__name__)
