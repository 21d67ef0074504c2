"""What comes down whole: only forward, only ours, and always something to fall back upon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk_app.catalogue.in_force import read_in_force
from offline_cache.announcements import Announcements, UntrustedAnnouncements, holding
from offline_cache.catalogue_cache import CatalogueCache, UntrustedCatalogue
from offline_cache.store import Store
from tests.offline_cache.samples import OFFICE_KEY, STORE_KEY, catalogue
from wire.announcements import Announcement, AnnouncementBundle, Severity, SignedAnnouncements
from wire.canonical import canonical_bytes
from wire.messages import CatalogueBundle, SignedCatalogue
from wire.signing import SigningKey
from wire.text import Bilingual

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
READABLE = {"services.tsv": "code\tclass\tzh\ten\nAA-07\t行政审批\t名\tname\n"}
UNREADABLE = {"services/AA-01/service.toml": "code = ["}


def numbered(serial: int, version: str, files: dict[str, str] = READABLE) -> SignedCatalogue:
    bundle = CatalogueBundle(version=version, files=files, serial=serial)
    return SignedCatalogue(bundle=bundle, signature=OFFICE_KEY.sign(canonical_bytes(bundle)))


def told(serial: int, *items: Announcement, key: SigningKey = OFFICE_KEY) -> SignedAnnouncements:
    bundle = AnnouncementBundle(serial=serial, announcements=items)
    return SignedAnnouncements(bundle=bundle, signature=key.sign(canonical_bytes(bundle)))


def sentence(name: str, severity: Severity = Severity.INFO, *, hours: int = 1) -> Announcement:
    until = NOON + timedelta(hours=hours)
    text = Bilingual(zh="字", en="word")
    return Announcement(id=name, text=text, severity=severity, shown_from=NOON - timedelta(hours=1), until=until)


@pytest.fixture
def cache(store: Store) -> CatalogueCache:
    return CatalogueCache(store, OFFICE_KEY.public())


def test_an_older_catalogue_rightly_signed_is_refused(cache: CatalogueCache) -> None:
    assert cache.put(numbered(7, "seven"))
    with pytest.raises(UntrustedCatalogue, match="number 6 is below 7"):
        cache.put(numbered(6, "six"))
    with pytest.raises(UntrustedCatalogue, match="number 0 is below 7"):
        cache.put(numbered(0, "unnumbered"))
    assert cache.current() == numbered(7, "seven").bundle


def test_the_floor_outlives_a_restart(path: Path) -> None:
    store = Store.open(path, STORE_KEY)
    CatalogueCache(store, OFFICE_KEY.public()).put(numbered(7, "seven"))
    store.close()
    store = Store.open(path, STORE_KEY)
    with pytest.raises(UntrustedCatalogue):
        CatalogueCache(store, OFFICE_KEY.public()).put(numbered(6, "six"))
    store.close()


def test_the_same_again_is_nothing_new_and_its_number_with_other_content_is_refused(cache: CatalogueCache) -> None:
    assert cache.put(numbered(7, "seven"))
    assert not cache.put(numbered(7, "seven"))
    with pytest.raises(UntrustedCatalogue, match="was given to seven"):
        cache.put(numbered(7, "other"))


def test_a_changed_number_does_not_pass_the_signature(cache: CatalogueCache) -> None:
    cache.put(numbered(7, "seven"))
    old = numbered(6, "six")
    forged = SignedCatalogue(bundle=old.bundle.model_copy(update={"serial": 8}), signature=old.signature)
    with pytest.raises(UntrustedCatalogue):
        cache.put(forged)


def test_a_catalogue_that_cannot_be_read_leaves_the_proven_one_in_force(cache: CatalogueCache) -> None:
    cache.put(numbered(1, "good"))
    first = read_in_force(cache)
    assert first is not None and first.version == "good"
    cache.put(numbered(2, "bad", UNREADABLE))
    cache.put(numbered(3, "worse", UNREADABLE))
    still = read_in_force(cache)
    assert still is not None and still.version == "good", "two bad ones in a row do not push the proven one out"
    cache.put(numbered(4, "mended"))
    mended = read_in_force(cache)
    assert mended is not None and mended.version == "mended"


def test_nothing_readable_at_all_is_no_catalogue(cache: CatalogueCache) -> None:
    assert read_in_force(cache) is None
    cache.put(numbered(1, "bad", UNREADABLE))
    assert read_in_force(cache) is None


def test_a_swap_that_fails_half_way_leaves_the_old_one_whole(store: Store, cache: CatalogueCache) -> None:
    cache.put(numbered(1, "one"))
    with pytest.raises(RuntimeError), store.transaction():
        cache.put(numbered(2, "two"))
        raise RuntimeError("power")
    assert cache.current() == numbered(1, "one").bundle
    assert cache.put(numbered(2, "two")), "the floor was undone with it"


def test_an_office_that_does_not_number_may_swap_as_before(cache: CatalogueCache) -> None:
    assert cache.put(catalogue("1"))
    assert cache.put(catalogue("2"))
    assert cache.put(numbered(9, "first numbered"))


def test_announcements_of_another_key_or_an_older_number_are_refused(store: Store) -> None:
    kept = Announcements(store, OFFICE_KEY.public())
    assert kept.put(told(5, sentence("a")))
    for bad in (told(6, sentence("b"), key=SigningKey.generate()), told(4, sentence("b")), told(5, sentence("b"))):
        with pytest.raises(UntrustedAnnouncements):
            kept.put(bad)
    assert [each.id for each in kept.all()] == ["a"]
    assert not kept.put(told(5, sentence("a")))
    assert kept.put(told(6))
    assert kept.all() == ()


def test_the_gravest_stand_first_and_the_expired_are_gone() -> None:
    everything = (
        sentence("info"),
        sentence("over", Severity.URGENT, hours=0),
        sentence("notice", Severity.NOTICE),
        sentence("urgent", Severity.URGENT),
    )
    assert [each.id for each in holding(everything, NOON)] == ["urgent", "notice", "info"]
    assert holding(everything, NOON + timedelta(hours=1)) == ()
    assert holding(everything, NOON - timedelta(hours=2)) == ()


def test_an_end_before_the_beginning_is_no_announcement() -> None:
    with pytest.raises(ValueError, match="until must be later"):
        sentence("never", hours=-2)
