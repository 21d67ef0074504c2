"""Sealing a PDF/A (PAdES baseline B, ETSI EN 319 142-1) and telling whether a sealed one is as it was."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from asn1crypto import cms, core
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from approval_backend.e_licences.seal_key import SealKey

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # an unknown sealer is an answer here, no trouble of ours

FIELD = "Seal"
LARGEST_PDF_BYTES = 20_000_000
_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]*)>")


class SealState(StrEnum):
    """What a reader may rely on."""

    GENUINE = "genuine"  # sealed by a trusted authority, unaltered
    UNTRUSTED = "untrusted"  # unaltered since it was sealed, by somebody whom nobody here vouches for
    ALTERED = "altered"  # not what was sealed
    UNSEALED = "unsealed"  # a PDF without a seal
    UNREADABLE = "unreadable"  # no PDF


@dataclass(frozen=True)
class SealCheck:
    """The verdict, the sealer's name as its certificate says, and why."""

    state: SealState
    sealed_by: str = ""
    why: str = ""


def seal_pdf(pdf: bytes, key: SealKey, reason: str) -> bytes:
    """The same document with the seal as its first and only later revision; PDF/A stays PDF/A. ``reason``: plain words.

    A certification signature that permits no change (ISO 32000-1, 12.8.2.2: DocMDP level 1).
    """
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    for certificate in key.chain[1:]:
        registry.register(_asn1(certificate))
    signer = signers.SimpleSigner(
        signing_cert=_asn1(key.chain[0]),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            key.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ),
        cert_registry=registry,
        embed_roots=False,  # a root in the file vouches for nothing, and no signature would cover it
    )
    said = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
    )
    sealed = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), said, signer=signer)
    return bytes(sealed.getbuffer())


def check_seal(pdf: bytes, roots: tuple[x509.Certificate, ...]) -> SealCheck:
    """Whether a PDF is as the authority sealed it. Never raises for what a stranger may bring."""
    if len(pdf) > LARGEST_PDF_BYTES or not pdf.startswith(b"%PDF-"):
        return SealCheck(SealState.UNREADABLE, why="not a PDF, or larger than any licence")
    try:
        seals = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if not seals:
            if b"/ByteRange" in pdf:
                return SealCheck(SealState.ALTERED, why="it bore a seal, which does not read any more")
            return SealCheck(SealState.UNSEALED, why="it bears no seal")
        if len(seals) > 1:
            return SealCheck(SealState.ALTERED, why="it bears more than the authority's one seal")
        seal = seals[0]
        context = ValidationContext(trust_roots=[_asn1(root) for root in roots], allow_fetching=False)
        status = validate_pdf_signature(seal, signer_validation_context=context)
        tidy = _tidy(pdf)
    except Exception as error:  # noqa: BLE001 - the boundary: pyHanko's parsers raise whatever a stranger's bytes make
        return SealCheck(SealState.ALTERED, why=f"its structure does not hold: {type(error).__name__}")
    name = str(status.signing_cert.subject.native.get("common_name", ""))
    if not (status.intact and status.valid):
        return SealCheck(SealState.ALTERED, name, "its bytes are not those that were sealed")
    if status.coverage is not SignatureCoverageLevel.ENTIRE_FILE or not tidy:
        return SealCheck(SealState.ALTERED, name, "something stands in the file that the seal does not cover")
    if not status.trusted:
        return SealCheck(SealState.UNTRUSTED, name, "the sealer's certificate leads to no authority known here")
    return SealCheck(SealState.GENUINE, name)


def _tidy(pdf: bytes) -> bool:
    """Whether the seal's own place, the one stretch that it cannot cover, holds what a seal of ours holds, no more.

    Names of algorithms, lengths and padding stand outside of what is signed: made again from the parts that are
    signed or checked (RFC 5652, 5.3), they must come out the same, byte for byte.
    """
    places = _CONTENTS.findall(pdf)
    if len(places) != 1 or len(places[0]) % 2 or places[0] != places[0].upper():
        return False
    held = bytes.fromhex(places[0].decode("ascii"))
    found = cms.ContentInfo.load(held)["content"]
    signer = found["signer_infos"][0]
    sha256 = {"algorithm": "sha256", "parameters": core.Null()}
    made = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v1",
                "digest_algorithms": [sha256],
                "encap_content_info": {"content_type": "data"},
                "certificates": [choice.chosen for choice in found["certificates"]],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": signer["sid"],
                        "digest_algorithm": sha256,
                        "signed_attrs": signer["signed_attrs"],
                        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                        "signature": signer["signature"],
                    }
                ],
            },
        }
    ).dump()
    return made == held[: len(made)] and not held[len(made) :].strip(b"\x00")


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
