"""Who this device is: its id, its signing key, and the one office that it trusts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from wire.canonical import bytes_sha256
from wire.signing import SigningKey, VerifyKey

KEY_FILE = "device.key.pem"
PUBLIC_FILE = "device.pub.pem"  # what the office is given; nothing secret
ID_FILE = "device.id"
TRUST_FILE = "trust.pem"  # the office's public key
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,62})")


class EnrolmentError(Exception):
    """A file of the enrolment is missing or unusable; the message names it and the remedy."""


@dataclass(frozen=True)
class Device:
    """An enrolled device. The private key never leaves its file."""

    device_id: str
    key: SigningKey = field(repr=False)
    public_file: Path


def enrol(data_dir: Path, device_id: str | None = None) -> Device:
    """Make key, id and public file in ``data_dir``, or read the ones that are there.

    Without ``device_id`` the id is "kiosk-" and 12 digits of the public key's SHA-256, so that two devices never share
    one. Raises EnrolmentError for an unusable file or another id than the one enrolled.
    """
    try:
        key = SigningKey.load_or_create(data_dir / KEY_FILE)
    except ValueError as error:
        raise EnrolmentError(f"{data_dir / KEY_FILE}: no device key; restore it or enrol the device anew") from error
    public = key.public().pem()
    _write_once(data_dir / ID_FILE, device_id or f"kiosk-{bytes_sha256(public.encode())[:12]}")
    enrolled = (data_dir / ID_FILE).read_text(encoding="ascii", errors="replace").strip()
    if not _ID.fullmatch(enrolled):
        raise EnrolmentError(f"{data_dir / ID_FILE}: no device id (a-z, 0-9, -, 2 to 63 of them)")
    if device_id not in (None, enrolled):
        raise EnrolmentError(f"{data_dir} is enrolled as {enrolled}, not {device_id}; use a folder of its own")
    public_file = data_dir / PUBLIC_FILE
    if not public_file.exists() or public_file.read_text(encoding="ascii") != public:
        public_file.unlink(missing_ok=True)  # it is only a copy; the key is the truth
        _write_once(public_file, public)
    return Device(enrolled, key, public_file)


def office_key(data_dir: Path) -> VerifyKey:
    """The public key of the office whose orders and catalogue this device obeys. Raises EnrolmentError."""
    path = data_dir / TRUST_FILE
    try:
        return VerifyKey.from_pem(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise EnrolmentError(f"{path}: missing; fetch the office's public key and put it there") from error
    except ValueError as error:
        raise EnrolmentError(f"{path}: no P-256 public key; fetch the office's public key again") from error


def trust_office(data_dir: Path, pem: str) -> VerifyKey:
    """Pin the office's public key; it is never replaced by itself. Raises EnrolmentError for another than before."""
    try:
        given = VerifyKey.from_pem(pem)
    except ValueError as error:
        raise EnrolmentError("the office's key is no P-256 public key in PEM form") from error
    _write_once(data_dir / TRUST_FILE, given.pem())
    pinned = office_key(data_dir)
    if pinned.pem() != given.pem():
        raise EnrolmentError(f"{data_dir / TRUST_FILE} holds another office's key; a technician must remove it first")
    return pinned


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, durable, and never over what is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="ascii") as file:
        file.write(text if text.endswith("\n") else text + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
