"""Asks an IPP printer itself for its state, its paper, its jobs: CUPS does not know how an idle printer is.

A queue's printer-state-reasons in CUPS change only while a job runs (measured on 2.4.2), so an empty tray would be
noticed by the next resident's licence. RFC 8011 Get-Printer-Attributes (4.2.5) and Get-Jobs (4.2.6) tell it before.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import cups

from drivers.device import Fault
from drivers.laser_printer.ipp_message import (
    CHARSET,
    JOB,
    KEYWORD,
    LANGUAGE,
    MIME_TYPE,
    NAME,
    OPERATION,
    PRINTER,
    URI,
    Group,
    Message,
    UnreadableMessage,
    decode,
    encode,
)
from drivers.laser_printer.ipp_message import INTEGER as _INTEGER
from drivers.laser_printer.supplies import Supply, supplies_of
from drivers.laser_printer.trays import Tray, trays_of

ANSWER_LIMIT_S = 3.0  # a printer that wakes from sleep answers IPP within 2 s; a silent one must not stop the poll
MAX_ANSWER = 4 * 1024 * 1024  # bytes; the longest seen, a printer's whole media database, is 300 KB
DEFAULT_PORT = 631
PRINT_JOB, CANCEL_JOB, GET_JOBS, GET_PRINTER_ATTRIBUTES = 0x0002, 0x0008, 0x000A, 0x000B
LAST_SUCCESS = 0x00FF  # RFC 8011, appendix B: 0x0000 to 0x00FF
CANCELLED, COMPLETED = 7, 9  # job-state
STATE_ATTRIBUTES = (
    "printer-state", "printer-state-reasons", "media-ready", "media-col-ready",
    "marker-names", "marker-types", "marker-levels", "marker-low-levels",
)  # fmt: skip
JOB_ATTRIBUTES = ("job-id", "job-name", "job-state", "job-state-reasons", "job-impressions-completed")
REQUEST_TAGS = (
    ("attributes-charset", CHARSET), ("attributes-natural-language", LANGUAGE), ("printer-uri", URI),
    ("requesting-user-name", NAME), ("requested-attributes", KEYWORD), ("which-jobs", KEYWORD), ("job-name", NAME),
    ("job-id", _INTEGER), ("document-format", MIME_TYPE),
)  # fmt: skip


@dataclass(frozen=True)
class PrinterSays:
    """``reasons`` as sent, with -report, -warning, -error; ``media_ready`` is empty when the printer does not tell."""

    state: int  # 3 idle, 4 processing, 5 stopped
    reasons: tuple[str, ...]
    media_ready: tuple[str, ...]
    supplies: tuple[Supply, ...] = ()
    trays: tuple[Tray, ...] = ()


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
        return self.state >= CANCELLED


def ask_state(uri: str) -> PrinterSays:
    """State, paper and toner. Raises Fault ``laser_printer.not_answering`` or ``.unreadable_answer``."""
    return read_state(_ask(uri, _request(GET_PRINTER_ATTRIBUTES, uri, {"requested-attributes": STATE_ATTRIBUTES})))


def ask_jobs(uri: str, which: str = "all") -> list[PrinterJob]:
    """Jobs that the printer remembers (which-jobs ``all``, ``completed`` or ``not-completed``). Faults as ask_state."""
    wanted = {"requested-attributes": JOB_ATTRIBUTES, "which-jobs": (which,)}
    return read_jobs(_ask(uri, _request(GET_JOBS, uri, wanted)))


def cancel_job(uri: str, job_id: int) -> None:
    """Past the spooler, for a job that the spooler has forgotten. Faults as ask_state, a refusal included."""
    read_answer(_ask(uri, _request(CANCEL_JOB, uri, {"job-id": (job_id,)})))


def send_job(uri: str, title: str, document: bytes) -> None:
    """Print-Job straight to the printer, past any spooler: for the bench's maintenance, never for a licence."""
    request = _request(PRINT_JOB, uri, {"job-name": (title,), "document-format": ("application/pdf",)}, document)
    read_answer(_ask(uri, request))


# ── what the answers mean ───────────────────────────────────────────────────────────────────────────────────────────


def read_answer(body: bytes) -> Message:
    """A message that says yes. Raises Fault ``laser_printer.unreadable_answer``."""
    try:
        answer = decode(body)
    except UnreadableMessage as error:
        raise Fault("laser_printer.unreadable_answer", str(error)) from None
    if answer.code > LAST_SUCCESS:
        raise Fault("laser_printer.unreadable_answer", f"IPP status 0x{answer.code:04x}")
    return answer


def read_state(body: bytes) -> PrinterSays:
    """The answer to Get-Printer-Attributes. Raises Fault ``laser_printer.unreadable_answer``."""
    values = next(read_answer(body).of(PRINTER), {})
    state, reasons = _first(values, "printer-state", int), _words(values.get("printer-state-reasons", ()))
    if state is None or not reasons:
        raise Fault("laser_printer.unreadable_answer", "no printer-state or no printer-state-reasons")
    return PrinterSays(state, reasons, _words(values.get("media-ready", ())), supplies_of(values), trays_of(values))


def read_jobs(body: bytes) -> list[PrinterJob]:
    """The answer to Get-Jobs. Raises Fault ``laser_printer.unreadable_answer``."""
    return [_job(values) for values in read_answer(body).of(JOB)]


def _job(values: Mapping[str, list[Any]]) -> PrinterJob:
    job_id, state = _first(values, "job-id", int), _first(values, "job-state", int)
    if job_id is None or state is None:
        raise Fault("laser_printer.unreadable_answer", "a job without job-id or job-state")
    return PrinterJob(
        id=job_id,
        name=_first(values, "job-name", str) or "",
        state=state,
        reasons=_words(values.get("job-state-reasons", ())),
        impressions=_first(values, "job-impressions-completed", int),
    )


def _first(values: Mapping[str, list[Any]], name: str, kind: type) -> Any:
    found = values.get(name) or [None]
    return found[0] if type(found[0]) is kind else None  # a bool is no count


def _words(values: Any) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str))


# ── over HTTP ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _request(operation: int, uri: str, wanted: Mapping[str, Any], document: bytes = b"") -> bytes:
    head = {"attributes-charset": ["utf-8"], "attributes-natural-language": ["en"], "printer-uri": [uri]}
    if "job-id" in wanted:  # RFC 8011, 4.1.5: the target's attributes stand together, in this order
        head["job-id"] = list(wanted["job-id"])
    head["requesting-user-name"] = [cups.getUser()]
    rest = {name: list(values) for name, values in wanted.items() if name != "job-id"}
    return encode(Message(operation, [Group(OPERATION, {**head, **rest})], document), REQUEST_TAGS)


def _ask(uri: str, request: bytes) -> bytes:
    """Post the request, as RFC 8010 has it, over plain HTTP: the kiosk's printers hang on its own cable."""
    try:
        address = urlsplit(uri)
        host, port = address.hostname, address.port or DEFAULT_PORT
    except ValueError:
        host, port = None, 0
    if not host:
        raise Fault("laser_printer.not_answering", "no host in the printer's address")
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_LIMIT_S)
    try:
        connection.request("POST", address.path or "/", request, {"Content-Type": "application/ipp"})
        reply = connection.getresponse()
        body = _whole(reply)
    except (OSError, http.client.HTTPException) as error:
        raise Fault("laser_printer.not_answering", type(error).__name__) from None
    finally:
        connection.close()
    if reply.status != http.client.OK:
        raise Fault("laser_printer.unreadable_answer", f"HTTP {reply.status}")
    return body


def _whole(reply: http.client.HTTPResponse) -> bytes:
    """The body, not for ever and not without end: the socket's limit holds for each byte, not for all of them."""
    deadline = monotonic() + ANSWER_LIMIT_S
    body = bytearray()
    while chunk := reply.read1(65536):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise Fault("laser_printer.unreadable_answer", f"more than {MAX_ANSWER} bytes")
        if monotonic() > deadline:
            raise Fault("laser_printer.not_answering", "drips")
    return bytes(body)
