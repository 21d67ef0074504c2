"""Is this PDF a licence as the authority sealed it? ``licence check`` for whoever was handed one."""

from __future__ import annotations

import argparse
from pathlib import Path

from cryptography import x509

from approval_backend.e_licences.seal_key import CHAIN_FILE
from approval_backend.e_licences.sealing import SealState, check_seal

_SAID = {
    SealState.GENUINE: "sealed and unaltered",
    SealState.UNTRUSTED: "unaltered, but sealed by somebody whom nobody here vouches for",
    SealState.ALTERED: "ALTERED",
    SealState.UNSEALED: "not sealed",
    SealState.UNREADABLE: "not a PDF that can be read",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``licence check FILE``."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    checking = verbs.add_parser("check", help="whether a PDF is a licence as it was sealed; 0 only if it is")
    checking.add_argument("file", type=Path)
    trust = checking.add_mutually_exclusive_group(required=True)
    trust.add_argument("--data", type=Path, help="the office whose seal is trusted")
    trust.add_argument("--roots", type=Path, help="PEM file of trusted certificates, e.g. from https://office/seal")
    checking.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    trusted: Path = options.roots or options.data / CHAIN_FILE
    try:
        roots = tuple(x509.load_pem_x509_certificates(trusted.read_bytes()))
    except ValueError as error:
        raise ValueError(f"{trusted}: holds no certificates (PEM): {error}") from error
    found = check_seal(options.file.read_bytes(), roots[-1:])  # a chain: its root is last
    by = f", by {found.sealed_by}" if found.sealed_by else ""
    print(f"{options.file}: {_SAID[found.state]}{by}{f' ({found.why})' if found.why else ''}")
    return 0 if found.state is SealState.GENUINE else 1
