"""What the office tells everybody: announcements.toml in its data folder, signed for the kiosks."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from approval_backend.catalogue.load import CatalogueError
from approval_backend.catalogue.numbering import serial_of
from approval_backend.store.engine import Store
from wire.announcements import MOST_ANNOUNCEMENTS, Announcement, AnnouncementBundle, SignedAnnouncements
from wire.canonical import canonical_bytes, content_sha256
from wire.signing import SigningKey

FILE = "announcements.toml"

log = structlog.get_logger()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    announcement: tuple[Announcement, ...] = ()


def read_announcements(path: Path) -> tuple[Announcement, ...]:
    """Those of the file; none without a file. Raises CatalogueError naming file, key and reason."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise CatalogueError(path.name, f"byte {error.start}", "is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(path.name, "", str(error)) from error
    try:
        found = _File.model_validate(raw).announcement
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CatalogueError(path.name, ".".join(str(part) for part in first["loc"]), first["msg"]) from error
    ids = [each.id for each in found]
    for each in ids:
        if ids.count(each) > 1:
            raise CatalogueError(path.name, f"announcement.{each}", "is used twice")
    if len(found) > MOST_ANNOUNCEMENTS:
        raise CatalogueError(path.name, "announcement", f"{len(found)} of them; at most {MOST_ANNOUNCEMENTS}")
    return found


class Publisher:
    """Signs the file anew when it changed; a file that is not in order leaves the last good one in force."""

    def __init__(self, store: Store, key: SigningKey, path: Path) -> None:
        self._store, self._key, self._path = store, key, path
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None  # modification time and size
        self._signed: SignedAnnouncements | None = None

    def current(self) -> SignedAnnouncements:
        """Raises CatalogueError only at the first call, when there is no good one to go on with."""
        with self._lock:
            stamp = self._stamp()
            if self._signed is None or stamp != self._seen:
                try:
                    self._signed = self._sign(read_announcements(self._path))
                except CatalogueError as error:
                    if self._signed is None:
                        raise
                    log.error("announcements.unusable", file=error.file, key=error.key, reason=error.reason)
                self._seen = stamp
            return self._signed

    def _sign(self, found: tuple[Announcement, ...]) -> SignedAnnouncements:
        version = content_sha256({"announcements": [each.model_dump(mode="json") for each in found]})
        bundle = AnnouncementBundle(serial=serial_of(self._store, "announcements", version), announcements=found)
        return SignedAnnouncements(bundle=bundle, signature=self._key.sign(canonical_bytes(bundle)))

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)
