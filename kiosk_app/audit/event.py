"""What every audit event is: a closed set of dataclasses, generated from events.toml."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, get_args


@dataclass(frozen=True)
class Personal:
    """A value that says who somebody is: closed under that person's own key before it is hashed.

    ``who`` is what the keyring knows the person by (the ID number of the card); ``value`` is what is kept.
    """

    who: str = field(repr=False)
    value: str = field(repr=False)


Fact = str | int | Personal | None


@dataclass(frozen=True)
class Event:
    """Base of the generated events; only they are recorded."""

    ID: ClassVar[str] = ""
    PAIR: ClassVar[str] = ""  # the field by which an -init finds its -complete; "" where one at a time is enough

    def facts(self) -> dict[str, Fact]:
        """Field by field, personal ones still open."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def closed_word(word: str, words: object, otherwise: str) -> Any:
    """``word`` if it is one of a generated Literal, else ``otherwise``: a new outcome must not stop a session."""
    return word if word in get_args(words) else otherwise
