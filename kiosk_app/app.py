"""The composition root: the one file that builds every part from the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from drivers.host import DeviceHost
from drivers.hot_plug import HotPlug, udev_monitor
from drivers.id_card.device import IdCardReader
from drivers.id_card.photo import CardPhotos
from drivers.registry import DeviceConfig, build_driver
from drivers.thermal_printer.models import DEFAULT_MODEL, find_model
from kiosk_app.audit.checkpoints import Checkpointer
from kiosk_app.audit.events import StoreMigration, SubjectsErased
from kiosk_app.audit.log import AuditLog
from kiosk_app.catalogue.in_force import read_in_force
from kiosk_app.catalogue.news import HallNews
from kiosk_app.catalogue.pages import PageDesk
from kiosk_app.core_dumps import forbid_core_dumps
from kiosk_app.health.chronicle import Chronicle
from kiosk_app.health.fleet_news import FleetNews
from kiosk_app.housekeeping import Housekeeping
from kiosk_app.identity.card_watch import CardWatch
from kiosk_app.identity.face_watch import FaceWatch
from kiosk_app.identity.models import FaceModels
from kiosk_app.identity.reader_with_photos import ReaderWithPhotos
from kiosk_app.kiosk import Desks, Kiosk
from kiosk_app.log_file import configure_log
from kiosk_app.printing.desk import PrintDesk
from kiosk_app.printing.receipt_desk import ReceiptDesk
from kiosk_app.printing.stock_desk import StockDesk
from kiosk_app.reports import Reports
from kiosk_app.session.letters import LetterDesk
from kiosk_app.session.submitting import SubmitDesk
from kiosk_app.settings import Settings, device_key_path
from offline_cache.announcements import Announcements
from offline_cache.catalogue_cache import CatalogueCache
from offline_cache.clock import Clock
from offline_cache.documents import Documents
from offline_cache.keyring_copies import KeyringCopies
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox
from offline_cache.rekey import unlock
from offline_cache.retention import Retention
from offline_cache.stock import Stock
from offline_cache.store import Store
from offline_cache.sync import SyncWorker
from wire.signing import SigningKey, VerifyKey

# Seconds between status questions. A card reader is asked often because a resident waits; paper changes slowly.
POLL_S = {"id_card": 2.0, "camera": 2.0, "document_camera": 5.0, "thermal_printer": 2.0, "laser_printer": 2.0}
DEVICES = tuple(POLL_S)
# Looked at where a kiosk has them: no resident waits for them, the operator is told what they say.
EXTRAS_POLL_S = {"sensors": 1.0, "ups": 5.0}


def build(settings: Settings) -> Kiosk:
    """Opens the store and wires every desk; nothing runs before ``start``.

    Raises StoreError, KeyUnusable, UnknownDriver or ValueError with the file and the remedy in words.
    """
    forbid_core_dumps()
    configure_log(settings.data / "log" / "kiosk.log")
    settings.runtime.mkdir(parents=True, exist_ok=True)
    device_key = SigningKey.load_or_create(device_key_path(settings.data))
    office_key = VerifyKey.from_pem(settings.office.public_key.read_text(encoding="ascii"))
    store_key = unlock(settings.data, settings.key_place())
    store = Store.open(settings.data / "kiosk.db", store_key)
    copies = KeyringCopies(settings.data, settings.key_place())
    copies.refresh(store_key)  # a backup disk that was away at an erasure may be back
    store.subjects.on_erased.append(lambda: copies.follow_erasure(store_key))
    audit = AuditLog.open(settings.data / "log" / "audit", settings.kiosk_id, store.subjects)
    if store.migrated is not None:
        audit.record(StoreMigration(*store.migrated))
    clock = Clock(anchor=settings.data / "clock.json")
    reports = Reports(Outbox(store), settings.kiosk_id, device_key, clock.now, lambda: clock.offset_ms)
    StockDesk(store, reports, audit).as_loaded(settings.stock)

    cache = CatalogueCache(store, office_key)
    kiosk = Kiosk(settings, lambda: read_in_force(cache))
    extras = [name for name in EXTRAS_POLL_S if name in settings.devices]
    photos = _photos(settings)
    hosts = {name: _host(name, settings, kiosk, photos) for name in (*DEVICES, *extras)}
    ports = {name: str(settings.devices[name].get("port", "")) for name in hosts}
    plugs = HotPlug(ports, lambda name, present: hosts[name].plugged(present), udev_monitor())
    client = OfficeClient(settings.office.url, settings.kiosk_id, device_key, clock=clock)
    sync = SyncWorker(store, client, office_key, kiosk.on_sync)
    printer = find_model(settings.devices.get("thermal_printer", {}).get("model", DEFAULT_MODEL))
    desks = Desks(
        cards=CardWatch(hosts["id_card"], kiosk.post),
        faces=FaceWatch(hosts["camera"], FaceModels.load(), kiosk.post, photos.decode),
        pages=PageDesk(hosts["document_camera"], kiosk.post),
        submit=SubmitDesk(
            Outbox(store),
            settings.kiosk_id,
            device_key,
            audit,
            settings.limits,
            kiosk.post,
            sync.wake,
            settings.office.progress_base,
            lambda: clock.offset_ms,
        ),
        print_desk=PrintDesk(
            store,
            hosts["laser_printer"],
            office_key,
            settings.kiosk_id,
            device_key,
            audit,
            background=settings.paper_background,
            clock_offset_ms=lambda: clock.offset_ms,
        ),
        receipts=ReceiptDesk(hosts["thermal_printer"], settings, printer.model_dump(), audit),
        documents=Documents(store),
        letters=LetterDesk(Outbox(store)),
        news=HallNews(Announcements(store, office_key), clock.now),
        stock=Stock(store),
        audit=audit,
        chronicle=_chronicle(audit, reports, office_key),
    )
    housekeeping = Housekeeping(
        Retention(store, settings.retention),
        lambda: clock.now() if clock.known else None,
        lambda count: audit.record(SubjectsErased(count=count)),
    )
    devices = hosts.values()
    stops: list[Callable[[], object]] = [
        housekeeping.stop,
        sync.stop,
        plugs.stop,
        *(host.stop for host in devices),
        photos.close,
        store.close,
        audit.close,
    ]
    kiosk.furnish(desks, stops, [*(host.start for host in devices), plugs.start, sync.start, housekeeping.start])
    return kiosk


def _chronicle(audit: AuditLog, reports: Reports, office_key: VerifyKey) -> Chronicle:
    return Chronicle(audit, reports.outbox, Checkpointer(audit, reports, office_key), FleetNews(reports, audit))


def _photos(settings: Settings) -> CardPhotos:
    chosen = settings.card_photo
    try:
        return CardPhotos(chosen.decoder, chosen.library)
    except ValueError as error:
        raise ValueError(f"settings: card_photo.decoder: {error}") from None


def _host(name: str, settings: Settings, kiosk: Kiosk, photos: CardPhotos) -> DeviceHost[Any]:
    config = settings.devices.get(name)
    if config is None:
        raise ValueError(f"settings: devices.{name} is missing: name its driver and port")
    device = DeviceConfig.model_validate(config)

    def make() -> Any:
        driver = build_driver(name, device)
        return ReaderWithPhotos(cast(IdCardReader, driver), photos) if name == "id_card" else driver

    return DeviceHost(name, make, kiosk.on_device, poll_s={**POLL_S, **EXTRAS_POLL_S}[name])
