"""The keys of the people whose words are kept: one random key a person; erasing it erases all that it closed."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from offline_cache.cipher_file import CipherFile, Schema, copies_before_migration
from offline_cache.sqlcipher import StoreError, discard, naming

log = structlog.get_logger()

FILE_NAME = "subjects.db"  # apart from kiosk.db, so that no backup of that one ever carries these keys
KEY_BYTES = 32  # AES-256
PEPPER_BYTES = 32
HANDLE_BYTES = 16
RECENT_PEOPLE = 64  # a busy hour; more only lengthens the list
NONCE_BYTES = 12  # NIST SP 800-38D: 96 random bits, good for 2**32 boxes under one key; a person makes dozens
FORM = b"\x01"  # AES-256-GCM: form ‖ nonce ‖ ciphertext ‖ tag


class Erased(Exception):
    """This person's key was erased: what it closed is gone for ever, and that was meant."""


class KeyMissing(StoreError):
    """No key of this handle was ever kept in this file: a keyring that does not belong to this store."""


class Unsealable(StoreError):
    """The box was changed, cut, or closed for another place or person."""


@dataclass(frozen=True)
class Subject:
    """A person as this store knows them. ``handle`` is random: it says nothing of who it is, even to the store key."""

    handle: str
    key: bytes = field(repr=False, compare=False)

    def seal(self, data: bytes, context: str) -> bytes:
        """As Keyring.seal, without asking the keyring again: for use right after it gave this."""
        nonce = os.urandom(NONCE_BYTES)
        return FORM + nonce + self._cipher.encrypt(nonce, data, context.encode())

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)


@dataclass(frozen=True)
class Quiet:
    """Since when a person has had nothing open, by a clock that was known to be right, and ``mark``: how many things
    of theirs had ended then. Another mark means that something happened since.
    """

    since: datetime
    mark: int


SCHEMA = Schema(
    migrations=(
        (
            # ``lookup`` is HMAC-SHA256(pepper, ID number). The pepper lives here and is not made from the store key:
            # that one is rotated, and everybody would become a stranger.
            """
            CREATE TABLE subjects (
                handle      TEXT PRIMARY KEY,
                lookup      BLOB NOT NULL UNIQUE,
                key         BLOB NOT NULL,
                made_at     TEXT NOT NULL,
                quiet_since TEXT,
                quiet_mark  INTEGER
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE TABLE pepper (only INTEGER PRIMARY KEY CHECK (only = 1), pepper BLOB NOT NULL) STRICT",
            # Kept so that "erased" and "lost" are told apart, and an older copy of this file can be erased again.
            "CREATE TABLE erasures (handle TEXT PRIMARY KEY, erased_at TEXT NOT NULL) STRICT, WITHOUT ROWID",
        ),
    ),
)


class Keyring:
    """All may raise StoreFailed. Any thread; each change is durable when its method returns.

    It never waits for another lock while it holds its own, so it may be used inside a transaction of the store.
    """

    def __init__(self, file: CipherFile) -> None:
        self._file = file
        self.path = file.path
        self.on_erased: list[Callable[[], None]] = []
        """Called, without arguments, after keys were erased durably: copies of this file must follow."""
        self._pepper = self._load_pepper()
        # Whom a session has just met: a seal need not read a second file. Whoever reads this memory has the store's
        # key, and so these, anyway. Guarded, so that nothing read before an erasure is remembered after it.
        self._recent: OrderedDict[bytes, Subject] = OrderedDict()
        self._recent_lock = threading.Lock()
        self._forget_old_pages()

    @classmethod
    def open(cls, path: Path, key: bytes) -> Keyring:
        """Open or create the file under the store's key. Raises what CipherFile.open_with raises."""
        file = CipherFile.open_with(path, key, SCHEMA)
        try:
            return cls(file)
        except BaseException:
            file.close()
            raise

    def close(self) -> None:
        """May be called twice."""
        self._file.close()

    def key_for(self, who: str) -> Subject:
        """The person of an ID number (or of another lasting name), made durably at first sight."""
        if found := self.find(who):
            return found
        lookup = self._lookup(who)
        subject = Subject(secrets.token_hex(HANDLE_BYTES), secrets.token_bytes(KEY_BYTES))
        with self._file.transaction() as database:
            database.execute(
                "INSERT INTO subjects (handle, lookup, key, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (subject.handle, lookup, subject.key, _now()),
            )
        return self.find(who) or subject  # another thread's, if it came first

    def find(self, who: str) -> Subject | None:
        """The person of an ID number, or None where nothing of theirs is kept."""
        lookup = self._lookup(who)
        with self._recent_lock:
            if (met := self._recent.get(lookup)) is not None:
                return met
            rows = self._file.rows("SELECT handle, key FROM subjects WHERE lookup = ?", (lookup,))
            if not rows:
                return None
            self._recent[lookup] = Subject(rows[0]["handle"], rows[0]["key"])
            if len(self._recent) > RECENT_PEOPLE:
                self._recent.popitem(last=False)
            return self._recent[lookup]

    def person(self, handle: str) -> Subject | None:
        """The person of a handle, None where their key is gone."""
        rows = self._file.rows("SELECT handle, key FROM subjects WHERE handle = ?", (handle,))
        return Subject(rows[0]["handle"], rows[0]["key"]) if rows else None

    def seal(self, handle: str, data: bytes, context: str) -> bytes:
        """Close ``data`` under a person's key, for one place: ``context`` names it ("outbox <id>") and must be given
        again to open it. Raises Erased, KeyMissing.
        """
        return Subject(handle, self._key(handle)).seal(data, context)

    def unseal(self, handle: str, box: bytes, context: str) -> bytes:
        """What seal() closed. Raises Erased, KeyMissing, Unsealable."""
        key = self._key(handle)
        body = len(FORM) + NONCE_BYTES
        if not box.startswith(FORM) or len(box) < body:
            raise Unsealable(f"{context}: no box of this form")
        try:
            return AESGCM(key).decrypt(box[len(FORM) : body], box[body:], context.encode())
        except InvalidTag as error:
            raise Unsealable(f"{context}: changed, or closed for another place") from error

    def derive(self, handle: str, purpose: str, salt: bytes = b"") -> bytes:
        """32 bytes for one purpose, made of a person's key (HKDF-SHA256, RFC 5869). Raises Erased, KeyMissing."""
        return HKDF(SHA256(), KEY_BYTES, salt or None, purpose.encode()).derive(self._key(handle))

    def people(self) -> dict[str, Quiet | None]:
        """Everybody that has a key; None for those who had something open at the last look, or were not looked at."""
        rows = self._file.rows("SELECT handle, quiet_since, quiet_mark FROM subjects")
        return {
            row["handle"]: Quiet(datetime.fromisoformat(row["quiet_since"]), row["quiet_mark"])
            if row["quiet_since"]
            else None
            for row in rows
        }

    def note_quiet(self, looked_at: Mapping[str, Quiet | None]) -> None:
        """Keep what a look found, for the next one."""
        with self._file.transaction() as database:
            for handle, quiet in looked_at.items():
                database.execute(
                    "UPDATE subjects SET quiet_since = ?, quiet_mark = ? WHERE handle = ?",
                    (quiet.since.isoformat(), quiet.mark, handle) if quiet else (None, None, handle),
                )

    def erased(self) -> frozenset[str]:
        """Handles whose keys were erased here."""
        return frozenset(row["handle"] for row in self._file.rows("SELECT handle FROM erasures"))

    def erase(self, *handles: str) -> int:
        """Destroy these keys, durably, in this file and its log; gives how many there were.

        An unknown handle is noted as erased too, so that erasures can be repeated on an older copy of the file.
        """
        gone = self._erase(handles)
        with naming(self.path):
            for copy in copies_before_migration(self.path):
                discard(copy)
        self._forget_old_pages()
        if gone:
            log.info("subject_keys_erased", count=gone)
            for follow in self.on_erased:
                follow()
        return gone

    def _erase(self, handles: Iterable[str]) -> int:
        gone = 0
        with self._recent_lock, self._file.transaction() as database:
            self._recent.clear()
            for handle in handles:
                gone += database.execute("DELETE FROM subjects WHERE handle = ?", (handle,)).rowcount
                database.execute("INSERT INTO erasures VALUES (?, ?) ON CONFLICT DO NOTHING", (handle, _now()))
        return gone

    def _forget_old_pages(self) -> None:
        """The write-ahead log and copies of an older version still hold keys that were erased since."""
        (row,) = self._file.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        if row["busy"]:
            raise StoreError(f"{self.path}: somebody reads it, so erased keys stay in its log; close the other program")

    def _key(self, handle: str) -> bytes:
        rows = self._file.rows("SELECT key FROM subjects WHERE handle = ?", (handle,))
        if rows:
            return bytes(rows[0]["key"])
        if self._file.rows("SELECT 1 FROM erasures WHERE handle = ?", (handle,)):
            raise Erased(handle)
        raise KeyMissing(f"{self.path}: no key {handle}; restore the keyring that belongs to this store")

    def _lookup(self, who: str) -> bytes:
        return hmac.digest(self._pepper, who.encode(), hashlib.sha256)

    def _load_pepper(self) -> bytes:
        with self._file.transaction() as database:
            database.execute(
                "INSERT INTO pepper VALUES (1, ?) ON CONFLICT DO NOTHING", (secrets.token_bytes(PEPPER_BYTES),)
            )
            (row,) = self._file.rows("SELECT pepper FROM pepper")
        return bytes(row["pepper"])


def _now() -> str:
    return datetime.now(UTC).isoformat()
