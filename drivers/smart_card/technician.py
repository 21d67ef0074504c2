"""A technician signs in: chain first, then the PIN, then proof that the card holds the certificate's key."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from drivers.device import Fault
from drivers.smart_card import piv
from drivers.smart_card.authority import Authority, Trusted, now_utc, require_trusted
from drivers.smart_card.device import CardLink

CONTEXT = b"kiosk technician sign-in\0"  # what is signed can be no signature for anything else
NONCE_BYTES = 32
LAST_TRY = 1

RSA_2048, ECC_P256, ECC_P384 = 0x07, 0x11, 0x14  # SP 800-78-4, table 6-2
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo of PKCS #1 v1.5


def sign_in(
    link: CardLink,
    pin: str,
    authority: Authority,
    *,
    use_last_try: bool = False,
    now: Callable[[], datetime] = now_utc,
) -> Trusted:
    """Faults: those of piv.py and authority.py; ``last_try`` when only one is left and ``use_last_try`` is not said;
    ``signature_wrong`` for a card that shows a certificate whose key it does not have.
    """
    card = piv.read(link)
    trusted = require_trusted(card.certificate, authority, now())  # a stranger's card is not asked for a PIN
    left = piv.tries_left(card)
    if left == 0:
        raise Fault("smart_card.pin_blocked", "no tries left")
    if left == LAST_TRY and not use_last_try:
        raise Fault("smart_card.last_try", "one try left")
    piv.verify_pin(card, pin)
    _prove(card, secrets.token_bytes(NONCE_BYTES))
    return trusted


def _prove(card: piv.PivCard, nonce: bytes) -> None:
    key = card.certificate.public_key()
    message = CONTEXT + nonce
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in ("secp256r1", "secp384r1"):
            small = key.curve.name == "secp256r1"
            hash_: hashes.HashAlgorithm = hashes.SHA256() if small else hashes.SHA384()
            signature = piv.sign(card, ECC_P256 if small else ECC_P384, _digest(message, hash_))
            key.verify(signature, message, ec.ECDSA(hash_))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048:
            signature = piv.sign(card, RSA_2048, pkcs1_block(_digest(message, hashes.SHA256())))
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise Fault("smart_card.not_supported", "key of slot 9A: neither P-256, P-384 nor RSA-2048")
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        raise Fault("smart_card.signature_wrong", "slot 9A") from None


def _digest(message: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(message)
    return digest.finalize()


def pkcs1_block(sha256: bytes) -> bytes:
    """The 256 bytes that an RSA-2048 card exponentiates: EMSA-PKCS1-v1_5 of a SHA-256 digest (RFC 8017, 9.2)."""
    tail = b"\0" + SHA256_PREFIX + sha256
    return b"\0\1" + b"\xff" * (256 - 2 - len(tail)) + tail
