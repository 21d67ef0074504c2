"""How often the sync acts by itself."""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache.backoff import FIRST_S, WAITED_FOR_S


@dataclass(frozen=True)
class Pace:
    """All in seconds."""

    probe_s: float = 3.0  # while offline: a resident sees the recovery within seconds, the office one small GET
    probe_quick_for_s: float = 600.0  # this long; afterwards a fleet's worth of probes is too much for nothing
    probe_slow_s: float = 30.0
    health_s: float = 15.0  # while idle and online: how long a lost network may go unnoticed
    second_look_s: float = 0.5  # one missed answer is not yet a lost network
    catalogue_s: float = 300.0
    first_failure_s: float = FIRST_S  # the pause after the first failure; it doubles from there
    waited_for_s: float = WAITED_FOR_S  # the same while somebody waits at the screen
    recovery_s: float = 60.0  # once the office is back, nothing waits longer than this
    decision_failure_s: float = 60.0  # longest pause between questions that fail
    backlog_s: float = 1.0  # while draining: how often the screens are told what remains
    stop_s: float = 5.0  # how long stop() waits for requests under way; what they were doing is safe to abandon
