"""Enrols and verifies fingers through fprintd (D-Bus), for every USB reader that libfprint knows."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic

from drivers.device import Fault, Ready, Status
from drivers.fingerprint.fprintd_bus import FprintdBus
from drivers.fingerprint.template import FingerprintTemplate, Verdict

FORMAT = "fprintd"  # the print itself stays with fprintd; our template says only which one
USB_IDS = ()  # which readers there are, libfprint knows
DEFAULT = "default"
FINGER = "right-index-finger"  # fprintd wants a name; which finger it really was does not matter for one session
FINGER_S = 15.0
ENROL_S = 60.0  # five presses
TRIES = 5  # poor pictures of one verification before it is given up
MOVE_ON = frozenset({"enroll-stage-passed"})
# what a bad picture is, in fprintd's words: it asks for another by itself
RETRY = {
    "retry-scan": "fingerprint.messy",
    "swipe-too-short": "fingerprint.messy",
    "finger-not-centered": "fingerprint.messy",
    "remove-and-retry": "fingerprint.not_lifted",
}
END = {
    "disconnected": "fingerprint.lost",
    "unknown-error": "fingerprint.service_failed",
    "failed": "fingerprint.combine_failed",
    "data-full": "fingerprint.library_failed",
    "duplicate": "fingerprint.combine_failed",
}


class Fprintd:
    """One reader of fprintd. ``port`` is "default" or the reader's name; one print at a time, of this session only."""

    def __init__(self, port: str, bus: str = "SYSTEM") -> None:
        self._wanted = port
        self._bus = FprintdBus(bus)
        self._device = ""

    def open(self) -> None:
        """Find the reader. Faults ``service_down``, ``not_found``. What an earlier session left is erased."""
        if not self._device:
            self._device = self._bus.find(None if self._wanted == DEFAULT else self._wanted)
            self.forget()

    def close(self) -> None:
        self._device = ""
        self._bus.close()

    def status(self) -> Status:
        """Ready when fprintd still has the reader; Fault when it or the reader is away."""
        if not self._device:
            raise Fault("fingerprint.lost", "not open")
        device = self._bus.find(None if self._wanted == DEFAULT else self._wanted)
        self._device = device  # after a restart it may have another number
        return Ready()

    def enrol(self, limit_s: float = ENROL_S) -> FingerprintTemplate:
        """Several presses of one finger, until fprintd has its print. Faults: the service's, END, ``no_finger``."""
        self.forget()
        with self._bus.claimed(self._device):
            self._bus.call(self._device, "EnrollStart", "s", (FINGER,))
            try:
                self._await_enrolled(limit_s)
            finally:
                self._stop("EnrollStop")
        return FingerprintTemplate(FORMAT, FINGER.encode())

    def verify(self, template: FingerprintTemplate, limit_s: float = FINGER_S) -> Verdict:
        """One finger against the print of this session; fprintd tells no score."""
        if template.format != FORMAT:
            raise Fault("fingerprint.wrong_template", template.format)
        with self._bus.claimed(self._device):
            self._bus.call(self._device, "VerifyStart", "s", (template.data.decode(),))
            try:
                return self._await_verdict(limit_s)
            finally:
                self._stop("VerifyStop")

    def forget(self) -> None:
        """Erase every print that fprintd keeps for us."""
        with self._bus.claimed(self._device):
            try:
                self._bus.call(self._device, "DeleteEnrolledFingers2")
            except Fault as fault:
                if fault.code != "fingerprint.nothing_enrolled":
                    raise

    def _await_enrolled(self, limit_s: float) -> None:
        deadline = monotonic() + limit_s
        while True:
            said, done = self._bus.next_result("EnrollStatus", deadline - monotonic())
            if said == "enroll-completed":
                return
            if done:
                raise _refusal(said)

    def _await_verdict(self, limit_s: float) -> Verdict:
        deadline = monotonic() + limit_s
        last = ""
        for _ in range(TRIES):
            last, done = self._bus.next_result("VerifyStatus", deadline - monotonic())
            if last in ("verify-match", "verify-no-match"):
                return Verdict(last == "verify-match")
            if done:
                break
        raise _refusal(last)

    def _stop(self, method: str) -> None:
        # nothing goes on any more, or fprintd is away: what happened has been told already
        with suppress(Fault):
            self._bus.call(self._device, method)


def _refusal(said: str) -> Fault:
    word = said.partition("-")[2]  # without "enroll-" or "verify-"
    return Fault(RETRY.get(word) or END.get(word, "fingerprint.unknown_answer"), said[:40])


def create(port: str, bus: str = "SYSTEM") -> Fprintd:
    """The registry's entry; ``bus`` is "SYSTEM" or a D-Bus address."""
    return Fprintd(port, bus)
