"""Where a kiosk's keys lie: ``keys/store.key`` or ``keys/store.tpm``, and beside it ``….next`` while a rekey runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from offline_cache.keys import FileKey, KeyHolder
from offline_cache.tpm_key import DEFAULT_TCTI, TpmKey

KeyKind = Literal["file", "tpm"]
KINDS: tuple[KeyKind, ...] = ("file", "tpm")
STORE, BACKUP = "store", "backup"
_SUFFIX = {"file": "key", "tpm": "tpm"}


@dataclass(frozen=True)
class KeyPlace:
    """The folder of the keys, and which kind of key the settings ask for; ``tcti`` and ``pcrs`` as TpmKey has them."""

    folder: Path
    kind: KeyKind = "file"
    tcti: str = DEFAULT_TCTI
    pcrs: tuple[int, ...] = ()

    def holder(self, name: str = STORE, *, staged: bool = False, kind: KeyKind | None = None) -> KeyHolder:
        """The key of this name; ``staged`` is the one that a rekey is about to put in its place."""
        kind = kind or self.kind
        path = self.folder / f"{name}.{_SUFFIX[kind]}{'.next' if staged else ''}"
        return FileKey(path) if kind == "file" else TpmKey(path, self.tcti, self.pcrs)

    def present(self, name: str = STORE, *, staged: bool = False) -> dict[KeyKind, KeyHolder]:
        """The keys of this name that are there, by kind."""
        holders = {kind: self.holder(name, staged=staged, kind=kind) for kind in KINDS}
        return {kind: holder for kind, holder in holders.items() if holder.path.exists()}

    def of_kind(self, kind: KeyKind) -> KeyPlace:
        """The same folder with another kind of key."""
        return replace(self, kind=kind)
