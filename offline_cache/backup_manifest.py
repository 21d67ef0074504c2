"""What a backup says of itself: every file with its SHA-256, under a code that only the backup key can make."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from offline_cache.sqlcipher import StoreError, naming

FILE_NAME = "manifest.json"
FORMAT = 1
_KEY_CHECK = b"this is the key of the backup"
_MANIFEST = b"this is the manifest of the backup:"


class BackupUnusable(StoreError):
    """The backup is not whole, was changed, or belongs to another key; the message names file and remedy."""


@dataclass(frozen=True)
class Manifest:
    """``files`` maps a path in the backup to (bytes, SHA-256); ``counts`` are envelopes by state. No personal data."""

    made_at: datetime
    store_version: int
    counts: Mapping[str, int]
    files: Mapping[str, tuple[int, str]]


def describe(folder: Path, made_at: datetime, store_version: int, counts: Mapping[str, int]) -> Manifest:
    """The manifest of everything that lies in ``folder``. Raises StoreFailed."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with naming(path):
                files[path.relative_to(folder).as_posix()] = (path.stat().st_size, _sha256(path))
    return Manifest(made_at, store_version, counts, files)


def to_text(manifest: Manifest, key: bytes) -> str:
    """As it is written."""
    content = {
        "format": FORMAT,
        "made_at": manifest.made_at.isoformat(),
        "store_version": manifest.store_version,
        "counts": dict(manifest.counts),
        "files": {name: list(facts) for name, facts in manifest.files.items()},
        "key_check": _code(key, _KEY_CHECK),
    }
    return json.dumps(content | {"code": _code(key, _MANIFEST + _canonical(content))}, indent=1) + "\n"


def verify(folder: Path, key: bytes) -> Manifest:
    """The manifest of a backup that is whole and was made under this key. Raises BackupUnusable, StoreFailed."""
    manifest = _read(folder / FILE_NAME, key)
    for name, (size, sha256) in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupUnusable(f"{path}: missing from the backup; take another backup")
        with naming(path):
            if path.stat().st_size != size or _sha256(path) != sha256:
                raise BackupUnusable(f"{path}: not as it was backed up; take another backup")
    return manifest


def _read(path: Path, key: bytes) -> Manifest:
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
        code, check = content.pop("code"), content["key_check"]
        if content["format"] != FORMAT:
            raise BackupUnusable(f"{path}: format {content['format']!r}; a newer kiosk made it, install that")
        if not hmac.compare_digest(check, _code(key, _KEY_CHECK)):
            raise BackupUnusable(f"{path}: made under another backup key; give its recovery key (--recovery-key FILE)")
        if not hmac.compare_digest(code, _code(key, _MANIFEST + _canonical(content))):
            raise BackupUnusable(f"{path}: was changed since the backup was made; take another backup")
        files = {str(name): (int(size), str(sha256)) for name, (size, sha256) in content["files"].items()}
        if any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
            raise BackupUnusable(f"{path}: names files outside the backup; take another backup")
        made_at = datetime.fromisoformat(content["made_at"])
        return Manifest(made_at, int(content["store_version"]), content["counts"], files)
    except OSError as error:
        raise BackupUnusable(f"{path}: {error.strerror}; name a folder that ./kiosk store backup made") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupUnusable(f"{path}: not a backup's manifest; take another backup") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _code(key: bytes, content: bytes) -> str:
    return hmac.digest(key, content, hashlib.sha256).hex()


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
