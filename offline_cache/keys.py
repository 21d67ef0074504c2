"""The key of the store: 32 random bytes that live outside the store."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Protocol

KEY_BYTES = 32  # AES-256; SQLCipher takes it raw, without a password's slow derivation


class KeyUnusable(Exception):
    """The key file is there, but is not a key that may be trusted; the message names the file and the remedy."""


class KeySource(Protocol):
    """Where the store's key comes from: a file in the demo, a TPM on an appliance."""

    def key(self) -> bytes:
        """32 bytes, the same at every start. Raises KeyUnusable."""
        ...


class FileKey:
    """A key in a file that only its owner can read; made at first use and never overwritten.

    It protects a disk that is taken out less than a TPM does: whoever has the whole disk has the key.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def key(self) -> bytes:
        if not self._path.exists():
            self._create()
        return self._read()

    def _create(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, self._path)  # unlike rename, link never replaces a key that another process just made
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        sync_folder(self._path.parent)

    def _read(self) -> bytes:
        mode = stat.S_IMODE(self._path.stat().st_mode)
        if mode & 0o077:
            raise KeyUnusable(f"{self._path}: readable by others (mode {mode:o}); run chmod 600 on it")
        key = self._path.read_bytes()
        if len(key) != KEY_BYTES:
            raise KeyUnusable(f"{self._path}: {len(key)} bytes, not {KEY_BYTES}; restore it from the enrolment backup")
        return key


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a file's fsync alone does not save its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
