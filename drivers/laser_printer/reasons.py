"""What a printer's printer-state-reasons mean for us, as fault codes; the keywords stand in state_reasons.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from drivers.device import Blocked, Ready, Status, Warning

SEVERITIES = ("-report", "-warning", "-error")
SPOOLERS_OWN = "cups-"  # CUPS's notes about itself: cups-waiting-for-job-completed, cups-ipp-conformance-failure-report

_TABLES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("state_reasons.toml").read_text("utf-8"))


BLOCKING: dict[str, str] = _TABLES["blocking"]
WARNING: dict[str, str] = _TABLES["warning"]
_BLOCKING_ENDINGS: dict[str, str] = _TABLES["blocking_endings"]
_WARNING_ENDINGS: dict[str, str] = _TABLES["warning_endings"]
HARMLESS = frozenset(_TABLES["harmless"])
_HARMLESS_ENDINGS = tuple(_TABLES["harmless_endings"])
_RANK = {code: rank for rank, code in enumerate(dict.fromkeys([*BLOCKING.values(), *WARNING.values()]))}
_LAST = len(_RANK)


def judge(reasons: Iterable[str], media: str | None = None, media_ready: Iterable[str] = ()) -> Status:
    """Ready, Warning or Blocked for these reasons; with ``media``, also Blocked when that size is not loaded.

    The severity suffix of a known keyword is not believed: ippeveprinter says media-empty-report of the only tray,
    idle, and -warning, printing. A keyword that nobody knows is believed: ``-error`` blocks, ``-report`` means nothing,
    anything else is worth a look.
    """
    means = [meaning for reason in reasons if (meaning := meaning_of(reason)) is not None]
    blocked = min((m for m in means if isinstance(m, Blocked)), key=_rank, default=None)
    if blocked is not None:
        return blocked
    ready = tuple(media_ready)
    if media is not None and ready and media not in ready:
        return Blocked("laser_printer.paper_out")
    return min((m for m in means if isinstance(m, Warning)), key=_rank, default=Ready())


def meaning_of(reason: str) -> Blocked | Warning | None:
    """What one keyword says, with its severity or without; None where it says nothing bad."""
    keyword, severity = split(reason)
    if not keyword or keyword in HARMLESS or keyword.startswith(SPOOLERS_OWN):
        return None
    if keyword in BLOCKING:
        return Blocked(BLOCKING[keyword])
    if keyword in WARNING:
        return Warning(WARNING[keyword])
    # warnings first: -almost-full also ends with -full, and harmless last for nothing is harmed by a look
    if code := _by_ending(keyword, _WARNING_ENDINGS):
        return Warning(code)
    if code := _by_ending(keyword, _BLOCKING_ENDINGS):
        return Blocked(code)
    if keyword.endswith(_HARMLESS_ENDINGS) or severity == "-report":
        return None
    return Blocked("laser_printer.needs_attention") if severity == "-error" else Warning("laser_printer.notice")


def split(reason: str) -> tuple[str, str]:
    """Keyword and severity suffix; the suffix is empty where there is none."""
    for severity in SEVERITIES:
        if reason.endswith(severity):
            return reason.removesuffix(severity), severity
    return reason, ""


def _by_ending(keyword: str, endings: Mapping[str, str]) -> str | None:
    return next((code for ending, code in endings.items() if keyword.endswith(ending)), None)


def _rank(status: Blocked | Warning) -> int:
    return _RANK.get(status.reason, _LAST)
