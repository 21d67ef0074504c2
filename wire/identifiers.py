"""Numbers with check digits: resident id (GB 11643), social credit code (GB 32100), e-licence (GB/T 36904)."""

from __future__ import annotations

import re
from datetime import datetime

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

E_LICENCE_ROOT = "1.2.156.3005.2"
_E_LICENCE = re.compile(
    re.escape(E_LICENCE_ROOT) + r"\.([0-9A-Z]{21})\.([0-9A-Z]{18})\.([0-9A-Z]{1,24})\.([0-9]{3})\.([0-9A-Z])"
)


def is_resident_id(number: str) -> bool:
    """True for 18 characters with a calendar birthday and the GB 11643 check character.

    Region codes are not looked up: cards with retired or never-listed codes are in people's pockets.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    try:
        datetime.strptime(number[6:14], "%Y%m%d")
    except ValueError:
        return False
    return bool(ric.calc_check_digit(number) == number[-1])


def is_social_credit_code(code: str) -> bool:
    """True for 18 characters of the GB 32100 alphabet with the right check character."""
    try:
        return uscc.validate(code) == code
    except ValidationError:
        return False


def social_credit_code(authority: str, category: str, region: str, organisation: str) -> str:
    """1 authority + 1 category + 6 region + 9 organisation characters, with the GB 32100 check character appended."""
    body = authority + category + region + organisation
    return body + str(uscc.calc_check_digit(body))


def e_licence_identifier(type_code: str, issuer_code: str, serial: str, version: int = 1) -> str:
    """``1.2.156.3005.2.`` + type (21) . issuer (18) . serial . version (3) . check (ISO 7064 MOD 37,36).

    Raises ValueError for a part of the wrong shape.
    """
    fields = [type_code, issuer_code, serial, f"{version:03d}"]
    without_check = ".".join([E_LICENCE_ROOT, *fields])
    if not _E_LICENCE.fullmatch(without_check + ".0"):
        raise ValueError(f"e-licence identifier: a part has the wrong shape: {without_check}")
    return f"{without_check}.{mod_37_36.calc_check_digit(''.join(fields))}"


def is_e_licence_identifier(identifier: str) -> bool:
    """True for the GB/T 36904 shape with the right check character."""
    match = _E_LICENCE.fullmatch(identifier)
    return bool(match) and bool(mod_37_36.is_valid("".join(match.groups()))) if match else False
