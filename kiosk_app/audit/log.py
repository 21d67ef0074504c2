"""The audit log of a kiosk: each line chained to the one before, durable when ``record`` returns, nobody in clear."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import structlog

from kiosk_app.audit import events
from kiosk_app.audit.entries import GENESIS_HASH, Entry, line_of
from kiosk_app.audit.event import Event, Fact, Personal
from kiosk_app.audit.segments import (
    SEGMENT_BYTES,
    TailBroken,
    cut_torn_line,
    segment_name,
    segment_number,
    segments,
    set_aside,
    set_aside_folders,
    sync_folder,
)
from kiosk_app.audit.tail import Tail, previous_checkpoint, read_tail
from offline_cache.store import StoreError
from offline_cache.subject_keys import Erased, Keyring

log = structlog.get_logger()

MOST_OWED = 10_000  # lines kept in memory while the disk cannot be written: some 3 MB, a busy week


class AuditInUse(RuntimeError):
    """Another process writes this log."""


class AuditLog:
    """``record`` from any thread. It never raises: a session must not end because a disk is full, and what could not
    be written is owed, in order, until it can. ``healthy`` says whether anything is owed.
    """

    def __init__(self, folder: Path, kiosk_id: str, keyring: Keyring | None, segment_bytes: int, lock: int) -> None:
        self.folder = folder
        self.kiosk_id = kiosk_id
        self._keyring = keyring
        self._segment_bytes = segment_bytes
        self._lock = lock
        self._form = threading.Lock()  # the chain in memory
        self._disk = threading.Lock()  # the file; taken before _form where both are
        self._owed: deque[bytes] = deque()
        self._lost = 0
        self._healthy = True
        self._durable = 0
        self._file = -1
        self._size = 0
        self._tail: Tail
        self.replaced = ""
        """Why the log before this one was set aside when this one was opened; "" where it went on."""

    @classmethod
    def open(
        cls, folder: Path, kiosk_id: str, keyring: Keyring | None = None, *, segment_bytes: int = SEGMENT_BYTES
    ) -> Self:
        """Goes on where the log stands, or begins one. Without a keyring personal fields are kept as null.

        A log that cannot go on (its end is damaged, or it is another kiosk's) is set aside whole and a new one begins,
        which says so. Raises AuditInUse, OSError.
        """
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = _hold(folder.with_name(folder.name + ".lock"))
        made = cls(folder, kiosk_id, keyring, segment_bytes, lock)
        try:
            made._begin()
        except BaseException:
            made.close()
            raise
        return made

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def record(self, event: Event) -> None:
        """Durable when it returns, unless ``healthy`` became false."""
        facts = {name: self._kept(event.ID, name, value) for name, value in event.facts().items()}
        with self._form:
            if len(self._owed) >= MOST_OWED:
                self._lost += 1
                return
            seq = self._form_line(event.ID, facts)
        self._write_out(seq)

    def retry(self) -> bool:
        """Writes what is owed, if anything; True when nothing is."""
        if not self._healthy:
            self._write_out(self._tail.seq)
        return self._healthy

    def close(self) -> None:
        """May be called twice."""
        with self._disk:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    # ── where it stands ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def healthy(self) -> bool:
        """Everything recorded is on the disk."""
        return self._healthy

    @property
    def log_id(self) -> str:
        """32 hexadecimal digits, random, made when the log began: two logs of one kiosk are never taken for one."""
        return self._tail.log

    @property
    def head(self) -> tuple[int, str]:
        """(number, hash) of the last event."""
        with self._form:
            return self._tail.seq, self._tail.hash

    @property
    def since_checkpoint(self) -> int:
        """Events after the last checkpoint, checkpoints and countersignatures aside."""
        return self._tail.since

    @property
    def last_checkpoint(self) -> tuple[int, str]:
        """(event, hash) that the last checkpoint vouches for; (0, zeros) before the first."""
        return previous_checkpoint(self._tail)

    def uncountersigned(self) -> tuple[Entry, ...]:
        """Checkpoints that were not countersigned when the log was opened, oldest first."""
        return tuple(self._tail.uncountersigned)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        reason, cut = "", 0
        files = segments(self.folder)
        try:
            cut = sum(cut_torn_line(path) for path in files[-1:])
            tail = read_tail(files)
        except TailBroken as error:
            log.error("audit_log_broken", detail=str(error))
            tail, reason = None, "tail_broken"
        if tail is not None and tail.kiosk not in (self.kiosk_id, ""):
            tail, reason = None, "other_kiosk"
        aside = set_aside(self.folder) if reason else None
        self.replaced = reason
        self.folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(self.folder.parent)
        files = segments(self.folder)
        if tail is None:
            self._tail = Tail(secrets.token_hex(16), self.kiosk_id, 0, GENESIS_HASH)
            self._open_segment(self.folder / segment_name(segment_number(files[-1]) if files else 1))
            self.record(events.LogBegin(kiosk=self.kiosk_id, after=_last_hash_set_aside(self.folder)))
        else:
            self._tail = tail
            self._open_segment(files[-1])
            self._durable = tail.seq
        if aside is not None:
            self.record(events.LogSetAside(folder=aside.name, reason=reason))
        if cut:
            self.record(events.LogTailCut(size=cut))

    def _open_segment(self, path: Path) -> None:
        fresh = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._file >= 0:
            os.close(self._file)
        self._file, self._path, self._size = fresh, path, os.fstat(fresh).st_size
        sync_folder(self.folder)

    def _form_line(self, event: str, facts: dict[str, Any]) -> int:
        """Advances the chain; the caller holds ``_form``."""
        tail = self._tail
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line, digest = line_of(tail.seq + 1, at, event, facts, tail.log, tail.hash)
        self._owed.append(line)
        tail.seq, previous, tail.hash = tail.seq + 1, tail.hash, digest
        if event == events.Checkpoint.ID:
            tail.checkpoint = Entry(tail.seq, at, event, tail.log, previous, digest, facts)
            tail.since = 0
        elif event != events.CheckpointCountersigned.ID:
            tail.since += 1
        return tail.seq

    def _write_out(self, seq: int) -> None:
        """Whoever comes first writes and syncs for all who wait: many threads, one fsync."""
        with self._disk:
            if self._durable >= seq or self._file < 0:
                return
            with self._form:
                batch, upto = list(self._owed), self._tail.seq
            try:
                self._append(b"".join(batch))
            except OSError as error:
                self._undo(error)
                return
            with self._form:
                for _ in batch:
                    self._owed.popleft()
                lost, self._lost = self._lost, 0
            self._durable = upto
            if not self._healthy:
                log.info("audit_log_writable_again", events=len(batch))
            self._healthy = True
        if lost:
            self.record(events.LogEventsLost(count=lost))

    def _append(self, data: bytes) -> None:
        if self._size >= self._segment_bytes:
            self._open_segment(self.folder / segment_name(segment_number(self._path) + 1))
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]
        os.fsync(self._file)
        self._size += len(data)

    def _undo(self, error: OSError) -> None:
        """Back to the last line that is surely on the disk; after a failed fsync nobody knows about the others."""
        if self._healthy:
            log.error("audit_log_not_written", errno=error.errno)
        self._healthy = False
        try:
            os.ftruncate(self._file, self._size)
        except OSError as second:
            log.error("audit_log_not_cut", errno=second.errno)

    def _kept(self, event: str, name: str, value: Fact) -> Any:
        """The value as it is hashed: a personal one closed under its person's key, null where that cannot be."""
        if not isinstance(value, Personal):
            return value
        if self._keyring is None:
            return None
        try:
            subject = self._keyring.key_for(value.who)
            box = self._keyring.seal(subject.handle, value.value.encode(), personal_context(self.log_id, event, name))
        except (StoreError, Erased) as error:
            log.error("audit_personal_field_not_kept", event_id=event, error=type(error).__name__)
            return None
        return {"sealed": base64.urlsafe_b64encode(box).decode(), "subject": subject.handle}


def personal_context(log_id: str, event: str, field: str) -> str:
    """The place for which a personal field is closed."""
    return f"audit {log_id} {event} {field}"


def personal_value(entry: Entry, field: str, keyring: Keyring) -> str:
    """Opens a personal field again, for whoever may. Raises Erased, KeyMissing, Unsealable, KeyError."""
    kept = entry.facts[field]
    box = base64.urlsafe_b64decode(kept["sealed"])
    return keyring.unseal(kept["subject"], box, personal_context(entry.log, entry.event, field)).decode()


def _last_hash_set_aside(folder: Path) -> str:
    """The end of the log before this one, as far as it can be read."""
    for earlier in reversed(set_aside_folders(folder)):
        try:
            tail = read_tail(segments(earlier))
        except (TailBroken, OSError):
            return ""
        return tail.hash if tail else ""
    return ""


def _hold(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise AuditInUse(f"{path}: another process writes this log; stop it first") from error
    return descriptor
