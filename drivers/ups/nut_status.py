"""What NUT's variables mean: Power of one look, and the status that follows from it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from drivers.device import Blocked, Ready, Status, Unknown, Warning
from drivers.ups.device import Power

# Worst first. Words not named here (CHRG, DISCHRG, TRIM, BOOST, CAL, HB …) change nothing for whoever stands there.
_BLOCKS = (("FSD", "ups.shutting_down"), ("OFF", "ups.off"))
_WARNS = (
    ("OB", "ups.on_battery"),
    ("OVER", "ups.overload"),
    ("BYPASS", "ups.bypass"),
    ("RB", "ups.battery_worn"),
    ("ALARM", "ups.alarm"),
)


def power(variables: Mapping[str, str]) -> Power:
    """Numbers that are none, or impossible, are unknown."""
    flags = frozenset(variables.get("ups.status", "").split())
    on_mains = None if ("OL" in flags) == ("OB" in flags) else "OL" in flags
    charge = _number(variables, "battery.charge")
    return Power(
        on_mains,
        charge if charge is not None and charge <= 100 else None,
        _number(variables, "battery.runtime"),
        flags,
    )


def status(seen: Power) -> Status:
    """Low battery blocks only on battery: on mains it is being charged."""
    if "WAIT" in seen.flags:
        return Unknown("ups.starting")
    for flag, code in _BLOCKS:
        if flag in seen.flags:
            return Blocked(code)
    if seen.on_mains is None:
        return Unknown("ups.unknown_status")
    if not seen.on_mains and "LB" in seen.flags:
        return Blocked("ups.battery_low")
    for flag, code in _WARNS:
        if flag in seen.flags:
            return Warning(code)
    return Ready()


def _number(variables: Mapping[str, str], name: str) -> float | None:
    try:
        value = float(variables.get(name, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
