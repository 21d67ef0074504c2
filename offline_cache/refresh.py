"""What comes down from the office for everybody: the catalogue of services, and announcements."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from offline_cache.announcements import Announcements, UntrustedAnnouncements
from offline_cache.catalogue_cache import CatalogueCache, UntrustedCatalogue
from offline_cache.office_client import ItemFault, OfficeClient, ServerFault
from offline_cache.office_watch import OfficeWatch
from offline_cache.pace import Pace
from offline_cache.store import Store
from offline_cache.sync_events import AnnouncementsChanged, CatalogueChanged, OfficeTrouble, SyncEvent
from wire.signing import VerifyKey

log = structlog.get_logger()


class Refresh:
    """Runs on the sending thread, after what had to be sent."""

    def __init__(
        self,
        store: Store,
        client: OfficeClient,
        office_key: VerifyKey,
        watch: OfficeWatch,
        pace: Pace,
        emit: Callable[[SyncEvent], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._client = client
        self._watch = watch
        self._pace = pace
        self._emit = emit
        self._monotonic = monotonic
        self._catalogue = CatalogueCache(store, office_key)
        self._announcements = Announcements(store, office_key)
        self._due_at = float("-inf")

    def run(self) -> None:
        """Fetch what is due. Raises AuthorisationFault, Throttled, and ServerFault from an office that refused us
        before: nothing else tells whether it still does.
        """
        if self._monotonic() < self._due_at and not self._watch.refused:
            return
        try:
            for fetch in (self._fetch_catalogue, self._fetch_announcements):
                try:
                    fetch()
                except ItemFault as fault:
                    log.warning("refresh_refused", fetch=fetch.__name__, status=fault.problem.status)
        except ServerFault as fault:
            if self._watch.refused:
                raise
            # What is queued must not wait for it: applications go without a new catalogue.
            log.warning("refresh_failed", detail=str(fault))
            self._due_at = self._monotonic() + min(self._pace.recovery_s, self._pace.catalogue_s)
            self._watch.look_again()
            return
        self._due_at = self._monotonic() + self._pace.catalogue_s
        self._watch.accepted_call()

    def _fetch_catalogue(self) -> None:
        signed = self._client.catalogue()
        try:
            changed = self._catalogue.put(signed)
        except UntrustedCatalogue as error:
            log.error("catalogue_untrusted", version=signed.bundle.version)
            self._emit(OfficeTrouble("untrusted_catalogue", str(error)))
        else:
            if changed:
                self._emit(CatalogueChanged(signed.bundle.version))

    def _fetch_announcements(self) -> None:
        signed = self._client.announcements()
        try:
            changed = self._announcements.put(signed)
        except UntrustedAnnouncements as error:
            log.error("announcements_untrusted", serial=signed.bundle.serial)
            self._emit(OfficeTrouble("untrusted_announcements", str(error)))
        else:
            if changed:
                self._emit(AnnouncementsChanged(signed.bundle.serial))
