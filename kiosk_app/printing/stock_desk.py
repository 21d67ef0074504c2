"""Filling trays with numbered paper: the filling before is accounted for, told to the office and to the audit log."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from kiosk_app.audit import events
from kiosk_app.audit.log import AuditLog
from kiosk_app.reports import Reports
from kiosk_app.settings import Stock as Tray
from offline_cache.fillings import Filling, Fillings
from offline_cache.stock import Stock, StockError
from offline_cache.store import Store
from wire.reports import StockReconciliation

log = structlog.get_logger()


class StockDesk:
    """May raise StoreFailed."""

    def __init__(self, store: Store, reports: Reports, audit: AuditLog) -> None:
        self._store = store
        self._stock = Stock(store)
        self._fillings = Fillings(store)
        self._reports = reports
        self._audit = audit

    def refill(self, stock_type: str, first_serial: str, sheets: int, *, counted: int | None = None) -> None:
        """A tray was filled. ``counted`` is what a person found left in it before, None where nobody counted.

        Closing, loading and the report are one transaction. Raises StockError with nothing changed.
        """
        before = self._fillings.current(stock_type)
        with self._store.transaction():
            self._stock.load(stock_type, first_serial, sheets)
            if before is not None:
                self._reports.send(self._reconciliation(before, counted))
        if before is not None:
            self._audit.record(
                events.StockReconciled(
                    stock_type=stock_type,
                    first_serial=before.first_serial,
                    last_serial=before.last_serial,
                    used=before.used,
                    spoiled=before.spoiled,
                    unknown=before.unknown,
                    remaining=before.remaining,
                )
            )
        self._audit.record(events.StockLoaded(stock_type=stock_type, first_serial=first_serial, sheets=sheets))

    def as_loaded(self, trays: Iterable[Tray]) -> None:
        """What the settings say lies in the trays: another first serial or count than noted is a refill.

        What cannot be is logged and changes nothing: a wrong number must not keep the kiosk from starting.
        """
        for tray in trays:
            now = self._fillings.current(tray.stock_type)
            if now is not None and (now.first_serial, now.sheets) == (tray.first_serial, tray.sheets):
                continue
            try:
                self.refill(tray.stock_type, tray.first_serial, tray.sheets)
            except StockError as error:
                log.error("stock_not_loaded", stock_type=tray.stock_type, reason=str(error))

    def _reconciliation(self, filling: Filling, counted: int | None) -> StockReconciliation:
        return StockReconciliation(
            stock_type=filling.stock_type,
            first_serial=filling.first_serial,
            last_serial=filling.last_serial,
            used=filling.used,
            spoiled=filling.spoiled,
            unknown=filling.unknown,
            remaining=filling.remaining,
            counted=counted,
            loaded_at=filling.loaded_at,
            closed_at=self._reports.now(),
        )
