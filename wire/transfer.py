"""What is carried by hand between kiosk and office: a folder with a signed manifest and encrypted parts, and back
a signed receipt.

``manifest.json`` is a SignedManifest. Each part is HPKE over a row of items: 4 bytes length (big-endian), canonical
JSON ``{"envelope", "materials": [{"sha256", "media_type", "size_bytes"}]}``, then the materials' bytes in that order.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import Field, ValidationError

from wire.canonical import bytes_sha256, canonical_bytes
from wire.messages import SHA256_PATTERN, UUID_PATTERN, Acknowledgement, Envelope, Message, Problem
from wire.signing import BadSignature, SigningKey, VerifyKey

MANIFEST_FILE = "manifest.json"
RECEIPT_FILE = "receipt.json"
FORMAT: Literal["kiosk-transfer-1"] = "kiosk-transfer-1"
PART_BYTES = 16 * 1024 * 1024  # a part is opened in memory; FAT32's 4 GB is far away
LARGEST_PART_BYTES = 512 * 1024 * 1024  # one application with every page as a large PDF
_LENGTH = struct.Struct(">I")


class BundleRefused(ValueError):
    """A bundle or receipt that is not taken; nothing of it was. The message says what to do."""


class NotABundle(BundleRefused):
    """The folder or file is something else."""


class UnfinishedBundle(BundleRefused):
    """The export was broken off; exporting again to the same place completes it."""


class TruncatedBundle(BundleRefused):
    """A part is missing or shorter than it was: copy the folder again."""


class TamperedBundle(BundleRefused):
    """Content or signature was changed: carry it again, and keep this one as evidence."""


class OtherOfficesBundle(BundleRefused):
    """Made for another office's key; only that office can open it."""


class UnknownKiosk(BundleRefused):
    """The kiosk that made it is not enrolled here, or no longer."""


class OtherKiosksReceipt(BundleRefused):
    """The receipt belongs to another kiosk."""


class Part(Message):
    """One file of the bundle."""

    file: str = Field(pattern=r"^part-[0-9]{4}\.kbx$")
    size_bytes: int = Field(gt=0, le=LARGEST_PART_BYTES)
    sha256: str = Field(pattern=SHA256_PATTERN)
    ids: tuple[str, ...] = Field(min_length=1)  # envelopes inside, in the order of sealing


class Manifest(Message):
    """What the bundle holds, without anything about a person."""

    format: Literal["kiosk-transfer-1"] = FORMAT
    bundle_id: str = Field(pattern=UUID_PATTERN)
    device_id: str
    office_key_id: str = Field(pattern=SHA256_PATTERN)
    made_at: datetime
    complete: bool  # False while the export runs, or was broken off
    parts: tuple[Part, ...] = ()

    def context(self, file: str) -> bytes:
        """What a part is bound to: it opens as this file of this bundle only."""
        return f"{self.format} {self.bundle_id} {self.device_id} {file}".encode()


class SignedManifest(Message):
    manifest: Manifest
    signature: str  # device key over canonical_bytes(manifest)


class TransferRefusal(Message):
    """An item that the office does not take, and why."""

    id: str = Field(pattern=UUID_PATTERN)
    problem: Problem


class TransferReceipt(Message):
    """The office's answer to a bundle: exactly what its items would have been told over the network."""

    format: Literal["kiosk-transfer-receipt-1"] = "kiosk-transfer-receipt-1"
    bundle_id: str = Field(pattern=UUID_PATTERN)
    device_id: str
    made_at: datetime
    acknowledgements: tuple[Acknowledgement, ...] = ()
    refusals: tuple[TransferRefusal, ...] = ()


class SignedTransferReceipt(Message):
    receipt: TransferReceipt
    signature: str  # office key over canonical_bytes(receipt)


class MaterialHeader(Message):
    sha256: str = Field(pattern=SHA256_PATTERN)
    media_type: str
    size_bytes: int = Field(gt=0)


class ItemHeader(Message):
    envelope: Envelope
    materials: tuple[MaterialHeader, ...] = ()


@dataclass(frozen=True)
class TransferItem:
    """An envelope and the pages that go with it, in the clear: in memory only."""

    header: ItemHeader = field(repr=False)
    pages: tuple[bytes, ...] = field(repr=False)


def sign_manifest(manifest: Manifest, key: SigningKey) -> SignedManifest:
    """With the device's key."""
    return SignedManifest(manifest=manifest, signature=key.sign(canonical_bytes(manifest)))


def read_manifest(raw: bytes) -> SignedManifest:
    """Its shape only; the signature needs the key of the kiosk that it names. Raises NotABundle."""
    try:
        return SignedManifest.model_validate_json(raw)
    except ValidationError as error:
        raise NotABundle(f"{MANIFEST_FILE}: not a transfer manifest") from error


def check_manifest(signed: SignedManifest, device_key: VerifyKey) -> Manifest:
    """Raises TamperedBundle."""
    try:
        device_key.verify(canonical_bytes(signed.manifest), signed.signature)
    except BadSignature as error:
        raise TamperedBundle(f"{MANIFEST_FILE}: the kiosk's signature does not hold; carry the bundle again") from error
    return signed.manifest


def check_part(part: Part, content: bytes) -> None:
    """Is this the file that the manifest names? Raises TruncatedBundle, TamperedBundle."""
    if len(content) < part.size_bytes:
        raise TruncatedBundle(f"{part.file}: {len(content)} of {part.size_bytes} bytes; copy the folder again")
    if len(content) != part.size_bytes or bytes_sha256(content) != part.sha256:
        raise TamperedBundle(f"{part.file}: the content was changed; copy the folder again, and keep this one")


def pack(item: TransferItem) -> bytes:
    """One item as it stands in a part."""
    header = canonical_bytes(item.header)
    return b"".join((_LENGTH.pack(len(header)), header, *item.pages))


def unpack(plain: bytes) -> Iterator[TransferItem]:
    """The items of an opened part. Raises TamperedBundle for anything that is no row of items."""
    at = 0
    while at < len(plain):
        header_bytes, at = _take(plain, at + _LENGTH.size, _length(plain, at))
        try:
            header = ItemHeader.model_validate(json.loads(header_bytes), strict=False)
        except (ValidationError, ValueError) as error:
            raise TamperedBundle("a part holds something that is no item") from error
        pages = []
        for material in header.materials:
            page, at = _take(plain, at, material.size_bytes)
            pages.append(page)
        yield TransferItem(header, tuple(pages))


def _length(plain: bytes, at: int) -> int:
    raw, _ = _take(plain, at, _LENGTH.size)
    return int(_LENGTH.unpack(raw)[0])


def _take(plain: bytes, at: int, size: int) -> tuple[bytes, int]:
    if at + size > len(plain):
        raise TamperedBundle("a part ends in the middle of an item")
    return plain[at : at + size], at + size


def sign_receipt(receipt: TransferReceipt, key: SigningKey) -> SignedTransferReceipt:
    """With the office's key."""
    return SignedTransferReceipt(receipt=receipt, signature=key.sign(canonical_bytes(receipt)))


def open_receipt(raw: bytes, office_key: VerifyKey, device_id: str) -> TransferReceipt:
    """The office's answer to this kiosk. Raises NotABundle, TamperedBundle, OtherKiosksReceipt."""
    try:
        signed = SignedTransferReceipt.model_validate_json(raw)
    except ValidationError as error:
        raise NotABundle(f"not a receipt of the office; carry back {RECEIPT_FILE}") from error
    try:
        office_key.verify(canonical_bytes(signed.receipt), signed.signature)
    except BadSignature as error:
        raise TamperedBundle("the office's signature does not hold; nothing was changed here") from error
    if signed.receipt.device_id != device_id:
        raise OtherKiosksReceipt(f"it answers {signed.receipt.device_id}, this kiosk is {device_id}")
    return signed.receipt
