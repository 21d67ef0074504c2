"""The office's answer to a bundle, carried back: its items become accepted, or dead letters, without a network."""

from __future__ import annotations

from dataclasses import dataclass

from offline_cache.items import AcknowledgementMismatch, OutboxState, UnknownEnvelope
from offline_cache.outbox import Outbox
from offline_cache.store import Store
from wire.transfer import TransferReceipt

_TRY_AGAIN = ("materials-missing", "device-unknown")  # refusals that say nothing against the item


@dataclass(frozen=True)
class Imported:
    """Counts. ``known``: the office had said so before, over the network or in an earlier receipt."""

    accepted: int
    known: int
    refused: int
    waiting: int  # refused for a reason that the next bundle or the network mends
    foreign: tuple[str, ...]  # ids that this kiosk never sealed, or with other content: nothing was done with them


def take_receipt(store: Store, receipt: TransferReceipt) -> Imported:
    """All in one durable transaction. The caller has checked signature and kiosk. Raises StoreFailed."""
    outbox = Outbox(store)
    accepted = known = refused = waiting = 0
    foreign: list[str] = []
    with store.transaction():
        for ack in receipt.acknowledgements:
            try:
                before = outbox.get(ack.id).state
                outbox.accept(ack.id, ack)
            except (UnknownEnvelope, AcknowledgementMismatch):
                foreign.append(ack.id)
                continue
            accepted, known = (accepted, known + 1) if before is OutboxState.ACCEPTED else (accepted + 1, known)
        for refusal in receipt.refusals:
            try:
                before = outbox.get(refusal.id).state
            except UnknownEnvelope:
                foreign.append(refusal.id)
                continue
            if before not in (OutboxState.SEALED, OutboxState.SENDING):
                known += 1
            elif refusal.problem.type.endswith(_TRY_AGAIN):
                waiting += 1
                outbox.send_materials_again(refusal.id)
            else:
                refused += 1
                outbox.reject(refusal.id, refusal.problem)
    return Imported(accepted, known, refused, waiting, tuple(foreign))
