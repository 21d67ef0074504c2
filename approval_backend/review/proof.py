"""What a proof of premises says: whose, where, until when; found by its labels in the lines that were read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from approval_backend.review.reading import Line, in_reading_order

LEAST_LINES = 4  # a contract or certificate has more; a blank page or a photo of the table has fewer
LEAST_MEAN_CONFIDENCE = 0.75  # RapidOCR gives 0.9 and above on a sharp page, below 0.7 on a blurred one

_KINDS = (
    ("tenancy_contract", re.compile(r"租赁合同|租赁协议|租房合同|租房协议")),
    ("use_certificate", re.compile(r"(场地|场所|房屋)使用证明|无偿使用证明|无偿使用协议")),
    ("title_deed", re.compile(r"不动产权证|房屋所有权证")),
)
# A label, then perhaps a bracket such as （乙方）, then the value, there or in the next box of the row. The text is
# NFKC: brackets, colons and commas are the half-width ones.
_BRACKET = r"[(【\[][^)】\]]{0,8}[)】\]]"
# A bracket or a colon must follow the label, or nothing: 乙方不得转租 is a sentence, not a label.
_VALUE = rf"(?:{_BRACKET}\s*:?|:|$)\s*(.*)$"
_USER = re.compile(rf"^\W*(?:承租方|承租人|乙方|使用方|使用人|房屋使用人|场地使用人|经营者)(?:姓名|名称)?\s*{_VALUE}")
_ADDRESS = re.compile(
    rf"^\W*(?:房屋坐落|房屋地址|租赁房屋地址|租赁地址|坐落|经营场所地址|经营场所|场地地址|场所地址)\s*{_VALUE}"
)
_ANY_LABEL = re.compile(r"^[^:]{1,14}:|^[一二三四五六七八九十]+、|^第[一二三四五六七八九十]+条")
_DATE = r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?"
_TERM = re.compile(rf"{_DATE}\s*(?:起)?\s*[至到~—–-]+\s*{_DATE}")
_AFTER_NAME = re.compile(r"[,;。、(]|\s{2,}|身份证|证件|电话|联系|签[字名章]|盖章")
_AFTER_ADDRESS = re.compile(r"[;。]|建筑面积|使用面积|面积:|用途:")


@dataclass(frozen=True)
class Proof:
    """The facts found; an empty string where nothing was. Dates are YYYY-MM-DD. ``repr`` shows no resident's data."""

    present: bool = False
    readable: bool = False
    kind: str = ""  # tenancy_contract | use_certificate | title_deed
    user: str = field(default="", repr=False)
    user_confidence: float = 0.0
    address: str = field(default="", repr=False)
    address_confidence: float = 0.0
    starts: str = ""
    ends: str = ""


def read_proof(lines: tuple[Line, ...]) -> Proof:
    """The facts on a page that was handed in. An unreadable page is present and not readable."""
    rows = [
        [Line(unicodedata.normalize("NFKC", cell.text).strip(), cell.confidence) for cell in row]
        for row in in_reading_order(lines)
    ]
    cells = [cell for row in rows for cell in row if cell.text]
    mean = sum(cell.confidence for cell in cells) / len(cells) if cells else 0.0
    user, user_confidence = _labelled(rows, _USER, _AFTER_NAME, wraps=False)
    address, address_confidence = _labelled(rows, _ADDRESS, _AFTER_ADDRESS, wraps=True)
    starts, ends = _term("".join(cell.text for cell in cells))
    return Proof(
        present=True,
        readable=len(cells) >= LEAST_LINES and mean >= LEAST_MEAN_CONFIDENCE,
        kind=next((kind for kind, pattern in _KINDS if any(pattern.search(c.text) for c in cells)), ""),
        user=user,
        user_confidence=user_confidence,
        address=address,
        address_confidence=address_confidence,
        starts=starts,
        ends=ends,
    )


def _labelled(
    rows: list[list[Line]], label: re.Pattern[str], stop: re.Pattern[str], *, wraps: bool
) -> tuple[str, float]:
    """The value after the first matching label, with the lowest confidence of the lines it came from."""
    for number, row in enumerate(rows):
        for position, cell in enumerate(row):
            match = label.match(cell.text)
            if not match:
                continue
            value, confidence = match.group(1), cell.confidence
            following = row[position + 1 :]
            if not value.strip() and following:
                value, confidence = following[0].text, min(confidence, following[0].confidence)
            ended = stop.search(value)
            if wraps and not ended and number + 1 < len(rows):
                value, confidence = _with_next_row(value, confidence, rows[number + 1], stop)
            value = stop.split(value, maxsplit=1)[0].strip(" _:")
            if value:
                return value, round(confidence, 3)
    return "", 0.0


def _with_next_row(value: str, confidence: float, row: list[Line], stop: re.Pattern[str]) -> tuple[str, float]:
    """An address may go on in the next row; it does if that row is no label and no sentence of its own."""
    first = row[0]
    goes_on = len(row) == 1 and not _ANY_LABEL.match(first.text) and len(first.text) <= 20
    goes_on = goes_on and bool(re.search(r"[号栋楼室层附]\S*$", stop.split(first.text, maxsplit=1)[0]))
    if not goes_on:
        return value, confidence
    return value + first.text, min(confidence, first.confidence)


def _term(text: str) -> tuple[str, str]:
    match = _TERM.search(text)
    if not match:
        return "", ""
    numbers = [int(part) for part in match.groups()]
    try:
        return date(*numbers[:3]).isoformat(), date(*numbers[3:]).isoformat()
    except ValueError:  # 31 June: misread, so not read
        return "", ""
