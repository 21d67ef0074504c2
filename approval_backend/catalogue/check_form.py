"""What can be wrong with a form: pages, fields, words in both languages, questions asked elsewhere in another way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from approval_backend.catalogue.errors import CatalogueError
from approval_backend.catalogue.model import OfferedService

_KINDS = {"text", "number", "phone", "choice", "choices", "multiline", "fixed"}
_KEYBOARDS = {"pinyin", "digits", "latin"}
_PREFILLS = {f"card.{name}" for name in ("name", "id_number", "address", "sex", "nation")}


def form_errors(schema: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return [(".".join(map(str, error.absolute_path)), error.message)]
    properties: dict[str, dict[str, Any]] = schema.get("properties", {})
    errors = [] if schema.get("additionalProperties") is False else [("additionalProperties", "must be false")]
    paged: list[str] = []
    for number, page in enumerate(schema.get("x-pages", [])):
        errors += words_errors(page.get("title"), f"x-pages.{number}.title")
        paged += page.get("fields", [])
    for name in sorted(set(paged) ^ set(properties)):
        where = "is on no page" if name in properties else "is on a page but is no property"
        errors.append((f"x-pages: {name}", where))
    errors += [(f"x-pages: {name}", "is on two pages") for name in sorted({n for n in paged if paged.count(n) > 1})]
    for name, field in properties.items():
        errors += _field_errors(f"properties.{name}", field)
    return errors


def _field_errors(key: str, field: dict[str, Any]) -> list[tuple[str, str]]:
    errors = words_errors(field.get("x-label"), f"{key}.x-label") + words_errors(field.get("x-error"), f"{key}.x-error")
    for optional in ("x-hint", "x-unit"):
        if optional in field:
            errors += words_errors(field[optional], f"{key}.{optional}")
    kind = field.get("x-kind")
    if kind not in _KINDS:
        errors.append((f"{key}.x-kind", f"is none of {sorted(_KINDS)}"))
    if field.get("x-keyboard", "pinyin") not in _KEYBOARDS:
        errors.append((f"{key}.x-keyboard", f"is none of {sorted(_KEYBOARDS)}"))
    if (kind == "fixed" or "x-prefill" in field) and field.get("x-prefill") not in _PREFILLS:
        errors.append((f"{key}.x-prefill", f"is none of {sorted(_PREFILLS)}"))
    if kind in ("choice", "choices"):
        allowed = field.get("enum") or field.get("items", {}).get("enum", [])
        shown = [choice.get("value") for choice in field.get("x-choices", [])]
        if shown != allowed:
            errors.append((f"{key}.x-choices", "does not show exactly the values of enum, in the same order"))
        for number, choice in enumerate(field.get("x-choices", [])):
            errors += words_errors({k: v for k, v in choice.items() if k != "value"}, f"{key}.x-choices.{number}")
    return errors


def words_errors(value: Any, key: str) -> list[tuple[str, str]]:
    if isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(v, str) and v for v in value.values()):
        return []
    return [(key, "needs a text in zh and one in en")]


def question(field: Mapping[str, Any]) -> dict[str, Any]:
    """What a field asks for, without the words around it: two fields with one question can share one answer."""
    return {key: value for key, value in field.items() if not key.startswith("x-") and key != "examples"} | {
        "x-kind": field.get("x-kind")
    }


def check_same_questions(services: Mapping[str, OfferedService]) -> list[CatalogueError]:
    """A field of one name asks one thing in every form, or a theme could not ask it once."""
    first: dict[str, tuple[str, dict[str, Any]]] = {}
    problems = []
    for code, offered in services.items():
        for name, field in offered.form_schema.get("properties", {}).items():
            asked_by, asked = first.setdefault(name, (code, question(field)))
            if question(field) != asked:
                file = f"services/{code}/{offered.service.form}"
                problems.append(CatalogueError(file, f"properties.{name}", f"asks something else than in {asked_by}"))
    return problems
