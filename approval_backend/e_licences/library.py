"""The library: for every licence in the register one sealed PDF/A and its metadata, made once, kept for good."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from approval_backend.catalogue.model import District
from approval_backend.e_licences.metadata import metadata_of
from approval_backend.e_licences.seal_key import SealKey
from approval_backend.e_licences.sealing import seal_pdf
from approval_backend.store.engine import Store, utc_now
from approval_backend.store.tables import DecisionRow, Licence, LicenceDocument
from print_templates.errors import PrintTemplateError
from print_templates.render import render
from wire.canonical import bytes_sha256
from wire.messages import Decision, DocumentOrder

FIRST_VERSION = "001"  # GB/T 36904: three digits, counted up when a licence is made anew under its identifier
LOOK_S = 15.0  # another replica's licences wake nobody here
SEALED_FOR = "准予登记，电子证照签章"

log = structlog.get_logger()


@dataclass(frozen=True)
class Library:
    """Where sealed licences are made and kept."""

    store: Store
    district: District
    seal: SealKey

    def document(self, identifier: str) -> LicenceDocument | None:
        """The newest sealed document of a licence, made now if it is not there yet; None for no licence of ours.

        Raises print_templates.errors.PrintTemplateError when its template is gone.
        """
        kept = self._kept(identifier)
        if kept is not None:
            return kept
        with self.store.read() as session:
            licence = session.get(Licence, identifier)
            decided = session.get(DecisionRow, licence.application_id) if licence is not None else None
            message = decided.message if decided is not None else None
        if message is None:
            return None
        order = _original(Decision.model_validate_json(message), identifier)
        pdf = render(order.template, order.data, background=True, version=order.template_version)
        sealed = seal_pdf(pdf, self.seal, SEALED_FOR)
        said = metadata_of(
            order, authority=self.district.authority.zh, issuer_code=self.district.issuer_code, version=FIRST_VERSION
        )
        with self.store.write() as session:
            if session.get(LicenceDocument, (identifier, FIRST_VERSION)) is None:  # another replica may have been first
                session.add(
                    LicenceDocument(
                        identifier=identifier,
                        version=FIRST_VERSION,
                        media_type="application/pdf",
                        sha256=bytes_sha256(sealed),
                        details=json.dumps(said, ensure_ascii=False),
                        sealed_at=utc_now(),
                        content=sealed,
                    )
                )
        return self._kept(identifier)

    def missing(self) -> list[str]:
        """Identifiers of licences whose document was not made yet."""
        with self.store.read() as session:
            return list(
                session.scalars(
                    select(Licence.identifier)
                    .outerjoin(LicenceDocument, LicenceDocument.identifier == Licence.identifier)
                    .where(LicenceDocument.identifier.is_(None))
                    .order_by(Licence.identifier)
                )
            )

    def _kept(self, identifier: str) -> LicenceDocument | None:
        with self.store.read() as session:
            kept = session.scalars(
                select(LicenceDocument)
                .where(LicenceDocument.identifier == identifier)
                .order_by(LicenceDocument.version.desc())
            ).first()
            if kept is not None:
                session.expunge(kept)
            return kept


def _original(decision: Decision, identifier: str) -> DocumentOrder:
    """The order that the electronic document looks like: the first one of this licence, its original."""
    return next(signed.order for signed in decision.orders if signed.order.identifier == identifier)


class Librarian:
    """One thread that makes what is missing, also after a crash; nobody who decides or prints waits for it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._work, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="librarian", daemon=True)

    def start(self) -> None:
        self._work.set()
        self._thread.start()

    def wake(self) -> None:
        """A licence may have been issued."""
        self._work.set()

    def stop(self) -> None:
        self._stop.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._work.wait(LOOK_S)
            self._work.clear()
            try:
                for identifier in self.library.missing():
                    if self._stop.is_set():
                        return
                    self._make(identifier)
            except OperationalError as error:  # the database is away: what is missing is still missing when it is back
                log.error("library.database_away", error=type(error.orig).__name__)
                self._stop.wait(1.0)

    def _make(self, identifier: str) -> None:
        try:
            self.library.document(identifier)
            log.info("library.sealed", licence=identifier)
        except PrintTemplateError as error:  # the others do not wait for this one
            log.error("library.not_made", licence=identifier, error=type(error).__name__)
