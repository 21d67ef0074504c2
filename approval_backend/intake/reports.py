"""Rows for what kiosks report of themselves: prints, paper, events. One a report, since one an envelope."""

from __future__ import annotations

from sqlalchemy.orm import Session

from approval_backend.store.tables import EnvelopeRow, FleetEventRow, PrintReportRow, StockReconciliationRow
from wire.messages import PrintReport
from wire.reports import FleetEvent, StockReconciliation


def keep_report(session: Session, row: EnvelopeRow, report: PrintReport | StockReconciliation | FleetEvent) -> None:
    """In the transaction that takes the envelope in."""
    match report:
        case PrintReport():
            session.add(
                PrintReportRow(
                    envelope_id=row.id,
                    order_id=report.order_id,
                    outcome=report.outcome.value,
                    stock_type=report.stock_type,
                    stock_serial=report.stock_serial,
                    reason=report.reason,
                    at=report.at.isoformat(),
                )
            )
        case StockReconciliation():
            facts = report.model_dump(exclude={"loaded_at", "closed_at"})
            session.add(
                StockReconciliationRow(
                    envelope_id=row.id,
                    device_id=row.device_id,
                    loaded_at=report.loaded_at.isoformat(),
                    closed_at=report.closed_at.isoformat(),
                    **facts,
                )
            )
        case FleetEvent():
            session.add(
                FleetEventRow(
                    envelope_id=row.id,
                    device_id=row.device_id,
                    kind=report.kind.value,
                    device=report.device,
                    code=report.code,
                    count=report.count,
                    at=report.at.isoformat(),
                    received_at=row.received_at,
                )
            )
