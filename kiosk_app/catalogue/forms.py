"""A service's form: JSON Schema (2020-12) with the annotations that make screens of it."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from drivers.id_card.card import IdCard
from kiosk_app.session.model import Choice, FieldError, FormField, FormPage
from wire.text import Bilingual

REQUIRED = Bilingual(zh="请填写此项", en="Please fill this in")
INVALID = Bilingual(zh="这一项填写有误，请检查", en="Something is wrong here; please check")


class Form:
    """Pages of fields, prefilled from the card, checked by the schema.

    Raises ValueError for a schema that is none, or whose pages name fields that it does not have.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            raise ValueError(f"form: {'/'.join(map(str, error.path))}: {error.message}") from error
        self._schema = schema
        self._properties: dict[str, Any] = schema["properties"]
        self._required = set(schema.get("required", ()))
        self._validator = Draft202012Validator(schema)
        for page in schema["x-pages"]:
            for name in page["fields"]:
                if name not in self._properties:
                    raise ValueError(f"form: x-pages: {page['key']}: no property {name}")
        self.pages = tuple(
            FormPage(page["key"], Bilingual(**page["title"]), tuple(self._field(name) for name in page["fields"]))
            for page in schema["x-pages"]
        )

    def _field(self, name: str) -> FormField:
        spec = self._properties[name]
        return FormField(
            name=name,
            kind=spec["x-kind"],
            label=Bilingual(**spec["x-label"]),
            hint=Bilingual(**spec["x-hint"]) if "x-hint" in spec else None,
            unit=Bilingual(**spec["x-unit"]) if "x-unit" in spec else None,
            required=name in self._required,
            choices=tuple(Choice(c["value"], Bilingual(zh=c["zh"], en=c["en"])) for c in spec.get("x-choices", ())),
            max_length=spec.get("maxLength", 200),
            keyboard=spec.get("x-keyboard", "pinyin"),
        )

    def prefill(self, card: IdCard) -> dict[str, Any]:
        """What the card already answers."""
        values: dict[str, Any] = {}
        for name, spec in self._properties.items():
            source = spec.get("x-prefill", "")
            if source.startswith("card."):
                values[name] = getattr(card, source.removeprefix("card."))
        return values

    def answers(self, raw: dict[str, Any]) -> dict[str, Any]:
        """What was typed, in the schema's types: numbers out of digits, empty answers left out, text trimmed."""
        typed: dict[str, Any] = {}
        for name, value in raw.items():
            if name not in self._properties:
                continue
            if isinstance(value, str):
                value = value.strip()
            if value in ("", None, [], ()):
                continue
            typed[name] = _number(value, self._properties[name].get("type"))
        return typed

    def errors(self, raw: dict[str, Any], page: int | None = None) -> tuple[FieldError, ...]:
        """Errors of one page (or of all), in the order of the fields, one a field."""
        found: dict[str, Bilingual] = {}
        answers = self.answers(raw)
        for error in self._validator.iter_errors(answers):
            if error.validator == "required":
                for name in error.validator_value:
                    if name not in answers:
                        found.setdefault(name, self._sentence(name, REQUIRED))
            elif error.path:
                name = str(error.path[0])
                found.setdefault(name, self._sentence(name, INVALID))
        pages = self.pages if page is None else self.pages[page : page + 1]
        return tuple(FieldError(f.name, found[f.name]) for p in pages for f in p.fields if f.name in found)

    def _sentence(self, name: str, otherwise: Bilingual) -> Bilingual:
        words = self._properties[name].get("x-error")
        return Bilingual(**words) if words else otherwise


def _number(value: Any, wanted: Any) -> Any:
    """Digits to numbers where the schema wants one; what is no number stays text and fails validation there."""
    if not isinstance(value, str) or wanted not in ("number", "integer"):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
