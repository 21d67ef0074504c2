"""Reads events.toml: the closed list of what the audit log can say."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("events.toml")
_ID = re.compile(r"[a-z]+(-[a-z]+)*")
_FIELD = re.compile(r"[a-z]+(_[a-z]+)*")
DISPOSITION = "disposition"
_KEYS = {"zh", "en", "fields", "dispositions", "pair", "reserved"}


class DefinitionError(ValueError):
    """events.toml is not in order; names the event and what is wrong."""


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    PERSONAL = "personal"


_MARKS = {"#": FieldKind.NUMBER, "*": FieldKind.PERSONAL}


@dataclass(frozen=True)
class FieldDefinition:
    name: str
    kind: FieldKind
    meaning: str


@dataclass(frozen=True)
class EventDefinition:
    """One event. ``pair`` is the field that links an -init with its -complete; "" where one at a time is enough."""

    id: str
    zh: str
    en: str
    fields: tuple[FieldDefinition, ...]
    dispositions: tuple[str, ...]
    pair: str
    reserved: bool

    @property
    def class_name(self) -> str:
        return "".join(part.capitalize() for part in self.id.split("-"))


def read_definitions(path: Path = SOURCE) -> tuple[EventDefinition, ...]:
    """All events in the file's order. Raises DefinitionError."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    made = tuple(_event(name, table) for name, table in raw.items())
    known = {event.id: event for event in made}
    for event in made:
        _check_pair(event, known)
    return made


def _event(name: str, table: dict[str, object]) -> EventDefinition:
    if not _ID.fullmatch(name):
        raise DefinitionError(f"{name}: an id is lower-case words with hyphens")
    if unknown := set(table) - _KEYS:
        raise DefinitionError(f"{name}: unknown key {sorted(unknown)[0]}")
    zh, en = table.get("zh"), table.get("en")
    fields, dispositions = table.get("fields", {}), table.get("dispositions", [])
    if not (isinstance(zh, str) and isinstance(en, str) and zh and en):
        raise DefinitionError(f"{name}: zh and en say what an auditor reads")
    if not isinstance(fields, dict) or not isinstance(dispositions, list):
        raise DefinitionError(f"{name}: fields is a table, dispositions a list")
    if (DISPOSITION in fields) != bool(dispositions):
        raise DefinitionError(f"{name}: a disposition field and its list of words come together")
    return EventDefinition(
        id=name,
        zh=zh,
        en=en,
        fields=tuple(_field(name, field, str(meaning)) for field, meaning in fields.items()),
        dispositions=tuple(str(word) for word in dispositions),
        pair=str(table.get("pair", "")),
        reserved=bool(table.get("reserved", False)),
    )


def _field(event: str, name: str, meaning: str) -> FieldDefinition:
    if not _FIELD.fullmatch(name):
        raise DefinitionError(f"{event}: {name} is no field name")
    kind = _MARKS.get(meaning[:1], FieldKind.TEXT)
    return FieldDefinition(name, kind, meaning.lstrip("#*"))


def _check_pair(event: EventDefinition, known: dict[str, EventDefinition]) -> None:
    stem, _, end = event.id.rpartition("-")
    if end not in ("init", "complete"):
        return
    other = known.get(f"{stem}-{'complete' if end == 'init' else 'init'}")
    if other is None:
        raise DefinitionError(f"{event.id}: -init and -complete come in pairs")
    if end == "complete" and not event.dispositions:
        raise DefinitionError(f"{event.id}: a -complete says how it ended")
    if event.pair != other.pair or (event.pair and event.pair not in {field.name for field in event.fields}):
        raise DefinitionError(f"{event.id}: pair names a field of both, or of neither")
