"""Is it a living person? Acts asked for in an order that nobody can know, each within a time."""

from __future__ import annotations

import random

from kiosk_app.identity.quality import Reading

ACTS = ("turn_left", "turn_right", "blink")  # left and right are the resident's own
STEPS = 2  # acts asked for; each costs a resident 2 to 3 s
CHALLENGE_S = 6.0  # for one act: an old person reads, understands and turns in under 5 s
AHEAD_S = 6.0  # to look ahead again, eyes open
DWELL_S = (0.4, 0.9)  # looking ahead before an act is asked: by chance, so that a recording cannot keep the beat
TURN_YAW = 15.0  # degrees; people asked to turn a little turn 20 to 40
AHEAD_YAW = 9.0
CLOSED = 0.55  # of the person's own open eyes: narrow eyes are not closed eyes. Measured 0.14 to 0.35 in blinks
REOPENED = 0.75
MISTAKES = 1  # left is easily confused with right, once; then another act is asked


def plan(rng: random.Random) -> tuple[str, ...]:
    """STEPS acts, no two alike in a row. ``rng``: random.SystemRandom except in tests."""
    acts: list[str] = []
    while len(acts) < STEPS:
        acts.append(rng.choice([act for act in ACTS if not acts or act != acts[-1]]))
    return tuple(acts)


class Liveness:
    """Fed with one reading a frame: look ahead, act, look ahead, act, look ahead. ``done``, ``failed`` say the end.

    An act before it is asked for starts the looking-ahead anew; a turn where another act was asked for is a
    mistake: the first changes what is asked, the next fails. A blink in the middle of a turn is only natural.
    """

    def __init__(self, rng: random.Random, open_eyes: float, now: float) -> None:
        self._rng = rng
        self._acts = list(plan(rng))
        self._open_eyes = open_eyes
        self._mistakes = 0
        self._shut = False
        self.completed: list[str] = []
        self.failed = False
        self._since: float | None = None  # looking ahead since
        self._dwell = 0.0
        self._begin_ahead(now)

    @property
    def steps(self) -> int:
        """Acts in all."""
        return len(self._acts)

    @property
    def asked(self) -> str:
        """What to do now: look_ahead, an act, or nothing any more."""
        if self.done or self.failed:
            return ""
        return "look_ahead" if self._ahead else self._acts[len(self.completed)]

    @property
    def done(self) -> bool:
        """Every act was done and the person looks ahead again."""
        return not self._ahead and len(self.completed) == len(self._acts)

    def seconds_left(self, now: float) -> float:
        """For what is asked now."""
        return max(0.0, self._until - now)

    def tick(self, now: float) -> None:
        """Time goes on, whether or not there was a frame to read."""
        if not self.done and now > self._until:
            self.failed = True

    def feed(self, reading: Reading, now: float) -> None:
        """One frame of the one person before the camera."""
        self.tick(now)
        if self.failed or self.done:
            return
        if self._ahead:
            self._look_ahead(reading, now)
        else:
            self._act(reading, now)

    def _look_ahead(self, reading: Reading, now: float) -> None:
        if abs(reading.yaw) > AHEAD_YAW or reading.eye_ratio < REOPENED * self._open_eyes:
            self._since = None
            return
        if self._since is None:
            self._since = now
        if now - self._since >= self._dwell:
            self._ahead, self._shut, self._until = False, False, now + CHALLENGE_S

    def _act(self, reading: Reading, now: float) -> None:
        asked = self._acts[len(self.completed)]
        turned = "turn_left" if reading.yaw >= TURN_YAW else "turn_right" if reading.yaw <= -TURN_YAW else ""
        if turned and turned != asked:
            self._mistake(asked, now)
        elif turned or (asked == "blink" and self._blinked(reading)):
            self.completed.append(asked)
            self._begin_ahead(now)

    def _blinked(self, reading: Reading) -> bool:
        ratio = reading.eye_ratio / self._open_eyes
        self._shut = self._shut or ratio < CLOSED
        return self._shut and ratio > REOPENED

    def _mistake(self, asked: str, now: float) -> None:
        self._mistakes += 1
        if self._mistakes > MISTAKES:
            self.failed = True
            return
        before = self.completed[-1] if self.completed else ""
        others = [act for act in ACTS if act not in (asked, before)]
        self._acts[len(self.completed)] = self._rng.choice(others)
        self._begin_ahead(now)

    def _begin_ahead(self, now: float) -> None:
        self._ahead = True
        self._since = None
        self._dwell = self._rng.uniform(*DWELL_S)
        self._until = now + AHEAD_S
