"""Which catalogue is in force: the newest that can be read."""

from __future__ import annotations

import structlog

from kiosk_app.catalogue.services import Catalogue, CatalogueError, read_catalogue
from offline_cache.catalogue_cache import CatalogueCache

log = structlog.get_logger()


def read_in_force(cache: CatalogueCache) -> Catalogue | None:
    """Where the office's last one cannot be read, the proven one before it serves on; None where there is none.

    Raises StoreFailed.
    """
    for bundle in cache.in_order():
        try:
            found = read_catalogue(bundle)
        except CatalogueError as error:
            log.error("catalogue_unusable", version=bundle.version, error=str(error))
        else:
            cache.prove(bundle.version)
            return found
    return None
