"""A kiosk's store and an office's, with nothing between them but a folder that somebody carries."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from approval_backend.catalogue.load import load_catalogue
from approval_backend.catalogue.model import Catalogue
from approval_backend.intake.devices import enrol
from approval_backend.intake.envelopes import take_in
from approval_backend.intake.transfers import import_bundle
from approval_backend.office import office_key, open_store, transfer_key
from approval_backend.store.engine import Store as OfficeStore
from approval_backend.store.tables import EnvelopeRow, Material
from offline_cache.bundle_export import BundleExport, Exported
from offline_cache.outbox import Outbox
from offline_cache.outbox_listing import waiting_ids
from offline_cache.receipt_import import Imported, take_receipt
from offline_cache.store import Store
from tests.approval_backend.pages import application
from wire.canonical import bytes_sha256
from wire.envelopes import seal
from wire.messages import Acknowledgement, Envelope
from wire.signing import SigningKey
from wire.transfer import RECEIPT_FILE, TransferReceipt, open_receipt

KIOSK_ID = "kiosk-0007"
STORE_KEY = bytes(range(32))
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@dataclass
class Kiosk:
    store: Store
    key: SigningKey
    device_id: str = KIOSK_ID
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.store)

    def receive(self, version: str, trade_name: str) -> Envelope:
        """An application with one page, sealed."""
        page = b"\xff\xd8\xff" + os.urandom(20_000)
        envelope = seal(application(version, page, trade_name=trade_name), self.device_id, self.key)
        self.outbox.seal(envelope, {bytes_sha256(page): page})
        return envelope


@dataclass
class OfficeSide:
    folder: Path
    store: OfficeStore
    catalogue: Catalogue

    def take(self, bundle: Path) -> TransferReceipt:
        keys = transfer_key(self.folder), office_key(self.folder)
        return import_bundle(self.store, self.catalogue, *keys, bundle)

    def intake(self, envelope: Envelope) -> Acknowledgement:
        """As over the network."""
        return take_in(self.store, self.catalogue, envelope, office_key=office_key(self.folder))

    def rows(self) -> list[str]:
        """Ids of the envelopes taken in, in the order of arrival."""
        with self.store.read() as session:
            return list(session.scalars(select(EnvelopeRow.id).order_by(EnvelopeRow.received_at, EnvelopeRow.id)))

    def materials(self) -> int:
        with self.store.read() as session:
            return len(list(session.scalars(select(Material.sha256))))


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    store = Store.open(tmp_path / "kiosk" / "kiosk.db", STORE_KEY)
    yield Kiosk(store, SigningKey.generate())
    store.close()


@pytest.fixture
def office(tmp_path: Path, kiosk: Kiosk) -> Iterator[OfficeSide]:
    folder = tmp_path / "office"
    store = open_store(folder)
    enrol(store, kiosk.device_id, kiosk.key.public().pem())
    yield OfficeSide(folder, store, load_catalogue())
    store.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def export(kiosk: Kiosk, office: OfficeSide, stick: Path) -> Callable[..., Exported]:
    """Write what waits to the stick; parts are small, so that there are several."""

    def write(part_bytes: int = 50_000, directory: Path = stick) -> Exported:
        public = transfer_key(office.folder).public()
        made = BundleExport(kiosk.outbox, kiosk.device_id, kiosk.key, public, part_bytes=part_bytes)
        return made.write(directory, waiting_ids(kiosk.store), NOW)

    return write


def carry_back(kiosk: Kiosk, office: OfficeSide, bundle: Path) -> Imported:
    """The receipt, as the office's import left it in the folder, taken in by the kiosk."""
    raw = (bundle / RECEIPT_FILE).read_bytes()
    return take_receipt(kiosk.store, open_receipt(raw, office_key(office.folder).public(), kiosk.device_id))
