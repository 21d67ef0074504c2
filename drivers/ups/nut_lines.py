"""The lines that NUT's upsd says (NUT developer guide, "Network protocol information"), read strictly."""

from __future__ import annotations

import re

from drivers.device import Fault

LINE_MOST = 1024  # bytes; upsd's own limit for a value is 512
LINES_MOST = 1000  # a large rack supply has about 150 variables

_VAR = re.compile(r'VAR (?P<ups>[^\s"]+) (?P<name>[A-Za-z0-9._-]+) "(?P<value>(?:[^"\\]|\\.)*)"')
_ERR = re.compile(r"ERR (?P<code>[A-Z][A-Z-]*)(?: .*)?")
FAULT_OF = {
    "UNKNOWN-UPS": "ups.not_found",
    "DATA-STALE": "ups.data_stale",
    "DRIVER-NOT-CONNECTED": "ups.driver_lost",
}


def line(data: bytes) -> str:
    """One line without its end. Fault ``ups.garbled`` for what is no printable UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("ups.garbled", "not UTF-8") from None
    if not text.isprintable():
        raise Fault("ups.garbled", "control characters")
    return text


def refuse_error(text: str) -> None:
    """An ERR line as the fault it means; ``ups.refused`` for those that need no name of their own."""
    found = _ERR.fullmatch(text)
    if found is not None:
        raise Fault(FAULT_OF.get(found["code"], "ups.refused"), found["code"])


def variable(text: str, ups: str) -> tuple[str, str]:
    """Name and value of one VAR line of that supply. Fault ``ups.garbled`` for anything else."""
    found = _VAR.fullmatch(text)
    if found is None or found["ups"] != ups:
        raise Fault("ups.garbled", f"{len(text)} characters that are no variable of {ups}")
    return found["name"], re.sub(r"\\(.)", r"\1", found["value"])


def variables(lines: list[str], ups: str) -> dict[str, str]:
    """The answer to ``LIST VAR <ups>``, whole. Faults: what an ERR line means, else ``ups.garbled``."""
    refuse_error(lines[0] if lines else "")
    if len(lines) < 2 or lines[0] != f"BEGIN LIST VAR {ups}" or lines[-1] != f"END LIST VAR {ups}":
        raise Fault("ups.garbled", "not a list of variables")
    found: dict[str, str] = {}
    for text in lines[1:-1]:
        name, value = variable(text, ups)
        if name in found:
            raise Fault("ups.garbled", f"{name} twice")
        found[name] = value
    return found
