"""Taking in a bundle that was carried by hand: as over the network, and a signed receipt to carry back."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import structlog

from approval_backend.catalogue.model import Catalogue
from approval_backend.intake.devices import key_of
from approval_backend.intake.envelopes import take_in
from approval_backend.intake.materials import keep_material
from approval_backend.intake.refusal import Refusal
from approval_backend.store.engine import Store
from wire.messages import Acknowledgement, Problem
from wire.signing import SigningKey
from wire.transfer import (
    MANIFEST_FILE,
    RECEIPT_FILE,
    Manifest,
    NotABundle,
    OtherOfficesBundle,
    Part,
    TamperedBundle,
    TransferItem,
    TransferReceipt,
    TransferRefusal,
    TruncatedBundle,
    UnfinishedBundle,
    UnknownKiosk,
    check_manifest,
    check_part,
    read_manifest,
    sign_receipt,
    unpack,
)
from wire.transfer_key import CannotOpen, TransferKey

LARGEST_MANIFEST_BYTES = 64 * 1024 * 1024  # a million envelopes

log = structlog.get_logger()


def import_bundle(
    store: Store, catalogue: Catalogue, transfer_key: TransferKey, office_key: SigningKey, folder: Path
) -> TransferReceipt:
    """Every item taken in or refused, each as over the network; importing again gives the same acknowledgements.

    The receipt is written to ``receipt.json`` in the folder. All parts are checked before the first item is taken.
    Raises BundleRefused (a subclass that names what is wrong) with nothing taken in; OSError.
    """
    manifest = _checked(store, transfer_key, folder)
    acknowledgements: list[Acknowledgement] = []
    refusals: list[TransferRefusal] = []
    for part in manifest.parts:
        # Opened a second time: the clear content of one part is in memory, never that of the whole bundle.
        for item in unpack(_opened(transfer_key, manifest, part, folder)):
            answer = _take(store, catalogue, item, manifest.device_id, office_key)
            if isinstance(answer, Acknowledgement):
                acknowledgements.append(answer)
            else:
                refusals.append(TransferRefusal(id=item.header.envelope.sealed.id, problem=answer))
    receipt = TransferReceipt(
        bundle_id=manifest.bundle_id,
        device_id=manifest.device_id,
        made_at=datetime.now(UTC),
        acknowledgements=tuple(acknowledgements),
        refusals=tuple(refusals),
    )
    _write_durably(folder / RECEIPT_FILE, sign_receipt(receipt, office_key).model_dump_json(indent=1).encode())
    log.info(
        "transfer.imported",
        bundle=manifest.bundle_id,
        device=manifest.device_id,
        accepted=len(acknowledgements),
        refused=len(refusals),
    )
    return receipt


def _checked(store: Store, transfer_key: TransferKey, folder: Path) -> Manifest:
    """The manifest, once its signature and every part hold and every part opens to the items that it names."""
    signed = read_manifest(_bytes(folder / MANIFEST_FILE, NotABundle(f"{folder}: holds no {MANIFEST_FILE}")))
    device_id = signed.manifest.device_id
    try:
        with store.read() as session:
            device_key = key_of(session, device_id)
    except Refusal as error:
        raise UnknownKiosk(f"{device_id} is not enrolled at this office; enrol it, then import again") from error
    manifest = check_manifest(signed, device_key)
    if manifest.office_key_id != transfer_key.public().key_id:
        raise OtherOfficesBundle(f"{folder}: made for another office; carry it there")
    if not manifest.complete:
        raise UnfinishedBundle(f"{folder}: the export was broken off; export again at {device_id} to complete it")
    for part in manifest.parts:
        opened = _opened(transfer_key, manifest, part, folder)
        inside = [(item.header.envelope.sealed.id, item.header.envelope.sealed.device_id) for item in unpack(opened)]
        if inside != [(each, device_id) for each in part.ids]:
            raise TamperedBundle(f"{part.file}: holds other items than the manifest says")
    return manifest


def _opened(transfer_key: TransferKey, manifest: Manifest, part: Part, folder: Path) -> bytes:
    content = _bytes(folder / part.file, TruncatedBundle(f"{part.file}: is missing; copy the folder again"))
    check_part(part, content)
    try:
        return transfer_key.open(content, manifest.context(part.file))
    except CannotOpen as error:
        raise TamperedBundle(f"{part.file}: cannot be opened ({error})") from error


def _bytes(path: Path, missing: Exception) -> bytes:
    try:
        if path.stat().st_size > LARGEST_MANIFEST_BYTES and path.name == MANIFEST_FILE:
            raise NotABundle(f"{path}: too large for a manifest")
        return path.read_bytes()
    except FileNotFoundError:
        raise missing from None


def _take(
    store: Store, catalogue: Catalogue, item: TransferItem, device_id: str, office_key: SigningKey
) -> Acknowledgement | Problem:
    try:
        for material, page in zip(item.header.materials, item.pages, strict=True):
            keep_material(store, material.sha256, material.media_type, page, device_id)
        return take_in(store, catalogue, item.header.envelope, office_key=office_key)
    except Refusal as refusal:
        return Problem.model_validate(refusal.body)


def _write_durably(path: Path, content: bytes) -> None:
    fresh = path.with_name(path.name + ".tmp")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
