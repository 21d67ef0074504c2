"""The authority's electronic seal: a P-256 key and its certificate, given by the deployment or made for a trial.

A seal key of its own, apart from the office's signing key: documents outlive keys of the protocol, and a deployment
brings a certificate of a licensed certification authority (State Council Order 716, art. 9) as two PEM files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEY_FILE, CHAIN_FILE = "seal_key.pem", "seal_chain.pem"
_TRIAL_YEARS = 10


class SealUnusable(ValueError):
    """The seal's key or certificates cannot be used; the message names the file and what to do."""


@dataclass(frozen=True)
class SealKey:
    """The private key and its chain, the seal's own certificate first, its root last."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    @classmethod
    def load_or_create(cls, data: Path, authority: str) -> SealKey:
        """From the data folder; where there is none, a trial's own. Raises SealUnusable."""
        key_file, chain_file = data / KEY_FILE, data / CHAIN_FILE
        if not key_file.exists() and not chain_file.exists():
            _make(key_file, chain_file, authority)
        try:
            key = serialization.load_pem_private_key(key_file.read_bytes(), None)
            chain = tuple(x509.load_pem_x509_certificates(chain_file.read_bytes()))
        except (OSError, ValueError, TypeError) as error:
            raise SealUnusable(
                f"{key_file} and {chain_file}: the seal's key and its certificates (PEM) are needed, both: {error}"
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise SealUnusable(f"{key_file}: the seal's key must be an elliptic-curve key (P-256)")
        if chain[0].public_key() != key.public_key():
            raise SealUnusable(f"{chain_file}: the first certificate is not that of {key_file}")
        return cls(key, chain)

    def chain_pem(self) -> str:
        """The certificates as PEM text."""
        return "".join(certificate.public_bytes(serialization.Encoding.PEM).decode() for certificate in self.chain)

    def is_trial(self) -> bool:
        """Whether it was made here, not by a certification authority."""
        return self.chain[-1].subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[:1] == [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TRIAL)
        ]


TRIAL = "TRIAL ONLY"


def _make(key_file: Path, chain_file: Path, authority: str) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(f"{authority} (trial root)"[:64])
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, is_root=True)
    leaf = _certificate(_name(authority[:64]), root_name, key.public_key(), root_key, is_root=False)
    pem = serialization.Encoding.PEM
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )  # the root's key is thrown away: a trial's seal is replaced, not renewed
    chain_file.write_bytes(leaf.public_bytes(pem) + root.public_bytes(pem))


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TRIAL),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    is_root: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,  # what a seal is: it cannot be denied later
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a reader's clock may be behind
        .not_valid_after(now + timedelta(days=365 * _TRIAL_YEARS))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
