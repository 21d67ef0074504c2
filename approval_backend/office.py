"""Composition root of the office: every part built from a data folder and a public address."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from approval_backend.catalogue.announcements import FILE as ANNOUNCEMENTS_FILE
from approval_backend.catalogue.announcements import Publisher
from approval_backend.catalogue.check import check_catalogue
from approval_backend.catalogue.load import SHIPPED, load_catalogue
from approval_backend.catalogue.model import Catalogue
from approval_backend.catalogue.numbering import serial_of
from approval_backend.e_licences.library import Librarian, Library
from approval_backend.e_licences.seal_key import SealKey
from approval_backend.intake.progress import note_earlier
from approval_backend.intake.tus import Parts, Sweeper
from approval_backend.licences.issue import Issuer
from approval_backend.review.decide import Bench
from approval_backend.review.ocr import DocumentReader
from approval_backend.review.standards import ReviewStandards
from approval_backend.review.waiting import DecisionBell
from approval_backend.review.worker import ReviewWorker
from approval_backend.store.engine import DatabaseAddressError, Store
from wire.canonical import canonical_bytes
from wire.messages import CatalogueBundle, SignedCatalogue
from wire.signing import SigningKey
from wire.transfer_key import TransferKey

DATABASE_URL_FILE = "database.url"


class OfficeBusy(RuntimeError):
    """Another process serves this data folder."""


def open_store(data: Path) -> Store:
    """The database: the one that ``database.url`` in the data folder names, else SQLite there, made if it is not there.

    Raises DatabaseAddressError, SchemaError, RuntimeError (old SQLite).
    """
    named = data / DATABASE_URL_FILE
    if named.exists():
        return Store(named.read_text(encoding="utf-8").strip())
    return Store(data / "office.db")


def has_office(data: Path) -> bool:
    """Whether an office was made in this folder."""
    return (data / "office.db").exists() or (data / DATABASE_URL_FILE).exists()


def keep_database_url(data: Path, address: str) -> None:
    """Remembers where the database is, for every later command; readable by the owner only, it may hold a password."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (data / "office.db").exists():
        raise DatabaseAddressError(
            f"{data} has an office in SQLite already: choose an empty --data, or import it first"
        )
    named = data / DATABASE_URL_FILE
    named.touch(mode=0o600)
    named.write_text(address + "\n", encoding="utf-8")


def office_key(data: Path) -> SigningKey:
    """The office's signing key, made at first use."""
    return SigningKey.load_or_create(data / "office_key.pem")


def transfer_key(data: Path) -> TransferKey:
    """The office's key for bundles that are carried by hand, made at first use."""
    return TransferKey.load_or_create(data / "transfer_key.pem")


@dataclass(frozen=True)
class Office:
    """The parts of a serving office."""

    store: Store
    catalogue: Catalogue
    signed_catalogue: SignedCatalogue
    announcements: Publisher
    key: SigningKey
    bell: DecisionBell
    reader: DocumentReader
    worker: ReviewWorker
    uploads: Parts
    sweeper: Sweeper
    librarian: Librarian
    lock: int  # file descriptor that holds the data folder

    @classmethod
    def open(cls, data: Path, public_url: str, catalogue_folder: Path = SHIPPED) -> Office:
        """Nothing runs until ``start``. Raises CatalogueError, OfficeBusy, SealUnusable, RuntimeError (old SQLite)."""
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = _hold(data / "serving.lock")
        for problem in check_catalogue(catalogue_folder):
            raise problem  # a catalogue that is not in order is not served
        catalogue = load_catalogue(catalogue_folder)
        key = office_key(data)
        transfer_key(data)
        store, bell, reader = open_store(data), DecisionBell(), DocumentReader()
        serial = serial_of(store, "catalogue", catalogue.version)
        bundle = CatalogueBundle(version=catalogue.version, files=catalogue.files, serial=serial)
        note_earlier(store)
        announcements = Publisher(store, key, data / ANNOUNCEMENTS_FILE)
        announcements.current()  # a file that is not in order is named at the start
        bench = Bench(
            store=store,
            catalogue=catalogue,
            standards={code: ReviewStandards(offered.standards) for code, offered in catalogue.services.items()},
            reader=reader,
            issuer=Issuer(catalogue.district, key, public_url),
        )
        signed = SignedCatalogue(bundle=bundle, signature=key.sign(canonical_bytes(bundle)))
        uploads = Parts(data / "uploads")
        seal = SealKey.load_or_create(data, catalogue.district.authority.zh)
        librarian = Librarian(Library(store, catalogue.district, seal))
        worker, sweeper = ReviewWorker(bench, bell, librarian.wake), Sweeper(uploads)
        return cls(
            store, catalogue, signed, announcements, key, bell, reader, worker, uploads, sweeper, librarian, lock
        )

    def start(self, *, review: bool = True) -> None:
        """Loads the reading models and takes up what is pending; without ``review`` it stays pending."""
        if review:
            self.reader.start()
            self.worker.start()
            self.librarian.start()
        self.sweeper.start()

    def stop(self) -> None:
        self.sweeper.stop()
        self.worker.stop()
        self.librarian.stop()
        self.store.close()
        os.close(self.lock)


def _hold(path: Path) -> int:
    """The kernel lets go of the lock when the process dies, however it dies."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise OfficeBusy(f"{path.parent} is served by another process; stop it, or choose another --data") from error
    return descriptor
