"""An authority made for the tests, and the cards that it issues, revokes and lets expire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _usage(sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        not sign_certificates, False, False, False, False, sign_certificates, sign_certificates, False, False
    )


@dataclass
class Issuer:
    """A certificate authority of one key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def issue(
        self,
        key: Key,
        words: str = "Technician 7",
        start: datetime = NOW - DAY,
        end: datetime = NOW + 30 * DAY,
        purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    ) -> x509.Certificate:
        return (
            _builder(words, self.certificate.subject, key, start, end)
            .add_extension(_usage(False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def issuer_below(self, words: str, path_length: int | None = 0, ca: bool = True) -> Issuer:
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            _builder(words, self.certificate.subject, key, NOW - DAY, NOW + 60 * DAY)
            .add_extension(x509.BasicConstraints(ca, path_length if ca else None), critical=True)
            .add_extension(_usage(True), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        return Issuer(made, key)

    def revoke(self, *serials: int, by: ec.EllipticCurvePrivateKey | None = None) -> x509.CertificateRevocationList:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(NOW - DAY).next_update(NOW)
        for serial in serials:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - DAY).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(by or self.key, hashes.SHA256())


def root(words: str = "Rig authority") -> Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        _builder(words, _name(words), key, NOW - DAY, NOW + 90 * DAY)
        .add_extension(x509.BasicConstraints(True, 1), critical=True)
        .add_extension(_usage(True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Issuer(made, key)


def _builder(words: str, issuer: x509.Name, key: Key, start: datetime, end: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(words))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
