"""The one byte form of a message that is hashed and signed (RFC 8785, JSON Canonicalization Scheme)."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785
from pydantic import BaseModel


def canonical_bytes(value: BaseModel | dict[str, Any] | list[Any]) -> bytes:
    """RFC 8785 bytes of a message; a pydantic model goes through its JSON form first.

    Raises rfc8785.CanonicalizationError for what JSON cannot hold (NaN, integers over 2**53).
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    return rfc8785.dumps(plain)


def content_sha256(value: BaseModel | dict[str, Any] | list[Any]) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def bytes_sha256(data: bytes) -> str:
    """SHA-256 of raw bytes (a material, a PDF), 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
