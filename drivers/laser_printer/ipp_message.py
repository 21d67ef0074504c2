"""IPP messages as bytes (RFC 8010, 3.1), both ways: pure Python, so that no answer of a printer can crash the process.

pycups 2.0.4 fails with a SystemError on any answer that holds a collection, and trays are told in one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

OPERATION, JOB, END, PRINTER = 0x01, 0x02, 0x03, 0x04  # groups
INTEGER, BOOLEAN, ENUM, RANGE = 0x21, 0x22, 0x23, 0x33  # values
BEGIN_COLLECTION, END_COLLECTION, MEMBER_NAME = 0x34, 0x37, 0x4A
NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME_TYPE = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49
_WITH_LANGUAGE = (0x35, 0x36)
_TEXTS = (0x41, NAME, KEYWORD, URI, 0x46, CHARSET, LANGUAGE, MIME_TYPE, MEMBER_NAME)
_FIRST_VALUE_TAG = 0x10  # below: delimiters of groups
_DEEPEST = 8  # collections in collections; media-col-ready has two levels
VERSION = b"\x02\x00"


class UnreadableMessage(ValueError):
    """Bytes that are no IPP message."""


@dataclass
class Group:
    """One group of attributes; every attribute is a list of values: int, bool, str, bytes, dict or None (no value)."""

    tag: int
    attributes: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class Message:
    """A request (``code`` is the operation) or an answer (``code`` is the status)."""

    code: int
    groups: list[Group]
    data: bytes = b""  # the document behind the attributes

    def of(self, tag: int) -> Iterator[dict[str, list[Any]]]:
        """The attributes of every group of that kind."""
        return (group.attributes for group in self.groups if group.tag == tag)


def decode(data: bytes) -> Message:
    """Raises UnreadableMessage, nothing else, whatever the bytes."""
    if len(data) < 9 or data[0] not in (1, 2):
        raise UnreadableMessage("no IPP header")
    code = int.from_bytes(data[2:4])
    groups: list[Group] = []
    scanner = _Scanner(data, 8)
    last: list[Any] | None = None
    while True:
        tag = scanner.byte()
        if tag == END:
            return Message(code, groups, data[scanner.at :])
        if tag < _FIRST_VALUE_TAG:
            groups.append(Group(tag))
            last = None
            continue
        name, raw = scanner.field(), scanner.field()
        if name:
            if not groups:
                raise UnreadableMessage("a value outside of any group")
            last = groups[-1].attributes[_text(name)] = []
        if last is None:
            raise UnreadableMessage("a value without a name")
        last.append(scanner.collection(1) if tag == BEGIN_COLLECTION else _value(tag, raw))


class _Scanner:
    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def byte(self) -> int:
        return self._take(1)[0]

    def field(self) -> bytes:
        return self._take(int.from_bytes(self._take(2)))

    def collection(self, depth: int) -> dict[str, list[Any]]:
        """The members up to the end of the collection that has begun."""
        if depth > _DEEPEST:
            raise UnreadableMessage("collections too deep")
        members: dict[str, list[Any]] = {}
        last: list[Any] | None = None
        while (tag := self.byte()) != END_COLLECTION:
            self.field()  # members have no name of their own: it came as a value before
            raw = self.field()
            if tag == MEMBER_NAME:
                last = members[_text(raw)] = []
            elif last is None or tag < _FIRST_VALUE_TAG:
                raise UnreadableMessage("a member without a name")
            else:
                last.append(self.collection(depth + 1) if tag == BEGIN_COLLECTION else _value(tag, raw))
        self.field()  # name and value of the end, both empty
        self.field()
        return members

    def _take(self, size: int) -> bytes:
        if self.at + size > len(self._data):
            raise UnreadableMessage("breaks off")
        taken = self._data[self.at : self.at + size]
        self.at += size
        return taken


def _value(tag: int, raw: bytes) -> Any:
    if tag in (INTEGER, ENUM):
        if len(raw) != 4:
            raise UnreadableMessage("an integer of another size")
        return int.from_bytes(raw, signed=True)
    if tag == BOOLEAN:
        if len(raw) != 1:
            raise UnreadableMessage("a boolean of another size")
        return raw != b"\0"
    if tag in _TEXTS:
        return _text(raw)
    if tag in _WITH_LANGUAGE:
        if len(raw) < 2:
            raise UnreadableMessage("a text without its language")
        language = int.from_bytes(raw[:2])
        return _text(raw[4 + language :])
    return None if tag < 0x20 else raw


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def encode(message: Message, tags: Sequence[tuple[str, int]]) -> bytes:
    """The message as bytes; ``tags`` says what kind of value each attribute or member holds."""
    kinds = dict(tags)
    out = bytearray(VERSION + struct.pack(">Hi", message.code, 1))
    for group in message.groups:
        out.append(group.tag)
        for name, values in group.attributes.items():
            for index, value in enumerate(values):
                out += _encoded(kinds, name if index == 0 else "", name, value)
    out.append(END)
    return bytes(out) + message.data


def _encoded(kinds: dict[str, int], shown: str, name: str, value: Any) -> bytes:
    if isinstance(value, dict):
        out = _item(BEGIN_COLLECTION, shown, b"")
        for member, values in value.items():
            out += _item(MEMBER_NAME, "", member.encode())
            for one in values:
                out += _encoded(kinds, "", member, one)
        return out + _item(END_COLLECTION, "", b"")
    tag = kinds[name]
    if isinstance(value, bool):
        raw = bytes([value])
    elif isinstance(value, int):
        raw = value.to_bytes(4, signed=True)
    else:
        raw = value if isinstance(value, bytes) else str(value).encode()
    return _item(tag, shown, raw)


def _item(tag: int, name: str, raw: bytes) -> bytes:
    shown = name.encode()
    return bytes([tag]) + struct.pack(">H", len(shown)) + shown + struct.pack(">H", len(raw)) + raw
