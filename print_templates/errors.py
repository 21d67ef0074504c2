"""Why a document was not made; each names template, field and reason, and never repeats what the field held."""

from __future__ import annotations


class PrintTemplateError(Exception):
    """Base of all refusals of this package. ``code`` is stable, for logs and tests."""

    code = "print_template"


class TemplateUnknown(PrintTemplateError):
    """No such template, or not in the version that the order names."""

    code = "print_template.unknown"


class TemplateBroken(PrintTemplateError):
    """The template's own files are missing or do not compile: for the maintainer, not for the holder's data."""

    code = "print_template.broken"


class FontsMissing(PrintTemplateError):
    """The fonts are not installed; nothing is set in another font instead."""

    code = "print_template.fonts_missing"


class FieldRefused(PrintTemplateError):
    """A field's value cannot be printed; ``template``, ``field`` and ``reason`` say which and why."""

    code = "print_template.field_refused"

    def __init__(self, template: str, field: str, reason: str) -> None:
        super().__init__(f"{template}: {field}: {reason}")
        self.template = template
        self.field = field
        self.reason = reason


class FieldInvalid(FieldRefused):
    """Missing, unknown, or not what fields.schema.json asks for."""

    code = "print_template.field_invalid"


class FieldDoesNotFit(FieldRefused):
    """Longer than its box even at the smallest legible size."""

    code = "print_template.field_does_not_fit"


class CharacterNotInFont(FieldRefused):
    """Holds a character that the licence fonts cannot draw; reported as U+XXXX."""

    code = "print_template.character_not_in_font"
