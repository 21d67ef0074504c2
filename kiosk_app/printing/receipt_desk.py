"""The slip a resident takes home: what was received, decided, printed, and what happens next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from drivers.device import Fault
from drivers.host import DeviceFuture, DeviceHost
from drivers.outcome import NotPrinted, Outcome, Printed, Unsettled
from drivers.thermal_printer.device import ThermalPrinter
from kiosk_app.audit.events import ReceiptComplete, ReceiptInit
from kiosk_app.audit.log import AuditLog
from kiosk_app.session.model import PaperState, Session
from kiosk_app.settings import Settings
from print_templates.receipts import Receipt, ReceiptKind, ReceiptPaper, compose
from wire.follow_up import local_number
from wire.messages import DecisionOutcome, PrintOutcome
from wire.text import Bilingual

log = structlog.get_logger()

COLLECTION = Bilingual(zh="证照打印领取", en="Print and collect a licence")
_OUTCOMES = {
    PaperState.PRINTED: PrintOutcome.PRINTED,
    PaperState.NOT_PRINTED: PrintOutcome.NOT_PRINTED,
}
_TO_BE_FOLLOWED = (ReceiptKind.QUEUED, ReceiptKind.STUCK, ReceiptKind.HUMAN)  # not at an end yet


class ReceiptDesk:
    """Composes and prints; tells PRINTING's end from the printer's thread."""

    def __init__(
        self, host: DeviceHost[ThermalPrinter], settings: Settings, model: Mapping[str, Any], audit: AuditLog
    ) -> None:
        self._host = host
        self._audit = audit
        self._settings = settings
        self._model = model

    def print_receipt(self, session: Session, hall: Bilingual, tell: Callable[[PaperState], None]) -> None:
        """Returns at once; ``tell`` hears printed, not_printed or unknown."""
        data = compose(receipt_of(session, hall, self._settings), self._model)
        session_id = session.session_id  # all that ``done`` keeps of the resident
        self._audit.record(ReceiptInit(session=session_id))
        future: DeviceFuture[Outcome] = self._host.submit(session_id, lambda printer: printer.print_bytes(data))

        def done(_: object) -> None:
            try:
                outcome = future.result()
            except Fault as fault:
                log.warning("receipt_failed", code=fault.code)
                outcome = NotPrinted(fault.code)
            match outcome:
                case Printed():
                    self._audit.record(ReceiptComplete(session_id, "printed"))
                    tell(PaperState.PRINTED)
                case NotPrinted(reason):
                    log.info("receipt_not_printed", code=reason)
                    self._audit.record(ReceiptComplete(session_id, "not_printed"))
                    tell(PaperState.NOT_PRINTED)
                case Unsettled(reason):
                    log.info("receipt_unknown", code=reason)
                    self._audit.record(ReceiptComplete(session_id, "unknown"))
                    tell(PaperState.UNKNOWN)

        future.add_done_callback(done)


def kind_of(session: Session) -> ReceiptKind:
    """How the visit ended, told by the paper first: "granted" only where every sheet is known to be out."""
    papers = {paper.state for paper in session.papers}
    if PaperState.UNKNOWN in papers or PaperState.PRINTING in papers:
        return ReceiptKind.UNKNOWN
    if papers:
        return ReceiptKind.GRANTED if papers == {PaperState.PRINTED} else ReceiptKind.NOT_PRINTED
    if session.decision is None:
        return ReceiptKind.QUEUED if session.stuck is None else ReceiptKind.STUCK
    if session.decision.outcome is DecisionOutcome.GRANTED:
        return ReceiptKind.NOT_PRINTED
    if session.decision.outcome is DecisionOutcome.REFUSED and not session.human_asked:
        return ReceiptKind.REFUSED
    return ReceiptKind.HUMAN


def receipt_of(session: Session, hall: Bilingual, settings: Settings) -> Receipt:
    """What the session's receipt says."""
    if session.card is None:
        raise RuntimeError("a receipt without a holder")
    kind = kind_of(session)
    decision = session.decision
    return Receipt(
        kind=kind,
        locale="en" if session.locale == "en" else "zh_CN",
        hall=hall,
        service=session.service_name or COLLECTION,
        reference=session.reference or _local_number(session),
        local_reference=not session.reference,
        holder_name=session.card.name,
        holder_id_number=session.card.id_number,
        at=datetime.now().astimezone(),
        kiosk_id=settings.kiosk_id,
        telephone=settings.telephone,
        papers=tuple(
            ReceiptPaper(title=paper.title, outcome=_OUTCOMES.get(paper.state, PrintOutcome.UNKNOWN))
            for paper in session.papers
        ),
        reasons=_reasons(session, kind),
        steps=(session.stuck[1],) if session.stuck and kind is ReceiptKind.STUCK else (),
        remedies=decision.remedies if decision and kind is ReceiptKind.REFUSED else None,
        qr_text=session.progress_url if kind in _TO_BE_FOLLOWED else "",
        progress_page=bool(session.progress_url) and kind in _TO_BE_FOLLOWED,
    )


def _reasons(session: Session, kind: ReceiptKind) -> tuple[Bilingual, ...]:
    if kind is ReceiptKind.STUCK and session.stuck:
        return (session.stuck[0],)
    if session.decision and kind in (ReceiptKind.REFUSED, ReceiptKind.HUMAN):
        return session.decision.reasons
    return ()


def _local_number(session: Session) -> str:
    """What a resident can say on the telephone before the office has given a number."""
    known = session.application_id or (session.collectable[0].order.application_id if session.collectable else "")
    return local_number(known or session.session_id)
