"""The office's key for what is carried to it by hand: X25519, used with HPKE (RFC 9180)."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke, serialization
from cryptography.hazmat.primitives.asymmetric import x25519

from wire.canonical import bytes_sha256

_SUITE = (hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class CannotOpen(ValueError):
    """The ciphertext was changed, cut, moved, or made for another key."""


class TransferPublicKey:
    """What a kiosk is given at enrolment: with it anybody can seal, and only the office can open."""

    def __init__(self, public: x25519.X25519PublicKey) -> None:
        self._public = public

    @classmethod
    def from_pem(cls, pem: str) -> TransferPublicKey:
        """Raises ValueError for text that holds no X25519 public key."""
        public = serialization.load_pem_public_key(pem.encode())
        if not isinstance(public, x25519.X25519PublicKey):
            raise ValueError("not an X25519 public key; export it with: approval-backend export-key --transfer")
        return cls(public)

    def pem(self) -> str:
        return self._public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    @property
    def key_id(self) -> str:
        """SHA-256 of the raw 32 bytes: says which office a bundle is for."""
        return bytes_sha256(self._public.public_bytes_raw())

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """HPKE base mode, single shot; ``context`` is bound in and must be the same when opening."""
        return hpke.Suite(*_SUITE).encrypt(plain, self._public, info=context)


class TransferKey:
    """The office's private half."""

    def __init__(self, private: x25519.X25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def load_or_create(cls, path: Path) -> TransferKey:
        """Reads a PEM key, or makes one readable by its owner only. Raises ValueError for another kind of file."""
        if not path.exists():
            pem = x25519.X25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(path.suffix + ".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(pem)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if not isinstance(private, x25519.X25519PrivateKey):
            raise ValueError(f"{path}: not an X25519 private key; restore it from the office's backup")
        return cls(private)

    def public(self) -> TransferPublicKey:
        return TransferPublicKey(self._private.public_key())

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Raises CannotOpen."""
        try:
            return hpke.Suite(*_SUITE).decrypt(sealed, self._private, info=context)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("changed, cut, or made for another key") from error
