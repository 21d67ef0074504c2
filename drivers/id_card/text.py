"""The 256 bytes of text on a resident card: UTF-16LE, fixed fields, padded with spaces.

Other layouts (residence permits of Hong Kong, Macao and Taiwan people, foreigners' cards) carry a letter at byte 248.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from drivers.device import Fault
from drivers.id_card.card import INDEFINITE

TEXT_BYTES = 256
MARKER_AT = 248
RESIDENT_MARKER = " "
ADDRESS_BYTES = 70
ADDRESSES_KEPT = 4  # the file of appended addresses has room for four

# name, offset, bytes; 36 reserved bytes follow
LAYOUT = (
    ("name", 0, 30),
    ("sex", 30, 2),
    ("nation", 32, 4),
    ("birth_date", 36, 16),
    ("address", 52, ADDRESS_BYTES),
    ("id_number", 122, 36),
    ("authority", 158, 30),
    ("valid_from", 188, 16),
    ("valid_until", 204, 16),
)

SEX = {"0": "未知", "1": "男", "2": "女", "9": "未说明"}

# GB/T 3304 in the order of its codes 01 … 56
_NATIONS = (  # noqa: SIM905 - fifty-six quoted words would fill the screen
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
).split(" ")
NATIONS = {f"{code:02d}": word for code, word in enumerate(_NATIONS, 1)} | {"97": "其他", "98": "外国血统中国籍人士"}


@dataclass(frozen=True)
class CardText:
    """The fields in words; dates YYYYMMDD, ``valid_until`` may be 长期. ``repr`` shows nothing."""

    name: str = field(repr=False)
    sex: str = field(repr=False)
    nation: str = field(repr=False)
    birth_date: str = field(repr=False)
    address: str = field(repr=False)
    id_number: str = field(repr=False)
    authority: str = field(repr=False)
    valid_from: str = field(repr=False)
    valid_until: str = field(repr=False)


def parse(block: bytes) -> CardText:
    """Fields of a resident card. Faults: ``not_a_resident_card``, ``text_invalid`` (detail: the field's name only)."""
    if len(block) != TEXT_BYTES:
        raise Fault("id_card.text_invalid", f"{len(block)} bytes instead of {TEXT_BYTES}")
    if _decode(block[MARKER_AT : MARKER_AT + 2], "marker") not in (RESIDENT_MARKER, ""):
        raise Fault("id_card.not_a_resident_card", "marker at byte 248")
    words = {name: _decode(block[at : at + size], name) for name, at, size in LAYOUT}
    for name in ("name", "address", "authority"):
        if not words[name]:
            raise Fault("id_card.text_invalid", f"{name} is empty")
    words["sex"] = _word(SEX, words["sex"], "sex")
    words["nation"] = _word(NATIONS, words["nation"], "nation")
    for name in ("birth_date", "valid_from"):
        _check_date(words[name], name)
    if words["valid_until"] != INDEFINITE:
        _check_date(words["valid_until"], "valid_until")
    return CardText(**words)


def encode(words: dict[str, str]) -> bytes:
    """The 256 bytes of a resident card; ``words`` has LAYOUT's names, sex and nation as codes. For the simulator.

    Raises ValueError naming a field that does not fit.
    """
    block = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for name, at, size in LAYOUT:
        block[at : at + size] = _padded(words[name], size, name)
    return bytes(block)


def encode_addresses(addresses: tuple[str, ...]) -> bytes:
    """The 280 bytes of appended addresses, oldest first. For the simulator."""
    if len(addresses) > ADDRESSES_KEPT:
        raise ValueError(f"at most {ADDRESSES_KEPT} appended addresses")
    rows = (*addresses, *("",) * (ADDRESSES_KEPT - len(addresses)))
    return b"".join(_padded(row, ADDRESS_BYTES, "address") for row in rows)


def newest_address(block: bytes) -> str:
    """The last written of the appended addresses, or "" when there is none. Fault ``id_card.text_invalid``."""
    if len(block) % ADDRESS_BYTES or len(block) > ADDRESS_BYTES * ADDRESSES_KEPT:
        raise Fault("id_card.text_invalid", f"appended addresses of {len(block)} bytes")
    rows = [_decode(block[at : at + ADDRESS_BYTES], "address") for at in range(0, len(block), ADDRESS_BYTES)]
    return next((row for row in reversed(rows) if row), "")


def _decode(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-16-le").rstrip(" \0")
    except UnicodeDecodeError:
        raise Fault("id_card.text_invalid", f"{name} is not UTF-16") from None
    if not text.isprintable():
        raise Fault("id_card.text_invalid", f"{name} holds control characters")
    return text


def _padded(text: str, size: int, name: str) -> bytes:
    raw = text.encode("utf-16-le")
    if len(raw) > size:
        raise ValueError(f"{name}: {len(raw)} bytes, room for {size}")
    return raw + " ".encode("utf-16-le") * ((size - len(raw)) // 2)


def _word(table: dict[str, str], code: str, name: str) -> str:
    if code not in table:
        raise Fault("id_card.text_invalid", f"{name} code is unknown")
    return table[code]


def _check_date(text: str, name: str) -> None:
    # strptime alone takes "2020 1 1" and short years
    if len(text) == 8 and text.isascii() and text.isdigit():
        try:
            datetime.strptime(text, "%Y%m%d")
        except ValueError:
            pass
        else:
            return
    raise Fault("id_card.text_invalid", f"{name} is no date")
