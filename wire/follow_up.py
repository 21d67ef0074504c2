"""How a resident follows an application before the office has answered: a number to say, a page to open.

Both are computed from the sealed envelope, by the kiosk without a network and by the office when it arrives.
"""

from __future__ import annotations

import base64
import hashlib
import re

from stdnum.iso7064 import mod_11_10

from wire.messages import Envelope

PROGRESS_PREFIX = "/p/"
_TOKEN_BYTES = 16  # 128 bits: nobody guesses one in the life of an office
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_DIGITS = 8  # with the check digit three short groups, as people say telephone numbers


def local_number(application_id: str) -> str:
    """``4821-7063-9``: eight digits of the id's SHA-256 and an ISO 7064 MOD 11,10 check digit.

    Two applications may share one (one chance in 100 million a pair): whoever answers the telephone asks the name.
    """
    digits = f"{int.from_bytes(hashlib.sha256(application_id.encode('ascii')).digest()[:8]) % 10**_DIGITS:0{_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}-{mod_11_10.calc_check_digit(digits)}"


def is_local_number(said: str) -> bool:
    """Whether the check digit fits; dashes and spaces do not matter."""
    digits = re.sub(r"[\s-]", "", said)
    return bool(re.fullmatch(r"[0-9]{9}", digits)) and bool(mod_11_10.is_valid(digits))


def progress_token(envelope: Envelope) -> str:
    """22 characters. Made from the device's signature, whose randomness only kiosk and office have ever seen."""
    digest = hashlib.sha256(b"progress page:" + envelope.signature.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).rstrip(b"=").decode("ascii")


def is_progress_token(token: str) -> bool:
    """Whether it has the shape of one."""
    return bool(_TOKEN.fullmatch(token))


def progress_url(base_url: str, envelope: Envelope) -> str:
    """``BASE/p/TOKEN``, the address of the page that says how far the application has come."""
    return f"{base_url.rstrip('/')}{PROGRESS_PREFIX}{progress_token(envelope)}"
