"""Documents to collect: each signed order becomes paper once, and what nobody knows stays with staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from offline_cache.personal import document_context
from offline_cache.stock import Stock
from offline_cache.store import Store
from offline_cache.subject_keys import Erased
from wire.canonical import canonical_bytes
from wire.messages import DocumentOrder, PrintOutcome, SignedOrder


class DocumentState(StrEnum):
    COLLECTABLE = "collectable"
    PRINTING = "printing"  # written before the printer gets anything; after a kill -9 nobody knows what it did
    PRINTED = "printed"
    UNKNOWN = "unknown"  # staff decide


RESTORED = "store.restored"  # reason of an order whose paper, if any, was made before the store was restored


class UnknownOrder(KeyError):
    """No order of this id is kept here."""


class NotCollectable(Exception):
    """The order is being printed, was printed, or is in the hands of staff."""


class NotPrinting(Exception):
    """An outcome for an order that is not being printed."""


class OrderConflict(Exception):
    """The order id is taken by other content."""


@dataclass(frozen=True)
class Document:
    """An order and how far it came. ``job`` is the spooler's name for it, ``reason`` the last fault code."""

    signed: SignedOrder = field(repr=False)
    state: DocumentState
    job: str | None
    stock_serial: str | None
    reason: str


_NEXT = {
    PrintOutcome.PRINTED: DocumentState.PRINTED,
    PrintOutcome.NOT_PRINTED: DocumentState.COLLECTABLE,
    PrintOutcome.UNKNOWN: DocumentState.UNKNOWN,
}


class Documents:
    """Orders must be verified before they come here (the sync does). All may raise StoreFailed; all join the caller's
    transaction: settle an order and seal its PrintReport in one ``store.transaction()``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stock = Stock(store)

    def add(self, signed: SignedOrder) -> None:
        """Keep an order for collection; again is nothing. Raises OrderConflict for a known id with other content."""
        order = signed.order
        with self._store.transaction() as database:
            holder = self._store.subjects.key_for(order.holder_id_number)
            box = holder.seal(canonical_bytes(signed), document_context(order.order_id))
            inserted = database.execute(
                "INSERT INTO documents (order_id, application_id, holder, stock_type, signed, state)"
                " VALUES (?, ?, ?, ?, ?, 'collectable') ON CONFLICT (order_id) DO NOTHING",
                (order.order_id, order.application_id, holder.handle, order.stock_type, box),
            )
            # The kiosk of before the restore may have had this order, and printed it: that is for staff to find out.
            database.execute(
                "UPDATE documents SET state = 'unknown', reason = ? WHERE order_id = ? AND ? AND application_id IN"
                " (SELECT id FROM outbox WHERE seq <= (SELECT max(outbox_seq) FROM restores))",
                (RESTORED, order.order_id, inserted.rowcount),
            )
            if inserted.rowcount == 0:
                self._refuse_other_content(order)

    def collectable(self, holder_id_number: str) -> tuple[SignedOrder, ...]:
        """What waits for paper for the holder of this card, oldest first."""
        holder = self._store.subjects.find(holder_id_number)
        if holder is None:
            return ()
        found = self._documents("holder = ? AND state = 'collectable'", (holder.handle,))
        return tuple(document.signed for document in found)

    def begin_printing(self, order_id: str, *, numbered: bool = True) -> str | None:
        """Durably say "this one is at the printer", before the printer gets a byte; gives the stock serial it will use.

        ``numbered=False`` for plain paper: no sheet is taken, None is given. Raises UnknownOrder, NotCollectable, and
        OutOfStock, with nothing changed.
        """
        with self._store.transaction() as database:
            state = self._state(order_id)
            if state is not DocumentState.COLLECTABLE:
                raise NotCollectable(f"order {order_id} is {state}")
            serial = self._stock.take(order_id) if numbered else None
            database.execute(
                "UPDATE documents SET state = 'printing', job = NULL, reason = '', stock_serial = ? WHERE order_id = ?",
                (serial, order_id),
            )
        return serial

    def job_submitted(self, order_id: str, job: str) -> None:
        """Note the spooler's name for the job, so that a restart can ask it. Raises NotPrinting."""
        with self._store.transaction() as database:
            self._printing(order_id)
            database.execute("UPDATE documents SET job = ? WHERE order_id = ?", (job, order_id))

    def settle(self, order_id: str, outcome: PrintOutcome, reason: str = "", stock_serial: str | None = None) -> None:
        """What became of the paper: printed (never again), not printed (collectable again), unknown (staff only).

        ``stock_serial`` is the sheet that is gone, spoiled ones too. None with NOT_PRINTED puts the taken sheet back
        into the count. The same outcome again changes nothing. Raises NotPrinting, UnknownOrder.
        """
        with self._store.transaction() as database:
            if self._state(order_id) is _NEXT[outcome]:
                return
            self._printing(order_id)
            self._write(database, order_id, outcome, reason, stock_serial)

    def settle_by_staff(self, order_id: str, outcome: PrintOutcome, reason: str) -> None:
        """Staff looked for the paper of an order in state unknown. Raises NotPrinting for any other state."""
        with self._store.transaction() as database:
            document = self.document(order_id)
            if document.state is not DocumentState.UNKNOWN or outcome is PrintOutcome.UNKNOWN:
                raise NotPrinting(f"order {order_id} is {document.state}: nothing for staff to settle")
            self._write(database, order_id, outcome, reason, document.stock_serial)

    def interrupted(self) -> tuple[Document, ...]:
        """Orders found at the printer at the start, before anything is printed: a killed process left them there."""
        return self._documents("state = 'printing'", ())

    def with_staff(self) -> tuple[Document, ...]:
        """Orders whose outcome nobody knows."""
        return self._documents("state = 'unknown'", ())

    def order(self, order_id: str) -> SignedOrder:
        """Raises UnknownOrder, Erased."""
        return self.document(order_id).signed

    def document(self, order_id: str) -> Document:
        """Raises UnknownOrder, and Erased once the holder was."""
        found = self._documents("order_id = ?", (order_id,))
        if not found:
            raise UnknownOrder(order_id)
        return found[0]

    def _printing(self, order_id: str) -> None:
        state = self._state(order_id)
        if state is not DocumentState.PRINTING:
            raise NotPrinting(f"order {order_id} is {state}")

    def _state(self, order_id: str) -> DocumentState:
        rows = self._store.rows("SELECT state FROM documents WHERE order_id = ?", (order_id,))
        if not rows:
            raise UnknownOrder(order_id)
        return DocumentState(rows[0]["state"])

    def _refuse_other_content(self, order: DocumentOrder) -> None:
        """The order is compared, not the signature: ECDSA gives the same order another one each time."""
        try:
            known = self.order(order.order_id)
        except Erased:  # printed and long collected; there is nothing left to compare, and it is not printed again
            return
        if known.order != order:
            raise OrderConflict(order.order_id)

    def _write(self, database: Any, order_id: str, outcome: PrintOutcome, reason: str, serial: str | None) -> None:
        self._stock.account(order_id, outcome, sheet_gone=serial is not None)
        database.execute(
            "UPDATE documents SET state = ?, reason = ?,"
            " stock_serial = coalesce(?, CASE WHEN ? THEN NULL ELSE stock_serial END) WHERE order_id = ?",
            (_NEXT[outcome].value, reason, serial, outcome is PrintOutcome.NOT_PRINTED, order_id),
        )

    def _documents(self, where: str, parameters: tuple[object, ...]) -> tuple[Document, ...]:
        rows = self._store.rows(f"SELECT * FROM documents WHERE {where} ORDER BY seq", parameters)
        return tuple(
            Document(
                signed=self._signed(row),
                state=DocumentState(row["state"]),
                job=row["job"],
                stock_serial=row["stock_serial"],
                reason=row["reason"],
            )
            for row in rows
        )

    def _signed(self, row: dict[str, Any]) -> SignedOrder:
        if row["signed"] is None:
            raise Erased(row["holder"])
        context = document_context(row["order_id"])
        return SignedOrder.model_validate_json(self._store.subjects.unseal(row["holder"], row["signed"], context))
