"""Captured pages on disk: one encrypted file each, under the key of the person whose page it is."""

from __future__ import annotations

import io
import os
import secrets
import struct
from collections.abc import Container
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.keys import sync_folder
from offline_cache.sqlcipher import StoreError, naming
from offline_cache.subject_keys import Keyring

log = structlog.get_logger()

FOLDER_NAME = "materials"
# A file is MAGIC ‖ salt ‖ pieces. Each file has a key of its own, HKDF(person's key, salt), and piece n of it the
# nonce (n, is it the last), so that pieces can neither be swapped nor cut off at the end (the STREAM construction).
MAGIC = b"KMB1"
SALT_BYTES = 16
HEADER_BYTES = len(MAGIC) + SALT_BYTES
PIECE_BYTES = 64 * 1024  # of content: a reader holds one piece, however large the page
TAG_BYTES = 16
UNFINISHED = ".new"


class MaterialUnreadable(StoreError):
    """The file of a page is lost, damaged, or not of this person; the page cannot be sent."""


class Blobs:
    """Named by what they hold: HMAC of person and content, so the same page of a person lies there once, and a name
    tells a stranger nothing. Writing and erasing belong under the store's lock (``store.transaction()``).
    """

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self.folder = folder
        self._keyring = keyring
        self._durable: set[Path] = set()  # folders whose names this process has synced

    def write(self, handle: str, sha256: str, data: bytes) -> str:
        """Keep a page durably; gives its name. Nothing half-written is ever found under a name.

        Raises StoreFailed (disk full, I/O error), Erased, KeyMissing.
        """
        name = self._keyring.derive(handle, f"name of material {sha256}").hex()
        salt = secrets.token_bytes(SALT_BYTES)
        closed = _closed(self._keyring.derive(handle, _purpose(sha256), salt), MAGIC + salt, data)
        path = self._path(name)
        with naming(path):
            self._make_folder(path.parent)
            _write_durably(path, closed)
        return name

    def open(self, handle: str, sha256: str, name: str) -> BinaryIO:
        """The content, seekable, read and verified piece by piece. Closing it is the caller's (``with``).

        Raises MaterialUnreadable, here and while reading; Erased, KeyMissing.
        """
        path = self._path(name)
        with _named_errors(path):
            file = path.open("rb", buffering=0)
        try:
            with _named_errors(path):
                header = _read_at(file, 0, HEADER_BYTES)
                if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
                    raise MaterialUnreadable(f"{path.name}: not a material")
                size = os.fstat(file.fileno()).st_size
            key = self._keyring.derive(handle, _purpose(sha256), header[len(MAGIC) :])
        except BaseException:
            file.close()
            raise
        return io.BufferedReader(_Reader(file, path, key, header, size), PIECE_BYTES)

    def erase(self, name: str) -> None:
        """Remove a file. One that cannot be removed now is removed by the sweep at the next start."""
        path = self._path(name)
        try:
            os.unlink(path)  # noqa: PTH108 - through the module, where the crash tests cut the power
        except FileNotFoundError:
            pass
        except OSError as error:
            log.warning("material_not_erased", error=error.strerror)

    def sweep(self, wanted: Container[str]) -> int:
        """Remove what no row names: files of transactions that a kill or a power cut undid. Gives their number.

        Raises StoreFailed if the folder cannot be read.
        """
        gone = 0
        with naming(self.folder):
            for path in list(self.folder.glob("*/*")):
                if path.name.removesuffix(".blob") not in wanted:
                    os.unlink(path)  # noqa: PTH108
                    gone += 1
        if gone:
            log.info("orphaned_materials_swept", count=gone)
        return gone

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / f"{name}.blob"

    def _make_folder(self, folder: Path) -> None:
        """A folder is only there after a power cut if its parent was synced, which a killed process may have missed."""
        for made in (self.folder, folder):
            if made not in self._durable or not made.exists():
                made.mkdir(mode=0o700, parents=True, exist_ok=True)
                sync_folder(made.parent)
                self._durable.add(made)


class _Reader(io.RawIOBase):
    """Random access to the content of one blob, one piece in memory."""

    def __init__(self, file: io.FileIO, path: Path, key: bytes, header: bytes, size: int) -> None:
        self._file = file
        self._path = path
        self._cipher = AESGCM(key)
        self._header = header
        body = size - HEADER_BYTES
        self._pieces = max(1, -(-body // (PIECE_BYTES + TAG_BYTES)))
        self._size = body - self._pieces * TAG_BYTES
        self._position = 0
        self._piece = b""
        self._piece_number = -1

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        number, start = divmod(self._position, PIECE_BYTES)
        if self._position >= self._size:
            self._load(self._pieces - 1)  # an empty answer too is only true if the end is the true end
            return 0
        self._load(number)
        part = self._piece[start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        self._piece = b""
        self._file.close()
        super().close()

    def _load(self, number: int) -> None:
        if number == self._piece_number:
            return
        with _named_errors(self._path):
            start = HEADER_BYTES + number * (PIECE_BYTES + TAG_BYTES)
            closed = _read_at(self._file, start, PIECE_BYTES + TAG_BYTES)
            nonce = _nonce(number, last=number == self._pieces - 1)
            self._piece = self._cipher.decrypt(nonce, closed, self._header)
        self._piece_number = number


class _named_errors:
    """Whatever reading brings up is one fault: this page cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise MaterialUnreadable(f"{self._path.name}: {error.strerror}") from error
        if isinstance(error, (InvalidTag, ValueError)):
            raise MaterialUnreadable(f"{self._path.name}: damaged, or of somebody else") from error


def _read_at(file: io.FileIO, start: int, count: int) -> bytes:
    """An I/O error is met with a second try: a dead letter for a disk's hiccup would cost staff a walk."""
    for last in (False, True):
        try:
            file.seek(start)
            return file.read(count) or b""
        except OSError:
            if last:
                raise
    raise AssertionError("unreachable")


def _purpose(sha256: str) -> str:
    return f"material {sha256}"


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">I?7x", number, last)


def _closed(key: bytes, header: bytes, data: bytes) -> bytes:
    cipher = AESGCM(key)
    starts = range(0, len(data), PIECE_BYTES) or range(1)
    pieces = [
        cipher.encrypt(_nonce(number, last=start == starts[-1]), data[start : start + PIECE_BYTES], header)
        for number, start in enumerate(starts)
    ]
    return b"".join((header, *pieces))


def _write_durably(path: Path, data: bytes) -> None:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        os.replace(fresh, path)  # noqa: PTH105 - through the module, as above
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            os.unlink(fresh)  # noqa: PTH108
        raise
