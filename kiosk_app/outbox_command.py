"""./kiosk outbox: what waits for the office, what it refused, and carrying it there by hand. For a stopped kiosk."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk_app.audit import events
from kiosk_app.audit.log import AuditInUse, AuditLog
from kiosk_app.outbox_words import facts, listing
from kiosk_app.settings import Settings, SettingsError, device_key_path, load
from offline_cache.bundle_export import BundleExport, ExportFailed
from offline_cache.items import OutboxState
from offline_cache.keys import KeyUnusable
from offline_cache.outbox import Outbox
from offline_cache.outbox_listing import ids_like, lines, waiting_ids
from offline_cache.receipt_import import take_receipt
from offline_cache.rekey import unlock
from offline_cache.store import Store, StoreError, StoreInUse
from wire.signing import SigningKey, VerifyKey
from wire.transfer import BundleRefused, open_receipt
from wire.transfer_key import TransferPublicKey

WAITING = (OutboxState.SEALED, OutboxState.SENDING)
STOP_FIRST = "the kiosk is running and holds its store; stop it first (systemctl stop kiosk), start it again afterwards"


class CommandRefused(Exception):
    """What was asked cannot be done; the message says why, and nothing was changed."""


@dataclass(frozen=True)
class _House:
    settings: Settings
    store: Store
    outbox: Outbox
    audit: AuditLog


def run(given: argparse.Namespace) -> int:
    """0 done, 1 refused or failed (said on stderr, nothing changed), 2 done but something needs a person."""
    verbs = {"list": _list, "show": _show, "retry": _retry, "export": _export, "import": _import}
    try:
        with _open(given.config) as house:
            return verbs[given.verb](house, given)
    except (StoreInUse, AuditInUse):
        _say(STOP_FIRST)
    except (CommandRefused, SettingsError, StoreError, KeyUnusable, BundleRefused, ExportFailed) as error:
        _say(str(error))
    except OSError as error:
        _say(f"{error.filename or given.config}: {error.strerror}")
    return 1


@contextmanager
def _open(config: Path) -> Iterator[_House]:
    settings = load(config)
    if not (settings.data / "kiosk.db").exists():
        raise CommandRefused(f"{settings.data}: no store there; is this the settings file of this kiosk?")
    store = Store.open(settings.data / "kiosk.db", unlock(settings.data, settings.key_place()))
    try:
        audit = AuditLog.open(settings.data / "log" / "audit", settings.kiosk_id, store.subjects)
        try:
            yield _House(settings, store, Outbox(store), audit)
        finally:
            audit.close()
    finally:
        store.close()


def _list(house: _House, given: argparse.Namespace) -> int:
    states = (OutboxState.REJECTED,) if given.dead else None if given.all else (*WAITING, OutboxState.REJECTED)
    found = lines(house.store, states)
    for text in listing(found, datetime.now(UTC)):
        print(text)
    return 2 if any(line.state is OutboxState.REJECTED for line in found) else 0


def _show(house: _House, given: argparse.Namespace) -> int:
    envelope_id = _the_one(house, given.id)
    item = house.outbox.get(envelope_id)
    for text in facts(item, datetime.now(UTC)):
        print(text)
    if not given.personal:
        return 0
    if item.envelope is None:
        raise CommandRefused("its content is not here any more: the office has it, or staff closed it")
    print("What follows is a resident's personal data. That you looked is written in the audit log.")
    if input("Type the word personal to go on: ").strip() != "personal":
        raise CommandRefused("not shown")
    house.audit.record(events.OutboxShownPersonal(envelope=envelope_id))
    if not house.audit.healthy:
        raise CommandRefused("the audit log cannot be written, so nothing is shown")
    print(json.dumps(item.envelope.sealed.body, ensure_ascii=False, indent=2))
    return 0


def _retry(house: _House, given: argparse.Namespace) -> int:
    if bool(given.id) == given.all:
        raise CommandRefused("name one envelope, or --all")
    dead = {letter.id for letter in house.outbox.dead_letters()}
    chosen = sorted(dead) if given.all else [_the_one(house, given.id)]
    for envelope_id in chosen:
        if envelope_id not in dead:
            raise CommandRefused(f"{envelope_id} is no dead letter")
        house.outbox.put_back(envelope_id)
        house.audit.record(events.OutboxPutBack(envelope=envelope_id))
        print(f"{envelope_id}: put back; it goes when the kiosk runs again")
    if not chosen:
        print("no dead letters")
    return 0


def _export(house: _House, given: argparse.Namespace) -> int:
    office = house.settings.office
    if office.transfer_key is None:
        raise CommandRefused(
            "settings: office.transfer_key is missing; get it from the office: approval-backend export-key --transfer"
        )
    try:
        public = TransferPublicKey.from_pem(office.transfer_key.read_text(encoding="ascii"))
    except ValueError as error:
        raise CommandRefused(f"{office.transfer_key}: {error}") from error
    waiting = waiting_ids(house.store)
    if not waiting:
        print("nothing waits for the office")
        return 0
    if not given.to.is_dir():
        raise CommandRefused(f"{given.to}: no such folder; is the stick mounted?")
    key = SigningKey.load_or_create(device_key_path(house.settings.data))
    export = BundleExport(
        house.outbox,
        house.settings.kiosk_id,
        key,
        public,
        told=lambda part: print(f"{part.file}: {len(part.ids)} envelopes, {part.size_bytes / 1e6:.1f} MB"),
    )
    made = export.write(given.to, waiting, datetime.now(UTC))
    house.audit.record(events.BundleExported(bundle=made.bundle_id, items=made.items))
    print(f"{made.folder}: {made.items} envelopes in {made.parts} parts, {made.resumed} of them from before")
    print("Carry the whole folder to the office. Here they stay until its receipt.json is imported, or the network is")
    print("back: whichever comes first, nothing is done twice.")
    return 0


def _import(house: _House, given: argparse.Namespace) -> int:
    office_key = VerifyKey.from_pem(house.settings.office.public_key.read_text(encoding="ascii"))
    receipt = open_receipt(given.file.read_bytes(), office_key, house.settings.kiosk_id)
    done = take_receipt(house.store, receipt)
    house.audit.record(
        events.BundleAcknowledged(bundle=receipt.bundle_id, accepted=done.accepted, refused=done.refused)
    )
    print(f"{done.accepted} accepted, {done.known} known before, {done.refused} refused, {done.waiting} to send again")
    for envelope_id in done.foreign:
        print(f"{envelope_id}: not sealed here, or with other content; nothing was done with it", file=sys.stderr)
    return 2 if done.refused or done.foreign else 0


def _the_one(house: _House, piece: str) -> str:
    found = ids_like(house.store, piece)
    if len(found) != 1:
        raise CommandRefused(f"{piece}: {len(found) or 'no'} envelopes begin or end so")
    return found[0]


def _say(text: str) -> None:
    print(f"kiosk outbox: {text}", file=sys.stderr)
