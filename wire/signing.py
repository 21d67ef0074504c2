"""ECDSA P-256 signatures, as devices and the office make and check them."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

_SCALAR_BYTES = 32  # P-256: r and s are 32 bytes each


class BadSignature(ValueError):
    """A signature that does not belong to these bytes and this key."""


class SigningKey:
    """A P-256 private key.

    ``sign`` gives raw r‖s (64 bytes) as unpadded base64url: 86 characters, short enough for a QR.
    """

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load_or_create(cls, path: Path) -> SigningKey:
        """Reads a PEM key, or makes one readable by its owner only.

        Raises ValueError for a file that is no P-256 key.
        """
        if not path.exists():
            key = cls.generate()
            pem = key._private.private_bytes(
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
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            raise ValueError(f"{path}: not a P-256 private key; move it away and a new one is made")
        return cls(private)

    def sign(self, data: bytes) -> str:
        r, s = utils.decode_dss_signature(self._private.sign(data, ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(_SCALAR_BYTES, "big") + s.to_bytes(_SCALAR_BYTES, "big")
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def public(self) -> VerifyKey:
        return VerifyKey(self._private.public_key())


class VerifyKey:
    """The public half of a SigningKey."""

    def __init__(self, public: ec.EllipticCurvePublicKey) -> None:
        self._public = public

    @classmethod
    def from_pem(cls, pem: str) -> VerifyKey:
        """Raises ValueError for text that holds no P-256 public key."""
        public = serialization.load_pem_public_key(pem.encode())
        if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
            raise ValueError("not a P-256 public key")
        return cls(public)

    def pem(self) -> str:
        return self._public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()

    def verify(self, data: bytes, signature: str) -> None:
        """Raises BadSignature unless ``signature`` (base64url r‖s) is this key's over ``data``."""
        try:
            raw = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_", validate=True)
            if len(raw) != 2 * _SCALAR_BYTES or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != signature:
                raise BadSignature("a signature is 64 bytes in base64url without padding")
            r, s = int.from_bytes(raw[:_SCALAR_BYTES], "big"), int.from_bytes(raw[_SCALAR_BYTES:], "big")
            self._public.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError) as error:
            raise BadSignature(str(error) or "the signature does not match") from error
