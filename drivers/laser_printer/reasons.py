"""What a printer's printer-state-reasons mean for us (RFC 8011, 5.4.12; PWG 5100.9), as fault codes."""

from __future__ import annotations

from collections.abc import Iterable

from drivers.device import Blocked, Ready, Status, Warning

# Keyword -> code; the first that holds is told. A jam comes before an empty tray: it has to be cleared first.
BLOCKING = {
    "media-jam": "laser_printer.jam",
    "cover-open": "laser_printer.door_open",
    "door-open": "laser_printer.door_open",
    "interlock-open": "laser_printer.door_open",
    "input-tray-missing": "laser_printer.tray_missing",
    "media-empty": "laser_printer.paper_out",
    "media-needed": "laser_printer.paper_out",
    "toner-empty": "laser_printer.toner_out",
    "marker-supply-empty": "laser_printer.toner_out",
    "marker-waste-full": "laser_printer.waste_full",
    "output-area-full": "laser_printer.output_full",
    "shutdown": "laser_printer.offline",
    "offline": "laser_printer.offline",
}
WARNING = {
    "toner-low": "laser_printer.toner_low",
    "marker-supply-low": "laser_printer.toner_low",
    "media-low": "laser_printer.paper_low",
    "marker-waste-almost-full": "laser_printer.waste_almost_full",
    "output-area-almost-full": "laser_printer.output_almost_full",
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
            return Blocked(code)
    ready = tuple(media_ready)
    if media is not None and ready and media not in ready:
        return Blocked("laser_printer.paper_out")
    for keyword, code in WARNING.items():
        if keyword in words:
            return Warning(code)
    return Ready()


def _keyword(reason: str) -> str:
    for severity in SEVERITIES:
        reason = reason.removesuffix(severity)
    return reason
