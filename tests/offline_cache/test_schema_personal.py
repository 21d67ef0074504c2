"""A file of version 1 is carried over whole, and what was personal in it is closed under its person's key."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_cache.catalogue_cache import CatalogueCache
from offline_cache.decisions import Decisions
from offline_cache.documents import Documents, DocumentState
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.stock import Stock
from offline_cache.store import Store, StoreFailed
from tests.offline_cache.samples import CANARY, HOLDER, OFFICE_KEY, STORE_KEY
from tests.offline_cache.traces import pages, traces
from tests.offline_cache.version_one import QUOTED, VersionOne, write_version_one


@pytest.fixture
def old(path: Path) -> VersionOne:
    return write_version_one(path)


def test_every_table_is_carried_over(old: VersionOne, store: Store) -> None:
    outbox = Outbox(store)
    waiting, dead = outbox.get(old.waiting.sealed.id), outbox.get(old.dead.sealed.id)
    assert (waiting.envelope, waiting.state, waiting.attempts) == (old.waiting, OutboxState.SEALED, 3)
    assert outbox.get(old.report.sealed.id).envelope == old.report
    assert (dead.envelope, dead.state) == (old.dead, OutboxState.REJECTED)
    assert dead.problem is not None and dead.problem.title == QUOTED
    accepted = outbox.get(old.accepted.sealed.id)
    assert accepted.ack is not None and accepted.envelope is None
    (unsent,) = outbox.unsent_materials(old.waiting.sealed.id)  # the other one was sent before
    assert unsent.data == old.pages[unsent.sha256] and unsent.size_bytes == len(unsent.data)
    assert len(outbox.unsent_materials(old.dead.sealed.id)) == 1
    assert Decisions(store).get(old.accepted.sealed.id) == old.decided
    assert Documents(store).collectable(HOLDER) == (old.collectable,)
    printed = Documents(store).document(old.printed.order.order_id)
    assert (printed.signed, printed.state, printed.stock_serial) == (old.printed, DocumentState.PRINTED, "LA 0001")
    assert Stock(store).remaining("a3") == 9
    assert CatalogueCache(store, OFFICE_KEY.public()).current() == old.catalogue.bundle


def test_order_and_ids_go_on_where_they_were(old: VersionOne, store: Store) -> None:
    outbox = Outbox(store)
    first, second = outbox.lease_next(0.0), outbox.lease_next(0.0)
    assert first and second
    assert (first.id, second.id) == (old.waiting.sealed.id, old.report.sealed.id)
    Documents(store).add(old.printed)  # known and printed: again is nothing
    assert Documents(store).collectable(HOLDER) == (old.collectable,)


def test_what_was_carried_over_belongs_to_its_person(old: VersionOne, store: Store) -> None:
    waiting = {item.id for item in Outbox(store).waiting_of(HOLDER)}
    assert waiting == {old.waiting.sealed.id, old.dead.sealed.id}


def test_not_even_the_store_key_shows_it_afterwards(old: VersionOne, store: Store, path: Path) -> None:
    """In the pages of the file and of its log, freed ones too; the copy from before goes with the next start."""
    canaries = (CANARY, HOLDER, QUOTED, b"\xff\xd8 page one" * 2)
    store.close()
    copy = path.with_name("kiosk.db.v1")
    assert traces(pages(copy, STORE_KEY), canaries), "the control: the older file did show it"
    Store.open(path, STORE_KEY).close()
    assert not copy.exists()
    assert traces(pages(path, STORE_KEY), canaries) == []


def test_a_migration_that_fails_leaves_the_old_file_as_it_was(
    old: VersionOne, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise StoreFailed("materials: No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StoreFailed):
        patch.setattr("offline_cache.blobs.Blobs.write", full)
        Store.open(path, STORE_KEY)
    store = Store.open(path, STORE_KEY)
    assert Outbox(store).get(old.waiting.sealed.id).envelope == old.waiting
    store.close()
