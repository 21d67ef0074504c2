"""Makes events.py and docs/audit-events.md from events.toml: ``python -m kiosk_app.audit.generate``."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk_app.audit.definitions import DISPOSITION, EventDefinition, FieldDefinition, FieldKind, read_definitions

MODULE = Path(__file__).with_name("events.py")
DOCUMENT = Path(__file__).parents[2] / "docs" / "audit-events.md"
_TYPES = {FieldKind.TEXT: "str", FieldKind.NUMBER: "int", FieldKind.PERSONAL: "Personal | None"}
_LINE = 120  # as ruff is told in pyproject.toml

_HEAD = '''"""The closed list of audit events as types; made of events.toml by kiosk_app.audit.generate, do not edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from kiosk_app.audit.event import Event, Personal
'''

_INTRODUCTION = """# Audit events

Generated from `kiosk_app/audit/events.toml` by `python -m kiosk_app.audit.generate`; do not edit.

What the audit log of a kiosk can say, and nothing else. Each line is canonical JSON (RFC 8785) and carries the hash of
the line before: `{"at":…,"event":…,"facts":{…},"hash":…,"log":…,"previous":…,"seq":…}`. `hash` is the SHA-256 of the
line's bytes without the `"hash":"…",` member. A personal field is closed under that person's own key before the
line is hashed: `{"sealed":…,"subject":…}`, or `null` where it could not be closed. Erasing the key makes the field
unreadable and leaves every hash as it was. How to check a log: `./kiosk audit verify`, and [audit.md](audit.md).

An `-init` without its `-complete` says that the kiosk was stopped in between.

| event | what happened | fields | words for its end |
|---|---|---|---|
"""


def module_text(events: tuple[EventDefinition, ...]) -> str:
    """The source of events.py."""
    parts = [_HEAD, *(_alias(event) for event in events if event.dispositions)]
    parts += [f"\n\n{_class(event)}" for event in events]
    names = "".join(f"    {event.class_name}.ID: {event.class_name},\n" for event in events)
    return "".join(parts) + f"\n\nALL: dict[str, type[Event]] = {{\n{names}}}\n"


def _alias(event: EventDefinition) -> str:
    words = [f'"{word}"' for word in event.dispositions]
    line = f"{event.class_name}Disposition = Literal[{', '.join(words)}]\n"
    if len(line) > _LINE:
        line = f"{event.class_name}Disposition = Literal[\n" + "".join(f"    {word},\n" for word in words) + "]\n"
    return ("\n" if event.id == "session-end" else "") + line


def _class(event: EventDefinition) -> str:
    lines = ["@dataclass(frozen=True)", f"class {event.class_name}(Event):", f'    """{event.en}."""', ""]
    lines.append(f'    ID: ClassVar[str] = "{event.id}"')
    if event.pair:
        lines.append(f'    PAIR: ClassVar[str] = "{event.pair}"')
    lines += [f"    {field.name}: {_type(event, field)}" for field in event.fields]
    return "\n".join(lines) + "\n"


def _type(event: EventDefinition, field: FieldDefinition) -> str:
    return f"{event.class_name}Disposition" if field.name == DISPOSITION else _TYPES[field.kind]


def document_text(events: tuple[EventDefinition, ...]) -> str:
    """docs/audit-events.md."""
    return _INTRODUCTION + "".join(_row(event) for event in events)


def _row(event: EventDefinition) -> str:
    marks = {FieldKind.TEXT: "", FieldKind.NUMBER: " (number)", FieldKind.PERSONAL: " (**personal**)"}
    fields = "; ".join(f"`{field.name}`{marks[field.kind]} {field.meaning}" for field in event.fields)
    words = ", ".join(f"`{word}`" for word in event.dispositions)
    note = " *(reserved)*" if event.reserved else ""
    return f"| `{event.id}`{note} | {event.en} · {event.zh} | {fields} | {words} |\n"


def main() -> int:
    events = read_definitions()
    MODULE.write_text(module_text(events), encoding="utf-8")
    DOCUMENT.write_text(document_text(events), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
