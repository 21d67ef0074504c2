"""Announcements and catalogue as the worker fetches them from an office that really listens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from offline_cache.announcements import Announcements
from offline_cache.store import Store
from offline_cache.sync_events import AnnouncementsChanged, CatalogueChanged, OfficeTrouble, OnlineChanged
from tests.offline_cache.office import Office
from tests.offline_cache.samples import OFFICE_KEY
from tests.offline_cache.test_signed_bundles import numbered, sentence, told
from tests.offline_cache.test_sync import Kiosk
from wire.signing import SigningKey


@pytest.fixture
def kiosk(store: Store, office: Office) -> Iterator[Kiosk]:
    kiosk = Kiosk(store, office)
    yield kiosk
    kiosk.worker.stop()


def look_again(kiosk: Kiosk) -> None:
    kiosk.worker._refresh._due_at = float("-inf")
    kiosk.worker.wake()


def test_announcements_arrive_and_stay_without_a_network(kiosk: Kiosk, office: Office) -> None:
    office.announcements = told(3, sentence("works"))
    kiosk.worker.start()
    kiosk.wait_for(AnnouncementsChanged(3))
    office.stop()
    kiosk.wait_for(OnlineChanged(False))
    assert [each.id for each in Announcements(kiosk.store, OFFICE_KEY.public()).all()] == ["works"]


def test_an_office_that_has_none_does_not_stop_the_catalogue(kiosk: Kiosk, office: Office) -> None:
    office.catalogue = numbered(5, "five")
    kiosk.worker.start()
    kiosk.wait_for(CatalogueChanged("five"), OnlineChanged(True))
    assert not [event for event in kiosk.events if isinstance(event, OfficeTrouble)]


def test_what_is_played_back_or_forged_is_told_to_the_technician_and_not_kept(kiosk: Kiosk, office: Office) -> None:
    office.catalogue, office.announcements = numbered(5, "five"), told(5, sentence("new"))
    kiosk.worker.start()
    kiosk.wait_for(CatalogueChanged("five"), AnnouncementsChanged(5))
    office.catalogue, office.announcements = numbered(4, "four"), told(6, sentence("forged"), key=SigningKey.generate())
    look_again(kiosk)
    kiosk.wait_for(OfficeTrouble)
    kiosk.wait_until(lambda: {"untrusted_catalogue", "untrusted_announcements"} <= troubles(kiosk))
    assert [each.id for each in Announcements(kiosk.store, OFFICE_KEY.public()).all()] == ["new"]


def troubles(kiosk: Kiosk) -> set[str]:
    return {event.code for event in kiosk.events if isinstance(event, OfficeTrouble)}
