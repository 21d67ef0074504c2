"""The deployment's authority over technicians: is this certificate one of ours, valid today and not revoked?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from drivers.device import Fault

E = TypeVar("E", bound=x509.ExtensionType)

CHAIN_MOST = 4  # leaf, two intermediates, root
SMART_CARD_LOGON = ObjectIdentifier("1.3.6.1.4.1.311.20.2.2")
FOR_PEOPLE = {ExtendedKeyUsageOID.CLIENT_AUTH, SMART_CARD_LOGON, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
REFUSED_SIGNATURE = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm)


@dataclass(frozen=True)
class Authority:
    """``roots`` are trusted, ``intermediates`` only lead to them; ``revocations`` are lists that they signed."""

    roots: Sequence[x509.Certificate] = field(repr=False)
    intermediates: Sequence[x509.Certificate] = field(default=(), repr=False)
    revocations: Sequence[x509.CertificateRevocationList] = field(default=(), repr=False)


@dataclass(frozen=True)
class Trusted:
    """What is known of a certificate that was accepted. ``serial`` names the certificate, not the person."""

    serial: int
    valid_until: datetime
    revocations_from: datetime | None  # UTC; None where no list was given: then revocation was not checked


def load(certificates: Path, revocations: Path | None = None) -> Authority:
    """PEM files: self-signed certificates are roots, the others intermediates. ValueError naming file and reason."""
    try:
        found = x509.load_pem_x509_certificates(certificates.read_bytes())
        lists = [x509.load_pem_x509_crl(revocations.read_bytes())] if revocations else []
    except (OSError, ValueError) as error:
        raise ValueError(f"{certificates} or {revocations}: {error}") from None
    roots = [one for one in found if one.subject == one.issuer]
    if not roots:
        raise ValueError(f"{certificates}: holds no root")
    return Authority(roots, [one for one in found if one not in roots], lists)


def require_trusted(leaf: x509.Certificate, authority: Authority, now: datetime) -> Trusted:
    """Faults: ``certificate_other_authority``, ``certificate_expired``, ``certificate_not_yet_valid``,
    ``certificate_revoked``, ``certificate_not_for_people``. A stale revocation list still revokes; its age is told.
    """
    chain = _chain(leaf, authority)
    for one in chain:
        if now > one.not_valid_after_utc:
            raise Fault("smart_card.certificate_expired", f"serial {one.serial_number:x}")
        if now < one.not_valid_before_utc:
            raise Fault("smart_card.certificate_not_yet_valid", f"serial {one.serial_number:x}")
    checked: list[datetime] = []
    for one, issuer in pairwise(chain):
        for revoked in _lists_of(issuer, authority):
            if revoked.get_revoked_certificate_by_serial_number(one.serial_number) is not None:
                raise Fault("smart_card.certificate_revoked", f"serial {one.serial_number:x}")
            if one is leaf:
                checked.append(revoked.last_update_utc)
    _require_for_people(leaf)
    return Trusted(leaf.serial_number, leaf.not_valid_after_utc, max(checked, default=None))


def now_utc() -> datetime:
    return datetime.now(UTC)


def _chain(leaf: x509.Certificate, authority: Authority) -> list[x509.Certificate]:
    """Leaf first, root last. Only an issuer that may sign, and whose signature fits, leads on."""
    chain = [leaf]
    while len(chain) < CHAIN_MOST:
        last = chain[-1]
        root = next((one for one in authority.roots if _issued(last, one, len(chain) - 1)), None)
        if root is not None:
            return [*chain, root]
        step = next((one for one in authority.intermediates if _issued(last, one, len(chain) - 1)), None)
        if step is None or step in chain:
            break
        chain.append(step)
    raise Fault("smart_card.certificate_other_authority", f"serial {leaf.serial_number:x}")


def _issued(one: x509.Certificate, issuer: x509.Certificate, authorities_between: int) -> bool:
    try:
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        if not limits.ca or (limits.path_length is not None and authorities_between > limits.path_length):
            return False
        usage = _extension(issuer, x509.KeyUsage)
        if usage is not None and not usage.key_cert_sign:
            return False
        one.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, *REFUSED_SIGNATURE):
        return False
    return True


def _lists_of(issuer: x509.Certificate, authority: Authority) -> list[x509.CertificateRevocationList]:
    fitting = []
    for revoked in authority.revocations:
        if revoked.issuer != issuer.subject:
            continue
        try:
            genuine = revoked.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
        except REFUSED_SIGNATURE:
            genuine = False
        if genuine:
            fitting.append(revoked)
    return fitting


def _require_for_people(leaf: x509.Certificate) -> None:
    usage = _extension(leaf, x509.KeyUsage)
    purposes = _extension(leaf, x509.ExtendedKeyUsage)
    limits = _extension(leaf, x509.BasicConstraints)
    signs = usage is None or usage.digital_signature
    for_people = purposes is None or bool(FOR_PEOPLE & set(purposes))
    if not signs or not for_people or (limits is not None and limits.ca):
        raise Fault("smart_card.certificate_not_for_people", f"serial {leaf.serial_number:x}")


def _extension(one: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return one.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
