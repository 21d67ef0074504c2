"""One leased envelope to the office: its materials first, then itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offline_cache.blobs import MaterialUnreadable
from offline_cache.items import Lease, OutboxState, UnknownEnvelope
from offline_cache.office_client import ItemFault, OfficeClient, Reason, ServerFault
from offline_cache.outbox import Outbox
from offline_cache.uploads import UploadPaused, upload_material
from wire.messages import Acknowledgement, EnvelopeKind, Problem
from wire.uploads import LARGE_MATERIAL_BYTES

# Only with these, and in the office's own words, is an item itself refused. A 404 or 405 is an office without that
# road: sent there, a whole queue would die of one wrong address.
DEAD_LETTER_STATUS = frozenset({400, 409, 413, 415, 422})
FOLLOW_UPS = frozenset({EnvelopeKind.PRINT_REPORT, EnvelopeKind.HUMAN_REVIEW})
UNREADABLE = Problem(
    type="urn:kiosk-never-closes:problem:material-unreadable",
    title="A captured page cannot be read from this kiosk's disk any more",
    status=500,
)


@dataclass(frozen=True)
class Postponed:
    """Not sent: it follows up an application that the office does not have yet, and would refuse it."""

    application_id: str


class GaveWay(Exception):
    """Somebody began to wait at the screen, for something else: that goes first."""


def deliver(
    lease: Lease, outbox: Outbox, client: OfficeClient, give_way: Callable[[], bool] = lambda: False
) -> Acknowledgement | Problem | Postponed:
    """The office's answer: taken in, refused for good, or not to be asked yet. ``settle`` writes it down.

    Raises ServerFault, AuthorisationFault, Throttled or GaveWay with the lease still held; what was uploaded stays
    uploaded.
    """
    ahead = _waits_for(lease, outbox)
    if ahead is not None:
        return Postponed(ahead)
    try:
        try:
            return _send(lease, outbox, client, give_way)
        except ItemFault as fault:
            if not fault.materials_missing:
                raise
            # It confirmed these pages once and lost them since: once more from the start.
            outbox.send_materials_again(lease.id)
            return _send(lease, outbox, client, give_way)
    except MaterialUnreadable:
        return UNREADABLE
    except UploadPaused as paused:
        raise GaveWay from paused
    except ItemFault as fault:
        if fault.materials_missing:
            raise ServerFault("the office loses the pages that it confirms", Reason.OFFICE_FAILED) from fault
        if fault.problem.status not in DEAD_LETTER_STATUS:
            raise ServerFault(f"status {fault.problem.status} for what it should know", Reason.UNEXPECTED) from fault
        return fault.problem


def settle(lease: Lease, outbox: Outbox, answer: Acknowledgement | Problem) -> None:
    """Accepted, or a dead letter; durable when this returns, or with the caller's transaction."""
    if isinstance(answer, Acknowledgement):
        outbox.accept(lease.id, answer)
    else:
        outbox.reject(lease.id, answer)


def _send(lease: Lease, outbox: Outbox, client: OfficeClient, give_way: Callable[[], bool]) -> Acknowledgement:
    sent: list[str] = []
    try:
        for material in outbox.unsent_materials(lease.id):
            if material.size_bytes > LARGE_MATERIAL_BYTES:
                upload_material(client, material, lambda: not give_way())
                outbox.material_sent(lease.id, material.sha256)
            else:
                client.put_material(material.sha256, material.media_type, material.data)
                sent.append(material.sha256)  # a commit each would cost more than sending it twice after a kill
            if give_way():
                raise GaveWay
        return client.intake(lease.envelope)
    except BaseException:
        for sha256 in sent:
            outbox.material_sent(lease.id, sha256)
        raise


def _waits_for(lease: Lease, outbox: Outbox) -> str | None:
    """The application that must be at the office before this: also a dead letter is not there."""
    if lease.envelope.sealed.kind not in FOLLOW_UPS:
        return None
    application_id = str(lease.envelope.sealed.body.get("application_id", ""))
    try:
        there = outbox.get(application_id).state is OutboxState.ACCEPTED
    except UnknownEnvelope:
        return None  # sealed before this store was made; the office will say
    return None if there else application_id
