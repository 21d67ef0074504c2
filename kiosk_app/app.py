"""The composition root: the one file that builds every part from the settings."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from drivers.host import DeviceHost
from drivers.registry import DeviceConfig, build_driver
from drivers.thermal_printer.models import DEFAULT_MODEL, find_model
from kiosk_app.audit.log import AuditLog
from kiosk_app.catalogue.pages import PageDesk
from kiosk_app.catalogue.services import Catalogue, CatalogueError, read_catalogue
from kiosk_app.identity.card_watch import CardWatch
from kiosk_app.identity.face_watch import FaceWatch
from kiosk_app.identity.models import FaceModels
from kiosk_app.kiosk import Desks, Kiosk
from kiosk_app.printing.desk import PrintDesk
from kiosk_app.printing.receipt_desk import ReceiptDesk
from kiosk_app.session.submitting import SubmitDesk
from kiosk_app.settings import Settings
from offline_cache.catalogue_cache import CatalogueCache
from offline_cache.documents import Documents
from offline_cache.keys import FileKey
from offline_cache.office_client import OfficeClient
from offline_cache.outbox import Outbox
from offline_cache.stock import Stock
from offline_cache.store import Store
from offline_cache.sync import SyncWorker
from wire.signing import SigningKey, VerifyKey

# Seconds between status questions. A card reader is asked often because a resident waits; paper changes slowly.
POLL_S = {"id_card": 2.0, "camera": 2.0, "document_camera": 5.0, "thermal_printer": 2.0, "laser_printer": 2.0}
DEVICES = tuple(POLL_S)


def device_key_path(data: Path) -> Path:
    return data / "keys" / "device.pem"


def build(settings: Settings) -> Kiosk:
    """Opens the store and wires every desk; nothing runs before ``start``.

    Raises StoreError, KeyUnusable, UnknownDriver or ValueError with the file and the remedy in words.
    """
    _configure_log(settings.data / "log" / "kiosk.log")
    settings.runtime.mkdir(parents=True, exist_ok=True)
    device_key = SigningKey.load_or_create(device_key_path(settings.data))
    office_key = VerifyKey.from_pem(settings.office.public_key.read_text(encoding="ascii"))
    store = Store.open(settings.data / "kiosk.db", FileKey(settings.data / "keys" / "store.key").key())
    audit = AuditLog(settings.data / "log" / "audit.jsonl")
    stock = Stock(store)
    for tray in settings.stock:
        if not store.rows("SELECT 1 FROM stock WHERE stock_type = ?", (tray.stock_type,)):
            stock.load(tray.stock_type, tray.first_serial, tray.sheets)

    cache = CatalogueCache(store, office_key)
    kiosk = Kiosk(settings, lambda: _catalogue(cache))
    hosts = {name: _host(name, settings, kiosk) for name in DEVICES}
    client = OfficeClient(settings.office.url, settings.kiosk_id, device_key)
    sync = SyncWorker(store, client, office_key, kiosk.on_sync)
    printer = find_model(settings.devices.get("thermal_printer", {}).get("model", DEFAULT_MODEL))
    desks = Desks(
        cards=CardWatch(hosts["id_card"], kiosk.post),
        faces=FaceWatch(hosts["camera"], FaceModels.load(), kiosk.post),
        pages=PageDesk(hosts["document_camera"], kiosk.post),
        submit=SubmitDesk(Outbox(store), settings.kiosk_id, device_key, audit, settings.limits, kiosk.post, sync.wake),
        print_desk=PrintDesk(
            store,
            hosts["laser_printer"],
            office_key,
            settings.kiosk_id,
            device_key,
            audit,
            background=settings.paper_background,
        ),
        receipts=ReceiptDesk(hosts["thermal_printer"], settings, printer.model_dump()),
        documents=Documents(store),
        stock=stock,
        audit=audit,
    )
    stops: list[Callable[[], object]] = [sync.stop, *(host.stop for host in hosts.values()), store.close, audit.close]
    kiosk.furnish(desks, stops, [*(host.start for host in hosts.values()), sync.start])
    return kiosk


def _host(name: str, settings: Settings, kiosk: Kiosk) -> DeviceHost[Any]:
    config = settings.devices.get(name)
    if config is None:
        raise ValueError(f"settings: devices.{name} is missing: name its driver and port")
    device = DeviceConfig.model_validate(config)
    return DeviceHost(name, lambda: build_driver(name, device), kiosk.on_device, poll_s=POLL_S[name])


def _catalogue(cache: CatalogueCache) -> Catalogue | None:
    bundle = cache.current()
    if bundle is None:
        return None
    try:
        return read_catalogue(bundle)
    except CatalogueError as error:
        structlog.get_logger().error("catalogue_unusable", error=str(error))
        return None


def _configure_log(path: Path) -> None:
    """JSON lines in a file that is rotated by systemd or logrotate; tracebacks without local variables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # force: a library that logged first must not decide where our evidence goes
    logging.basicConfig(filename=path, level=logging.INFO, format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
