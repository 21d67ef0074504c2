"""A technician's PIV card (NIST SP 800-73-4): its certificate, its PIN, a signature with the key of slot 9A."""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from drivers.device import Fault
from drivers.smart_card import apdu, tlv
from drivers.smart_card.device import CardLink

APPLICATION = bytes.fromhex("A00000030800001000")  # without the version: the card chooses
CERTIFICATE_9A = bytes.fromhex("5FC105")
SLOT_9A = 0x9A
PIN_REFERENCE = 0x80
PIN = re.compile(r"[0-9]{6,8}")
PIN_BYTES = 8  # padded with FF
CERTIFICATE_BYTES_MOST = 16 * 1024  # unpacked; a gzip bomb must not become one

TAG_OBJECT, TAG_CERTIFICATE, TAG_CERTINFO = 0x53, 0x70, 0x71
COMPRESSED = 0x01  # bit of CertInfo
TAG_TEMPLATE, TAG_CHALLENGE, TAG_RESPONSE = 0x7C, 0x81, 0x82


class PinWrong(Fault):
    """The card refused the PIN. ``tries_left`` is what the card says; at 0 it is locked."""

    def __init__(self, tries_left: int) -> None:
        super().__init__("smart_card.pin_wrong", f"{tries_left} tries left")
        self.tries_left = tries_left


@dataclass(frozen=True)
class PivCard:
    """A card that was recognised as PIV and whose certificate could be read. The certificate names a person."""

    link: CardLink = field(repr=False)
    certificate: x509.Certificate = field(repr=False)


def read(link: CardLink) -> PivCard:
    """The certificate of slot 9A. Faults: ``not_this_card``, ``file_missing``, ``certificate_invalid``."""
    apdu.select(link.transmit, APPLICATION, "PIV application")
    answer = apdu.exchange(link.transmit, apdu.command(0xCB, 0x3F, 0xFF, tlv.encode(0x5C, CERTIFICATE_9A), le=256))
    return PivCard(link, certificate(apdu.require_done(answer, "certificate")))


def certificate(data: bytes) -> x509.Certificate:
    """The certificate in a PIV data object, unpacked if it is compressed.

    Faults: ``smart_card.garbled`` for TLV that is none, ``smart_card.certificate_invalid``.
    """
    parts = tlv.find(data, TAG_OBJECT)
    raw = tlv.find(parts, TAG_CERTIFICATE)
    info = next((value for tag, value in tlv.parse(parts) if tag == TAG_CERTINFO), b"\0")
    if info[:1] and info[0] & COMPRESSED:
        raw = _unpacked(raw)
    try:
        found = x509.load_der_x509_certificate(raw)
        found.public_key()  # parsed late otherwise, and then in the middle of a sign-in
        found.extensions  # noqa: B018 - the same
    except (ValueError, TypeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm):
        raise Fault("smart_card.certificate_invalid", "no X.509 certificate") from None
    return found


def tries_left(card: PivCard) -> int | None:
    """How often the PIN may still be tried, without using a try; None when the card does not say."""
    answer = apdu.exchange(card.link.transmit, apdu.command(0x20, 0x00, PIN_REFERENCE))
    if answer.sw >> 4 == 0x63C:
        return answer.sw & 0x0F
    return 0 if answer.sw == 0x6983 else None


def verify_pin(card: PivCard, pin: str) -> None:
    """Unlock the key. Faults: ``pin_malformed`` (the card was not asked), PinWrong, ``pin_blocked``."""
    if not PIN.fullmatch(pin):
        raise Fault("smart_card.pin_malformed", "a PIN has 6 to 8 digits")
    padded = pin.encode("ascii").ljust(PIN_BYTES, b"\xff")
    answer = apdu.exchange(card.link.transmit, apdu.command(0x20, 0x00, PIN_REFERENCE, padded))
    if answer.sw >> 4 == 0x63C:
        if answer.sw & 0x0F == 0:
            raise Fault("smart_card.pin_blocked", "that was the last try")
        raise PinWrong(answer.sw & 0x0F)
    apdu.require_done(answer, "PIN")


def sign(card: PivCard, algorithm: int, prepared: bytes) -> bytes:
    """GENERAL AUTHENTICATE with slot 9A over prepared bytes. Fault ``access_denied`` without a PIN."""
    template = tlv.encode(TAG_TEMPLATE, tlv.encode(TAG_RESPONSE, b"") + tlv.encode(TAG_CHALLENGE, prepared))
    answer = apdu.exchange_long(card.link.transmit, 0x87, algorithm, SLOT_9A, template, le=256)
    return tlv.find(apdu.require_done(answer, "signature"), TAG_TEMPLATE, TAG_RESPONSE)


def _unpacked(raw: bytes) -> bytes:
    try:
        unpacker = zlib.decompressobj(wbits=31)  # 31: gzip
        found = unpacker.decompress(raw, CERTIFICATE_BYTES_MOST)
    except zlib.error:
        raise Fault("smart_card.certificate_invalid", "compressed, and cannot be unpacked") from None
    if not unpacker.eof:
        raise Fault("smart_card.certificate_invalid", "compressed, and without an end")
    return found


def data_object(der: bytes, compressed: bool = False) -> bytes:
    """The other way round, for simulators: a certificate as a PIV card keeps it."""
    raw = gzip.compress(der, mtime=0) if compressed else der
    info = bytes([COMPRESSED if compressed else 0])
    parts = tlv.encode(TAG_CERTIFICATE, raw) + tlv.encode(TAG_CERTINFO, info) + tlv.encode(0xFE, b"")
    return tlv.encode(TAG_OBJECT, parts)
