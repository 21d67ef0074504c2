"""One leased envelope to the office: its materials first, then itself."""

from __future__ import annotations

from offline_cache.items import Lease
from offline_cache.office_client import ItemFault, OfficeClient
from offline_cache.outbox import Outbox
from wire.messages import Acknowledgement, Problem


def deliver(lease: Lease, outbox: Outbox, client: OfficeClient) -> Acknowledgement | Problem:
    """The office's answer, already written down: accepted, or refused for good.

    Raises ServerFault, AuthorisationFault or Throttled with the lease still held; what was uploaded stays uploaded.
    """
    try:
        try:
            ack = _send(lease, outbox, client)
        except ItemFault as fault:
            if not fault.materials_missing:
                raise
            # It confirmed these pages once and lost them since. Once more from the start; a second time is a refusal.
            outbox.send_materials_again(lease.id)
            ack = _send(lease, outbox, client)
    except ItemFault as fault:
        outbox.reject(lease.id, fault.problem)
        return fault.problem
    outbox.accept(lease.id, ack)
    return ack


def _send(lease: Lease, outbox: Outbox, client: OfficeClient) -> Acknowledgement:
    for material in outbox.unsent_materials(lease.id):
        client.put_material(material.sha256, material.media_type, material.data)
        outbox.material_sent(lease.id, material.sha256)
    return client.intake(lease.envelope)
