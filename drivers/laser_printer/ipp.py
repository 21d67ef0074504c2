"""Asks an IPP printer itself for its state, its paper, its jobs: CUPS does not know how an idle printer is.

A queue's printer-state-reasons in CUPS change only while a job runs (measured on 2.4.2), so an empty tray would be
noticed by the next resident's licence. RFC 8011 Get-Printer-Attributes (4.2.5) and Get-Jobs (4.2.6) tell it before.
"""

from __future__ import annotations

import http.client
import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import cups

from drivers.device import Fault

ANSWER_LIMIT_S = 3.0  # a printer that wakes from sleep answers IPP within 2 s; a silent one must not stop the poll
DEFAULT_PORT = 631
STATE_ATTRIBUTES = ("printer-state", "printer-state-reasons", "media-ready")
JOB_ATTRIBUTES = ("job-id", "job-name", "job-state", "job-state-reasons", "job-impressions-completed")


@dataclass(frozen=True)
class PrinterSays:
    """``reasons`` as sent, with -report, -warning, -error; ``media_ready`` is empty when the printer does not tell."""

    state: int  # 3 idle, 4 processing, 5 stopped
    reasons: tuple[str, ...]
    media_ready: tuple[str, ...]


@dataclass(frozen=True)
class PrinterJob:
    """A job as the printer knows it. ``impressions`` is sides completed, None when it does not count."""

    id: int
    name: str
    state: int  # 3 pending … 5 processing, 6 stopped, 7 cancelled, 8 aborted, 9 completed
    reasons: tuple[str, ...]
    impressions: int | None

    @property
    def ended(self) -> bool:
        return self.state >= int(cups.IPP_JOB_CANCELED)


def ask_state(uri: str) -> PrinterSays:
    """State and loaded paper. Raises Fault ``laser_printer.not_answering`` or ``.unreadable_answer``."""
    request = _request(cups.IPP_OP_GET_PRINTER_ATTRIBUTES, uri, STATE_ATTRIBUTES)
    values = {attribute.name: attribute.values for attribute in _ask(uri, request)}
    try:
        return PrinterSays(
            int(values["printer-state"][0]),
            _words(values["printer-state-reasons"]),
            _words(values.get("media-ready", [])),
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Fault("laser_printer.unreadable_answer", type(error).__name__) from None


def ask_jobs(uri: str, which: str = "all") -> list[PrinterJob]:
    """Jobs that the printer remembers (which-jobs ``all``, ``completed`` or ``not-completed``). Faults as ask_state."""
    request = _request(cups.IPP_OP_GET_JOBS, uri, JOB_ATTRIBUTES)
    request.add(cups.IPPAttribute(cups.IPP_TAG_OPERATION, cups.IPP_TAG_KEYWORD, "which-jobs", which))
    jobs: list[PrinterJob] = []
    group: dict[str, Any] = {}
    for attribute in [*_ask(uri, request), None]:
        # every job begins a group of its own; a separator is an attribute without a name
        if attribute is None or not attribute.name or attribute.name in group:
            if "job-id" in group:
                jobs.append(_job(group))
            group = {}
        if attribute is not None and attribute.name:
            group[attribute.name] = attribute.values
    return jobs


def _job(group: dict[str, Any]) -> PrinterJob:
    try:
        counted = group.get("job-impressions-completed", [None])[0]
        return PrinterJob(
            id=int(group["job-id"][0]),
            name=str(group.get("job-name", [""])[0]),
            state=int(group["job-state"][0]),
            reasons=_words(group.get("job-state-reasons", [])),
            impressions=counted if isinstance(counted, int) else None,
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise Fault("laser_printer.unreadable_answer", type(error).__name__) from None


def _words(values: list[Any]) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str))


def _request(operation: int, uri: str, wanted: tuple[str, ...]) -> Any:
    request = cups.IPPRequest(operation)  # which brings charset and language with it
    for tag, name, value in (
        (cups.IPP_TAG_URI, "printer-uri", uri),
        (cups.IPP_TAG_NAME, "requesting-user-name", cups.getUser()),
        (cups.IPP_TAG_KEYWORD, "requested-attributes", list(wanted)),
    ):
        request.add(cups.IPPAttribute(cups.IPP_TAG_OPERATION, tag, name, value))
    return request


def _ask(uri: str, request: Any, document: bytes = b"") -> list[Any]:
    """Post the request, as RFC 8010 has it, over plain HTTP: the kiosk's printers hang on its own cable."""
    out = io.BytesIO()
    request.writeIO(out.write, True)
    address = urlsplit(uri)
    if not address.hostname:
        raise Fault("laser_printer.not_answering", "no host in the printer's address")
    connection = http.client.HTTPConnection(address.hostname, address.port or DEFAULT_PORT, timeout=ANSWER_LIMIT_S)
    try:
        connection.request("POST", address.path or "/", out.getvalue() + document, {"Content-Type": "application/ipp"})
        reply = connection.getresponse()
        body = reply.read()
    except (OSError, http.client.HTTPException) as error:
        raise Fault("laser_printer.not_answering", type(error).__name__) from None
    finally:
        connection.close()
    if reply.status != http.client.OK:
        raise Fault("laser_printer.unreadable_answer", f"HTTP {reply.status}")
    answer = cups.IPPRequest()
    try:
        answer.readIO(io.BytesIO(body).read, True)
        status = answer.statuscode
    except Exception as error:  # noqa: BLE001 - pycups raises whatever its C code likes on a broken answer
        raise Fault("laser_printer.unreadable_answer", type(error).__name__) from None
    if status > cups.IPP_OK_EVENTS_COMPLETE:
        raise Fault("laser_printer.unreadable_answer", f"IPP status 0x{status:04x}")
    return list(answer.attributes)


def send_job(uri: str, title: str, document: bytes) -> None:
    """Print-Job straight to the printer, past any spooler: for the bench's maintenance, never for a licence."""
    request = _request(cups.IPP_OP_PRINT_JOB, uri, ("job-id",))
    request.add(cups.IPPAttribute(cups.IPP_TAG_OPERATION, cups.IPP_TAG_NAME, "job-name", title))
    request.add(cups.IPPAttribute(cups.IPP_TAG_OPERATION, cups.IPP_TAG_MIMETYPE, "document-format", "application/pdf"))
    _ask(uri, request, document)
