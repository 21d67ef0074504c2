"""Amounts and dates as a licence writes them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")


def chinese_amount(yuan: Decimal | int) -> str:
    """``30000`` as 叁万元整; jiao and fen where there are any. Raises ValueError below zero or from 10^16."""
    fen = int((Decimal(yuan) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 <= fen < 10**18:
        raise ValueError("an amount is from 0 to below 10^16 yuan")
    whole, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    text = _integer(whole) + "元"
    if not rest:
        return text + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif whole:
        text += "零"
    return text + (_DIGITS[cents] + "分" if cents else "整")


def _integer(number: int) -> str:
    if number == 0:
        return "零"
    text, gap = "", False  # gap: zeros were passed over and one 零 must stand for them
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    for power in range(len(groups) - 1, -1, -1):
        group = groups[power]
        if group == 0:
            gap = bool(text)
            continue
        for place in range(3, -1, -1):
            digit = group // 10**place % 10
            if digit == 0:
                gap = bool(text)
                continue
            text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        text += _GROUPS[power]
    return text


def chinese_date(day: date) -> str:
    """2026年11月23日, as licences print dates."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
