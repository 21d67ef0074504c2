"""Whether a card's number can be one of its kind."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from drivers.id_card.card import CardKind
from wire.identifiers import is_resident_id

# Hong Kong, Macao, Taiwan: what numbers of residence permits begin with
PERMIT_REGIONS = ("810000", "820000", "830000")
# G: three letters of the country, then digits. Its own check digit is not documented well enough to refuse anybody by.
NUMBER_2017 = re.compile(r"[A-Z]{3}[0-9]{12}")
NUMBER_2023 = re.compile(r"9[0-9]{16}[0-9X]")


def is_number_of(kind: CardKind, number: str) -> bool:
    """True for the shape, the check character and, where it holds one, the calendar birthday of that kind's numbers."""
    match kind:
        case CardKind.RESIDENT:
            return is_resident_id(number)
        case CardKind.RESIDENCE_PERMIT:
            return number.startswith(PERMIT_REGIONS) and is_resident_id(number)
        case CardKind.FOREIGNER_2017:
            return bool(NUMBER_2017.fullmatch(number))
        case CardKind.FOREIGNER_2023:
            return bool(NUMBER_2023.fullmatch(number)) and _mod_11_2(number)


def _mod_11_2(number: str) -> bool:
    try:
        return bool(mod_11_2.validate(number) == number)
    except ValidationError:
        return False
