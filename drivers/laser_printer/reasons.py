"""What a printer's printer-state-reasons mean for us (RFC 8011, 5.4.12; PWG 5100.9), as fault codes."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.device import Blocked, Ready, Status, Warning

# Keyword -> code; the first that holds is told. A jam comes before an empty tray: it has to be cleared first.
BLOCKING = {
    "media-jam": "jam",
    "cover-open": "door_open",
    "door-open": "door_open",
    "interlock-open": "door_open",
    "input-tray-missing": "tray_missing",
    "media-empty": "paper_out",
    "media-needed": "paper_out",
    "toner-empty": "toner_out",
    "marker-supply-empty": "toner_out",
    "marker-waste-full": "waste_full",
    "output-area-full": "output_full",
    "shutdown": "offline",
    "offline": "offline",
}
WARNING = {
    "toner-low": "toner_low",
    "marker-supply-low": "toner_low",
    "media-low": "paper_low",
    "marker-waste-almost-full": "waste_almost_full",
    "output-area-almost-full": "output_almost_full",
}
SEVERITIES = ("-report", "-warning", "-error")


def judge(reasons: Iterable[str], media: str | None = None, media_ready: Iterable[str] = ()) -> Status:
    """Ready, Warning or Blocked for these reasons; with ``media``, also Blocked when that size is not loaded.

    The severity suffix is not believed: ippeveprinter says media-empty-report of the only tray, idle, and -warning,
    printing. Unknown keywords (cups-… among them) promise nothing bad.
    """
    words = {_keyword(reason) for reason in reasons}
    for keyword, code in BLOCKING.items():
        if keyword in words:
            return Blocked(f"laser_printer.{code}")
    ready = tuple(media_ready)
    if media is not None and ready and media not in ready:
        return Blocked("laser_printer.paper_out")
    for keyword, code in WARNING.items():
        if keyword in words:
            return Warning(f"laser_printer.{code}")
    return Ready()


def _keyword(reason: str) -> str:
    for severity in SEVERITIES:
        reason = reason.removesuffix(severity)
    return reason
