"""What the QR on paper holds: our verification address, the e-licence identifier and the office's signature."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

from wire.signing import SigningKey

PATH_PREFIX = "/v/"


def signed_text(identifier: str) -> bytes:
    """The bytes that the office signs for a QR."""
    return b"e-licence:" + identifier.encode("ascii")


def verification_url(base_url: str, identifier: str, key: SigningKey) -> str:
    """``BASE/v/IDENTIFIER?s=SIGNATURE``."""
    return f"{base_url.rstrip('/')}{PATH_PREFIX}{quote(identifier)}?s={key.sign(signed_text(identifier))}"


def parse_verification_url(url: str) -> tuple[str, str]:
    """(identifier, signature). Raises ValueError for an address of another shape."""
    parts = urlsplit(url)
    signatures = parse_qs(parts.query).get("s", [])
    if not parts.path.startswith(PATH_PREFIX) or len(signatures) != 1:
        raise ValueError("not a verification address: expected …/v/IDENTIFIER?s=SIGNATURE")
    return parts.path[len(PATH_PREFIX) :], signatures[0]
