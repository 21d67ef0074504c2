"""The key of the store: 32 random bytes that live outside the store, in a file or sealed by a TPM."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Protocol

KEY_BYTES = 32  # AES-256; SQLCipher takes it raw, without a password's slow derivation
_KEY_FILE_LIMIT = 16 * 1024  # bytes; a sealed key is under 1 KB, and a wrong file is not read whole


class KeyUnusable(Exception):
    """The key is there, but cannot be had or may not be trusted; the message names file and remedy."""


class KeySource(Protocol):
    """Where the store's key comes from: a file in the demo, a TPM on an appliance."""

    def key(self) -> bytes:
        """32 bytes, the same at every start. Raises KeyUnusable."""
        ...


class KeyHolder(KeySource, Protocol):
    """A key source that a rekey can fill: one file, never overwritten."""

    @property
    def path(self) -> Path:
        """The file that holds the key, or what the TPM made of it."""
        ...

    def read(self) -> bytes:
        """The key that is there; makes none. Raises KeyUnusable."""
        ...

    def keep(self, key: bytes) -> None:
        """Make this the key, durably. Raises FileExistsError when one is there; KeyUnusable when it cannot be kept."""
        ...


class FileKey:
    """A key in a file that only its owner can read; made at first use and never overwritten.

    It protects a disk that is taken out less than a TPM does: whoever has the whole disk has the key.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        return self._path

    def key(self) -> bytes:
        return made_once(self)

    def keep(self, key: bytes) -> None:
        write_once(self._path, key)

    def read(self) -> bytes:
        key = read_private(self._path)
        if len(key) != KEY_BYTES:
            raise KeyUnusable(f"{self._path}: {len(key)} bytes, not {KEY_BYTES}; restore it from the enrolment backup")
        return key


def made_once(holder: KeyHolder) -> bytes:
    """The holder's key; a random one is kept first when there is none. Raises KeyUnusable."""
    if not holder.path.exists():
        try:
            holder.keep(secrets.token_bytes(KEY_BYTES))
        except FileExistsError:
            pass  # another process made it meanwhile: that one counts
        except OSError as error:
            raise KeyUnusable(f"{holder.path}: cannot be written: {error.strerror}") from error
    return holder.read()


def read_private(path: Path) -> bytes:
    """What a file holds that only its owner may read. Raises KeyUnusable."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(_KEY_FILE_LIMIT)
    except FileNotFoundError as error:
        raise KeyUnusable(f"{path}: missing; restore it, or restore a backup with its recovery key") from error
    except OSError as error:
        raise KeyUnusable(f"{path}: cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise KeyUnusable(f"{path}: readable by others (mode {mode:o}); run chmod 600 on it")
    return content


def write_once(path: Path, content: bytes) -> None:
    """Whole or not at all, durable, its owner's only, and never over what is there. Raises FileExistsError, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)  # of a killed process with our number
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path)  # unlike rename, link never replaces a key that another process just made
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)


def destroy(path: Path) -> None:
    """Overwrite and remove a key that nothing needs any more; durable. Nothing when it is not there. Raises OSError.

    Flash memory may keep the old blocks for a while: what counts is that nothing under this key is left on the disk.
    """
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a file's fsync alone does not save its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
