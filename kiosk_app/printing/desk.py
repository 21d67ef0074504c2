"""The print desk: a signed document order becomes paper once, with an outcome that is known or said to be unknown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

from drivers.device import Fault
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from kiosk_app.audit.events import PrintComplete, PrintInit, StockTaken
from kiosk_app.audit.log import AuditLog
from kiosk_app.session.model import PaperState
from offline_cache.documents import Document, Documents, NotCollectable
from offline_cache.outbox import Outbox
from offline_cache.stock import OutOfStock
from offline_cache.store import Store
from print_templates.errors import PrintTemplateError
from print_templates.render import render
from print_templates.samples import licence
from print_templates.template import names
from wire.canonical import canonical_bytes
from wire.envelopes import seal
from wire.messages import DocumentOrder, PrintOutcome, PrintReport
from wire.signing import BadSignature, SigningKey, VerifyKey

log = structlog.get_logger()

Tell = Callable[[str, PaperState, str], None]  # order id, state, fault code or ""

# The longest that a job may take on the host's thread: CUPS is followed for 120 s, then cancelled and settled.
PRINT_LIMIT_S = 200.0
_WORDS = {
    PrintOutcome.PRINTED: PaperState.PRINTED,
    PrintOutcome.NOT_PRINTED: PaperState.NOT_PRINTED,
    PrintOutcome.UNKNOWN: PaperState.UNKNOWN,
}


class PrinterHost(Protocol):
    """The part of DeviceHost that the desk uses."""

    def submit(self, session_id: str, command: Callable[[Any], Any]) -> Future[Any]: ...


class PrintDesk:
    """Blocking; run it on a thread of its own. Whatever the session does meanwhile, the outcome is written down."""

    def __init__(
        self,
        store: Store,
        host: PrinterHost,
        office_key: VerifyKey,
        device_id: str,
        device_key: SigningKey,
        audit: AuditLog,
        *,
        background: bool,
        clock_offset_ms: Callable[[], int | None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock_offset_ms = clock_offset_ms
        self._documents = Documents(store)
        self._outbox = Outbox(store)
        self._host = host
        self._office_key = office_key
        self._device_id = device_id
        self._device_key = device_key
        self._audit = audit
        self._background = background

    def print_order(self, session_id: str, order_id: str, tell: Tell) -> None:
        """Prints one order and tells each step. An order that is not collectable any more is not printed again."""
        signed = self._documents.order(order_id)
        order = signed.order
        tell(order_id, PaperState.PREPARING, "")
        try:
            self._office_key.verify(canonical_bytes(order), signed.signature)
            pdf = render(order.template, order.data, background=self._background, version=order.template_version)
        except BadSignature:
            log.error("order_not_signed_by_office", order_id=order_id)
            tell(order_id, PaperState.NOT_PRINTED, "print_desk.order_untrusted")
            return
        except PrintTemplateError as error:
            log.error("template_refused", order_id=order_id, template=order.template, error=type(error).__name__)
            tell(order_id, PaperState.NOT_PRINTED, "print_desk.template_refused")
            return
        try:
            serial = self._documents.begin_printing(order_id, numbered=not self._background)
        except NotCollectable:
            known = self._documents.document(order_id)
            tell(order_id, PaperState.PRINTED if known.state == "printed" else PaperState.UNKNOWN, known.reason)
            return
        except OutOfStock:
            tell(order_id, PaperState.NOT_PRINTED, "print_desk.out_of_stock")
            return
        self._audit.record(PrintInit(session=session_id, order=order_id))
        if serial is not None:
            self._audit.record(StockTaken(order=order_id, stock_type=order.stock_type, serial=serial))
        tell(order_id, PaperState.PRINTING, "")
        outcome = self._at_the_printer(session_id, order, pdf)
        self._settle(order, outcome, serial, tell)

    def _at_the_printer(self, session_id: str, order: DocumentOrder, pdf: bytes) -> Outcome:
        def on_job(job_id: int) -> None:
            self._documents.job_submitted(order.order_id, str(job_id))

        def command(printer: Any) -> Outcome:
            result: Outcome = printer.print_document(pdf, order.media, order.order_id, on_job)
            return result

        future = self._host.submit(session_id, command)
        try:
            outcome: Outcome = future.result(timeout=PRINT_LIMIT_S)
        except Fault as fault:
            # Before a job existed nothing can have come out; after, nobody knows.
            submitted = self._documents.document(order.order_id).job is not None
            return Unsettled(fault.code) if submitted else NotPrinted(fault.code)
        except TimeoutError:
            if future.cancel():
                return NotPrinted("laser_printer.not_answering")
            return Unsettled("laser_printer.not_answering")
        return outcome

    def _settle(self, order: DocumentOrder, outcome: Outcome, serial: str | None, tell: Tell) -> None:
        """Outcome, stock and report in one transaction: either all of them are known after a power cut, or none."""
        match outcome:
            case Printed():
                word, code, sheet = PrintOutcome.PRINTED, "", serial
            case NotPrinted(reason):
                word, code, sheet = PrintOutcome.NOT_PRINTED, reason, None
            case Unsettled(reason):
                word, code, sheet = PrintOutcome.UNKNOWN, reason, serial
        report = PrintReport(
            order_id=order.order_id,
            application_id=order.application_id,
            stock_type=order.stock_type,
            stock_serial=sheet,
            outcome=word,
            reason=code,
            at=datetime.now(UTC),
        )
        with self._store.transaction():
            self._documents.settle(order.order_id, word, code, sheet)
            offset_ms = self._clock_offset_ms()
            self._outbox.seal(seal(report, self._device_id, self._device_key, clock_offset_ms=offset_ms))
        self._audit.record(PrintComplete(order=order.order_id, disposition=word.value, code=code))
        tell(order.order_id, _WORDS[word], code)

    def scrub(self) -> None:
        """The typesetter keeps its last page in memory until the next one: make that a specimen's."""
        for name in names():
            render(name, licence(name), background=self._background)

    def recover(self, tell: Tell) -> int:
        """After a kill -9: asks the spooler what became of each order that was at the printer. Returns their number."""
        interrupted = self._documents.interrupted()
        for document in interrupted:
            order = document.signed.order
            self._settle(order, self._what_became(document), document.stock_serial, tell)
        return len(interrupted)

    def _what_became(self, document: Document) -> Outcome:
        order_id = document.signed.order.order_id

        def command(printer: Any) -> Outcome:
            known: Outcome | None = printer.settle(int(document.job) if document.job else None, order_id)
            # Neither spooler nor printer ever heard of it: killed before the hand-over, so there is no paper.
            return known or NotPrinted("print_desk.interrupted")

        try:
            outcome: Outcome = self._host.submit("", command).result(timeout=PRINT_LIMIT_S)
        except (Fault, TimeoutError) as error:
            code = error.code if isinstance(error, Fault) else "laser_printer.not_answering"
            return Unsettled(code)
        return outcome
