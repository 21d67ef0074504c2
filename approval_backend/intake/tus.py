"""Parts of large uploads on the office's disk, until they are whole: the storage below tuspyserver.

tuspyserver's own local storage keeps the offset in a file beside the data, and both can disagree after a kill: a
resumed upload then appends behind bytes that nobody counts. Here the length of the data is the offset.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import structlog
from fastapi import HTTPException
from tuspyserver.storage import TusStorage

KEPT_DAYS = 3  # a kiosk that was offline for longer starts anew; what is abandoned is a resident's page, so not longer
SWEEP_EVERY_S = 3600.0
ORPHAN_S = 600.0  # a creation takes milliseconds
_CHANGING = ("offset", "upload_part", "upload_chunk_size")  # known from the data, or of no use: not worth an fsync each

log = structlog.get_logger()


class Parts(TusStorage):
    """Two files an upload: NAME.part, the bytes so far, and NAME.json, what was said when it was begun.

    Names are checked by the caller. Every write is on the disk when it returns. One process serves a data folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def part(self, uid: str) -> Path:
        return self._folder / f"{uid}.part"

    def _info(self, uid: str) -> Path:
        return self._folder / f"{uid}.json"

    def location(self, uid: str) -> str:
        return uid

    async def create(self, uid: str) -> None:
        await asyncio.to_thread(self._create, uid)

    async def exists(self, uid: str) -> bool:
        return await asyncio.to_thread(self.part(uid).exists)

    async def size(self, uid: str) -> int:
        return await asyncio.to_thread(self._size, uid)

    async def append(self, uid: str, chunk: bytes) -> None:
        """Raises HTTPException: tuspyserver answers 204 to anything else that goes wrong while it writes."""
        try:
            await asyncio.to_thread(self._append, uid, chunk)
        except FileNotFoundError as error:
            raise HTTPException(404, "Upload not found") from error
        except OSError as error:
            log.error("upload.not_written", errno=error.errno)
            raise HTTPException(507, "The office cannot write; try again later") from error

    async def flush(self, uid: str) -> None:
        """Nothing to do: append wrote it durably."""

    async def finalize(self, uid: str) -> None:
        """Nothing to do: the whole is taken over by the completion hook."""

    async def read(self, uid: str) -> bytes | None:
        return await asyncio.to_thread(self._read, uid)

    async def delete(self, uid: str) -> None:
        await asyncio.to_thread(self.remove, uid)
        self._locks.pop(uid, None)

    async def read_info(self, uid: str) -> dict[str, Any] | None:
        return await asyncio.to_thread(self.info, uid)

    async def write_info(self, uid: str, data: dict[str, Any]) -> None:
        await asyncio.to_thread(self._write_info, uid, data)

    async def list_uids(self) -> list[str]:
        return await asyncio.to_thread(lambda: list(self.names()))

    @asynccontextmanager
    async def lock(self, uid: str) -> AsyncIterator[None]:  # type: ignore[override]  # theirs is annotated as a generator
        """Held for one write only: the whole body is here, and its signature checked, before anybody asks for it."""
        async with self._locks[uid]:
            yield

    def names(self) -> Iterator[str]:
        """Every upload under way."""
        return (path.stem for path in self._folder.glob("*.json"))

    def make_room(self, prefix: str, most: int) -> None:
        """Fewer than ``most`` uploads whose names begin so: the one that was longest without a new piece goes first."""
        own = [uid for uid in self.names() if uid.startswith(prefix)]
        for uid in sorted(own, key=self._touched)[: max(0, len(own) - most + 1)]:
            self.remove(uid)

    def info(self, uid: str) -> dict[str, Any] | None:
        """What was said at the creation, and the offset that the data tells; None for an upload that is not there."""
        try:
            said: dict[str, Any] = json.loads(self._info(uid).read_text(encoding="utf-8"))
            return {**said, "offset": self._size(uid)}
        except (FileNotFoundError, ValueError):
            return None

    def remove(self, uid: str) -> None:
        """Data first: a description without data is swept, data without a description would be nobody's."""
        self.part(uid).unlink(missing_ok=True)
        self._info(uid).unlink(missing_ok=True)

    def sweep(self, now: datetime) -> int:
        """Remove what has expired or belongs to nothing; how many uploads that were."""
        gone = {uid for uid in self.names() if self._expired(uid, now)}
        for uid in gone:
            self.remove(uid)
        known = set(self.names())
        for path in self._folder.iterdir():
            # A creation under way has data and no description for a moment.
            if path.stem not in known and now.timestamp() - _mtime(path) > ORPHAN_S:
                path.unlink(missing_ok=True)
        if gone:
            log.info("uploads.expired", count=len(gone))
        return len(gone)

    def _expired(self, uid: str, now: datetime) -> bool:
        info = self.info(uid)
        if info is None or not self.part(uid).exists():
            return True
        try:
            return parsedate_to_datetime(str(info["expires"])) < now
        except (KeyError, ValueError):
            return True

    def _touched(self, uid: str) -> float:
        return _mtime(self.part(uid))

    def _create(self, uid: str) -> None:
        os.close(os.open(self.part(uid), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))

    def _size(self, uid: str) -> int:
        try:
            return self.part(uid).stat().st_size
        except FileNotFoundError:
            return 0

    def _read(self, uid: str) -> bytes | None:
        try:
            return self.part(uid).read_bytes()
        except FileNotFoundError:
            return None

    def _append(self, uid: str, chunk: bytes) -> None:
        # Without O_CREAT: an upload that was dropped meanwhile must not come back as a file of its last piece.
        with os.fdopen(os.open(self.part(uid), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC), "wb", buffering=0) as file:
            view = memoryview(chunk)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())

    def _write_info(self, uid: str, data: dict[str, Any]) -> None:
        said = {key: value for key, value in data.items() if key not in _CHANGING}
        text = json.dumps(said, sort_keys=True, default=str)
        path = self._info(uid)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            return
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def _mtime(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


class Sweeper:
    """A thread that removes expired uploads, at its start and every hour."""

    def __init__(self, parts: Parts, every_s: float = SWEEP_EVERY_S) -> None:
        self._parts, self._every_s = parts, every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upload-sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _run(self) -> None:
        while True:
            try:
                self._parts.sweep(datetime.now(UTC))
            except OSError as error:
                log.error("uploads.not_swept", errno=error.errno)
            if self._stopping.wait(self._every_s):
                return
