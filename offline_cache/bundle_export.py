"""What waits, written to a folder that somebody carries to the office: encrypted to the office, signed by the kiosk."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from offline_cache.keys import sync_folder
from offline_cache.outbox import Outbox
from wire.canonical import bytes_sha256
from wire.ids import new_id
from wire.signing import SigningKey
from wire.transfer import (
    MANIFEST_FILE,
    PART_BYTES,
    BundleRefused,
    ItemHeader,
    Manifest,
    MaterialHeader,
    Part,
    TransferItem,
    check_manifest,
    check_part,
    pack,
    read_manifest,
    sign_manifest,
)
from wire.transfer_key import TransferPublicKey

READ_ME = """自助终端数据转运包 / Transfer bundle of a self-service kiosk

请将整个文件夹带到审批机关，由工作人员导入；内容已加密，只有该机关能打开。
Carry this whole folder to the approval office. Its content is encrypted; only that office can open it.
    approval-backend import FOLDER --data OFFICE-DATA
导入后把 receipt.json 带回本终端 / afterwards carry receipt.json back to the kiosk:
    ./kiosk outbox import receipt.json --config KIOSK.toml
"""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ExportFailed(Exception):
    """The stick is full, gone or broken. What is finished there stays good: export again to go on."""


@dataclass(frozen=True)
class Exported:
    """``resumed``: parts that an export broken off before had already finished."""

    folder: Path
    bundle_id: str
    items: int
    parts: int
    resumed: int


class BundleExport:
    """Writes one bundle. Items stay in the outbox as they are: only the office's receipt makes them accepted."""

    def __init__(
        self,
        outbox: Outbox,
        device_id: str,
        device_key: SigningKey,
        office: TransferPublicKey,
        *,
        part_bytes: int = PART_BYTES,
        told: Callable[[Part], None] = lambda _: None,
    ) -> None:
        self._outbox = outbox
        self._device_id = device_id
        self._device_key = device_key
        self._office = office
        self._part_bytes = part_bytes
        self._told = told

    def write(self, directory: Path, ids: tuple[str, ...], now: datetime) -> Exported:
        """Into a folder below ``directory``; goes on with a bundle that was broken off there.

        Raises ExportFailed, StoreError; ValueError for no ids.
        """
        if not ids:
            raise ValueError("nothing waits to be carried")
        try:
            folder, manifest = self._begin(directory, now)
            resumed = len(manifest.parts)
            done = {each for part in manifest.parts for each in part.ids}
            for names, plain in self._portions(tuple(each for each in ids if each not in done)):
                manifest = self._add_part(folder, manifest, names, plain)
            manifest = manifest.model_copy(update={"complete": True})
            self._write_manifest(folder, manifest)
        except OSError as error:
            reason = "is full" if error.errno in _NO_ROOM else f"cannot be written: {error.strerror}"
            raise ExportFailed(f"{directory}: {reason}; nothing is lost, export again to go on") from error
        return Exported(
            folder, manifest.bundle_id, sum(len(part.ids) for part in manifest.parts), len(manifest.parts), resumed
        )

    def _begin(self, directory: Path, now: datetime) -> tuple[Path, Manifest]:
        for found in sorted(directory.glob(f"{self._device_id}-*/{MANIFEST_FILE}")):
            manifest = self._broken_off(found)
            if manifest is not None:
                return found.parent, manifest
        manifest = Manifest(
            bundle_id=new_id(),
            device_id=self._device_id,
            office_key_id=self._office.key_id,
            made_at=now,
            complete=False,
        )
        folder = directory / f"{self._device_id}-{now:%Y%m%d}-{manifest.bundle_id[-6:]}"
        folder.mkdir(parents=True)
        _write_durably(folder / "README.txt", READ_ME.replace("\n", "\r\n").encode())
        self._write_manifest(folder, manifest)
        return folder, manifest

    def _broken_off(self, file: Path) -> Manifest | None:
        """Our own unfinished bundle, as far as its parts are whole; None for anything else."""
        try:
            manifest = check_manifest(read_manifest(file.read_bytes()), self._device_key.public())
        except BundleRefused:
            return None
        mine = (manifest.device_id, manifest.office_key_id) == (self._device_id, self._office.key_id)
        if manifest.complete or not mine:
            return None
        whole: list[Part] = []
        for part in manifest.parts:
            try:
                check_part(part, (file.parent / part.file).read_bytes())
            except (BundleRefused, OSError):
                break
            whole.append(part)
        return manifest.model_copy(update={"parts": tuple(whole)})

    def _portions(self, ids: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bytes]]:
        names: list[str] = []
        packed: list[bytes] = []
        for each in ids:
            item = self._item(each)
            if names and sum(map(len, packed)) + len(item) > self._part_bytes:
                yield tuple(names), b"".join(packed)
                names, packed = [], []
            names.append(each)
            packed.append(item)
        if names:
            yield tuple(names), b"".join(packed)

    def _item(self, envelope_id: str) -> bytes:
        envelope = self._outbox.get(envelope_id).envelope
        if envelope is None:
            raise ValueError(f"{envelope_id}: accepted or closed, nothing to carry")
        materials = self._outbox.unsent_materials(envelope_id)  # the others are at the office already
        pages = tuple(material.data for material in materials)
        headers = tuple(
            MaterialHeader(sha256=material.sha256, media_type=material.media_type, size_bytes=len(page))
            for material, page in zip(materials, pages, strict=True)
        )
        return pack(TransferItem(ItemHeader(envelope=envelope, materials=headers), pages))

    def _add_part(self, folder: Path, manifest: Manifest, names: tuple[str, ...], plain: bytes) -> Manifest:
        file = f"part-{len(manifest.parts) + 1:04d}.kbx"
        sealed = self._office.seal(plain, manifest.context(file))
        _write_durably(folder / file, sealed)
        part = Part(file=file, size_bytes=len(sealed), sha256=bytes_sha256(sealed), ids=names)
        grown = manifest.model_copy(update={"parts": (*manifest.parts, part)})
        self._write_manifest(folder, grown)
        self._told(part)
        return grown

    def _write_manifest(self, folder: Path, manifest: Manifest) -> None:
        signed = sign_manifest(manifest, self._device_key)
        _write_durably(folder / MANIFEST_FILE, signed.model_dump_json(indent=1).encode())


def _write_durably(path: Path, content: bytes) -> None:
    """A new file beside, synced, then renamed: a stick pulled at any moment leaves the old or the new one."""
    fresh = path.with_name(path.name + ".tmp")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
