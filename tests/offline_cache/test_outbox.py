from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.outbox import (
    LEASE_S,
    AcknowledgementMismatch,
    Outbox,
    OutboxState,
    SealConflict,
    SealRefused,
    UnknownEnvelope,
)
from offline_cache.personal import payload_context
from offline_cache.store import Store, StoreFailed
from tests.offline_cache.samples import (
    CANARY,
    DEVICE_ID,
    DEVICE_KEY,
    HOLDER,
    STORE_KEY,
    acknowledgement,
    application,
    print_report,
)
from wire.canonical import bytes_sha256, canonical_bytes
from wire.envelopes import seal
from wire.messages import PrintReport, Problem

PROBLEM = Problem(title="refused", status=422)


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store)


def test_a_sealed_envelope_is_there_after_a_restart(outbox: Outbox, store: Store, path: Path) -> None:
    envelope, pages = application(b"page one", b"page two")
    outbox.seal(envelope, pages)
    store.close()
    again = Store.open(path, STORE_KEY)
    item = Outbox(again).get(envelope.sealed.id)
    assert item.envelope == envelope
    assert item.state is OutboxState.SEALED
    assert {material.sha256: material.data for material in Outbox(again).unsent_materials(item.id)} == pages
    again.close()


def test_the_payload_is_the_canonical_form(outbox: Outbox, store: Store) -> None:
    envelope, pages = application(b"page")
    outbox.seal(envelope, pages)
    (row,) = store.rows("SELECT subject, payload FROM outbox")
    payload = store.subjects.unseal(row["subject"], row["payload"], payload_context(envelope.sealed.id))
    assert payload == canonical_bytes(envelope)


def test_a_missing_page_is_refused_and_nothing_is_kept(outbox: Outbox) -> None:
    envelope, _ = application(b"page")
    with pytest.raises(SealRefused):
        outbox.seal(envelope, {})
    assert sum(outbox.counts().values()) == 0


def test_a_page_of_other_content_is_refused(outbox: Outbox) -> None:
    envelope, pages = application(b"page")
    with pytest.raises(SealRefused):
        outbox.seal(envelope, dict.fromkeys(pages, b"egap"))


def test_a_page_that_nobody_named_is_refused(outbox: Outbox) -> None:
    with pytest.raises(SealRefused):
        outbox.seal(print_report(), {bytes_sha256(b"x"): b"x"})


def test_content_that_does_not_match_its_hash_is_refused(outbox: Outbox) -> None:
    envelope = print_report().model_copy(update={"content_sha256": "0" * 64})
    with pytest.raises(SealRefused):
        outbox.seal(envelope)


def test_sealing_again_changes_nothing(outbox: Outbox) -> None:
    envelope, pages = application(b"page")
    outbox.seal(envelope, pages)
    outbox.seal(envelope, pages)
    assert outbox.counts()[OutboxState.SEALED] == 1


def test_an_id_means_one_content_for_ever(outbox: Outbox) -> None:
    first = print_report()
    outbox.seal(first)
    body = PrintReport.model_validate(first.sealed.body | {"outcome": "unknown"})
    other = seal(body, DEVICE_ID, DEVICE_KEY, envelope_id=first.sealed.id)
    with pytest.raises(SealConflict):
        outbox.seal(other)
    assert outbox.get(first.sealed.id).envelope == first


def test_a_sealed_payload_cannot_be_changed_even_by_sql(outbox: Outbox, store: Store) -> None:
    outbox.seal(print_report())
    for sql in ("UPDATE outbox SET payload = x'00'", "UPDATE outbox SET content_sha256 = 'x'", "DELETE FROM outbox"):
        with pytest.raises(StoreFailed), store.transaction() as database:
            database.execute(sql)


def test_the_oldest_goes_first(outbox: Outbox) -> None:
    envelopes = [print_report() for _ in range(3)]
    for envelope in envelopes:
        outbox.seal(envelope)
    leases = [outbox.lease_next(0.0) for _ in envelopes]
    assert [lease.envelope for lease in leases if lease] == envelopes
    assert outbox.lease_next(0.0) is None


def test_somebody_at_the_screen_goes_first_until_they_leave(outbox: Outbox) -> None:
    old, waiting = print_report(), print_report()
    outbox.seal(old)
    outbox.seal(waiting, priority=1)
    lease = outbox.lease_next(0.0)
    assert lease
    assert lease.envelope == waiting
    outbox.release(lease.id, 0.0, 0.0)
    outbox.nobody_waits()
    lease = outbox.lease_next(0.0)
    assert lease
    assert lease.envelope == old


def test_a_lease_keeps_others_away_and_runs_out(outbox: Outbox) -> None:
    outbox.seal(print_report())
    first = outbox.lease_next(100.0)
    assert first
    assert outbox.lease_next(100.0 + LEASE_S - 1) is None
    second = outbox.lease_next(100.0 + LEASE_S)
    assert second
    assert (second.id, second.attempt) == (first.id, 2)


def test_a_lease_of_a_killed_process_is_free_at_the_next_start(outbox: Outbox, store: Store, path: Path) -> None:
    outbox.seal(print_report())
    lease = outbox.lease_next(1e9)  # a monotonic time that the next boot will not reach for 30 years
    assert lease
    store.close()
    again = Store.open(path, STORE_KEY)
    found = Outbox(again).lease_next(0.0)
    assert found
    assert found.id == lease.id
    again.close()


def test_a_released_one_waits_and_others_pass(outbox: Outbox) -> None:
    first, second = print_report(), print_report()
    outbox.seal(first)
    outbox.seal(second)
    lease = outbox.lease_next(0.0)
    assert lease
    outbox.release(lease.id, 30.0, 0.0)
    passing = outbox.lease_next(29.0)
    assert passing
    assert passing.envelope == second
    outbox.accept(second.sealed.id, acknowledgement(second))
    assert outbox.due_in(10.0) == 20.0
    outbox.hasten(15.0)
    assert outbox.due_in(10.0) == 5.0
    assert outbox.lease_next(15.0)


def test_only_the_same_id_and_hash_are_an_acknowledgement(outbox: Outbox) -> None:
    envelope, other = print_report(), print_report()
    outbox.seal(envelope)
    for ack in (acknowledgement(other), acknowledgement(envelope).model_copy(update={"content_sha256": "0" * 64})):
        with pytest.raises(AcknowledgementMismatch):
            outbox.accept(envelope.sealed.id, ack)
    assert outbox.counts()[OutboxState.SEALED] == 1


def test_after_the_acknowledgement_the_kiosk_forgets_the_content(outbox: Outbox, store: Store) -> None:
    envelope, pages = application(b"page")
    outbox.seal(envelope, pages)
    outbox.accept(envelope.sealed.id, acknowledgement(envelope))
    outbox.accept(envelope.sealed.id, acknowledgement(envelope))
    item = outbox.get(envelope.sealed.id)
    assert item.envelope is None
    assert item.ack == acknowledgement(envelope)
    assert store.rows("SELECT * FROM envelope_materials") == []
    assert list(store.blobs.folder.glob("*/*")) == []


def test_a_page_that_another_envelope_needs_stays(outbox: Outbox) -> None:
    first, pages = application(b"page")
    second, _ = application(b"page")
    outbox.seal(first, pages)
    outbox.seal(second, pages)
    outbox.accept(first.sealed.id, acknowledgement(first))
    assert [material.data for material in outbox.unsent_materials(second.sealed.id)] == [b"page"]


def test_a_dead_letter_is_visible_whole_and_can_be_put_back(outbox: Outbox) -> None:
    envelope, pages = application(b"page")
    outbox.seal(envelope, pages)
    outbox.lease_next(0.0)
    outbox.reject(envelope.sealed.id, PROBLEM)
    (dead,) = outbox.dead_letters()
    assert (dead.id, dead.problem) == (envelope.sealed.id, PROBLEM)
    assert outbox.get(dead.id).envelope == envelope
    assert outbox.oldest_unsent() is None
    assert outbox.lease_next(1e6) is None
    outbox.put_back(dead.id)
    assert outbox.dead_letters() == ()
    assert outbox.unsent_materials(dead.id)
    assert outbox.lease_next(0.0)


def test_a_late_refusal_does_not_undo_an_acceptance(outbox: Outbox) -> None:
    envelope = print_report()
    outbox.seal(envelope)
    outbox.accept(envelope.sealed.id, acknowledgement(envelope))
    outbox.reject(envelope.sealed.id, PROBLEM)
    assert outbox.get(envelope.sealed.id).state is OutboxState.ACCEPTED


def test_the_oldest_unsent_is_told(outbox: Outbox) -> None:
    assert outbox.oldest_unsent() is None
    first, second = print_report(), print_report()
    outbox.seal(first)
    outbox.seal(second, priority=9)
    assert outbox.oldest_unsent() == first.sealed.sealed_at


def test_an_unknown_id_is_a_named_error(outbox: Outbox) -> None:
    with pytest.raises(UnknownEnvelope):
        outbox.get("nobody")


def test_nothing_personal_shows_in_a_repr(outbox: Outbox) -> None:
    envelope, pages = application(CANARY.encode())
    outbox.seal(envelope, pages)
    shown = repr([outbox.lease_next(0.0), outbox.get(envelope.sealed.id), outbox.unsent_materials(envelope.sealed.id)])
    assert CANARY not in shown
    assert HOLDER not in shown
