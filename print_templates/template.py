"""One template folder: its version, paper and field schema, read and checked once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError

from print_templates.errors import FieldInvalid, TemplateBroken, TemplateUnknown
from wire.identifiers import is_e_licence_identifier, is_social_credit_code

ROOT = Path(__file__).parent
_FORMATS = FormatChecker(formats=())
_FORMATS.checks("unified-social-credit-code")(lambda value: isinstance(value, str) and is_social_credit_code(value))
_FORMATS.checks("e-licence-identifier")(lambda value: isinstance(value, str) and is_e_licence_identifier(value))
# no line breaks or control characters, no space at the ends; U+3000 is the space of Chinese type
_FORMATS.checks("single-line")(
    lambda value: isinstance(value, str) and value == value.strip() and value.replace("\u3000", "").isprintable()
)


@dataclass(frozen=True)
class Template:
    """What template.toml says. ``qr_side_mm`` is the printed QR with its quiet zone."""

    name: str
    version: str
    title: str
    width_mm: float
    height_mm: float
    qr_side_mm: float
    validator: Draft202012Validator

    @property
    def source(self) -> Path:
        return ROOT / self.name / "template.typ"

    def check(self, data: Mapping[str, Any]) -> None:
        """Raises FieldInvalid for the first field, in the schema's order, that is not as fields.schema.json asks."""
        errors = sorted(self.validator.iter_errors(dict(data)), key=self._position)
        if errors:
            field = _field(errors[0])
            raise FieldInvalid(self.name, field, _reason(errors[0]))

    def _position(self, error: ValidationError) -> int:
        order = list(self.validator.schema["properties"])
        field = _field(error)
        return order.index(field) if field in order else len(order)


def names() -> tuple[str, ...]:
    """Every template of this installation, sorted."""
    return tuple(sorted(path.parent.name for path in ROOT.glob("*/template.toml")))


@cache
def template(name: str) -> Template:
    """The template called ``name``. Raises TemplateUnknown, or TemplateBroken naming file and key."""
    if name not in names():
        raise TemplateUnknown(f"{name}: no such template; there are: {', '.join(names())}")
    folder = ROOT / name
    try:
        described = tomllib.loads((folder / "template.toml").read_text(encoding="utf-8"))
        schema = json.loads((folder / "fields.schema.json").read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        return Template(
            name=name,
            version=described["version"],
            title=described["title"],
            width_mm=described["width_mm"],
            height_mm=described["height_mm"],
            qr_side_mm=described["qr_side_mm"],
            validator=Draft202012Validator(schema, format_checker=_FORMATS),
        )
    except KeyError as missing:
        raise TemplateBroken(f"{name}/template.toml: {missing.args[0]}: missing") from None
    except (OSError, ValueError, SchemaError) as broken:
        raise TemplateBroken(f"{name}: {type(broken).__name__}: {broken}") from broken


def _field(error: ValidationError) -> str:
    if error.path:
        return str(error.path[0])
    # required and additionalProperties are told of the whole object; the field's name is what differs
    if error.validator == "required":
        return next(str(key) for key in error.validator_value if key not in error.instance)
    if error.validator == "additionalProperties":
        return next(str(key) for key in error.instance if key not in error.schema["properties"])
    return "(document)"


def _reason(error: ValidationError) -> str:
    """In words of our own: jsonschema's message quotes the value, which is somebody's name or address."""
    value = error.validator_value
    reasons = {
        "required": "missing",
        "additionalProperties": "unknown field",
        "type": f"must be a {value}",
        "minLength": "must not be empty" if value == 1 else f"must have at least {value} characters",
        "maxLength": f"must have at most {value} characters",
        "pattern": f"must match {value}",
        "format": f"is not a valid {str(value).replace('-', ' ')}",
        "enum": "is not one of the allowed values",
    }
    return reasons.get(str(error.validator), f"fails {error.validator}")
