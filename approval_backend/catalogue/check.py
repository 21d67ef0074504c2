"""`catalogue check`: everything that a maintainer could get wrong, each with file, key and reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import ValidationError

from approval_backend.catalogue.load import EXAMPLE_FILE, CatalogueError, load_catalogue, read_toml
from approval_backend.catalogue.model import Catalogue, OfferedService
from approval_backend.intake.forms import form_problems
from approval_backend.review.context import build_context
from approval_backend.review.proof import read_proof
from approval_backend.review.reading import Line
from approval_backend.review.standards import ReviewStandards, StandardError
from wire.identifiers import is_social_credit_code
from wire.messages import Application, StandardOutcome

_KINDS = {"text", "number", "phone", "choice", "choices", "multiline", "fixed"}
_KEYBOARDS = {"pinyin", "digits", "latin"}
_PREFILLS = {f"card.{name}" for name in ("name", "id_number", "address", "sex", "nation")}
_GROUPS = {"行政审批", "政务服务", "公共服务", "便民服务", "党群服务"}


def check_catalogue(folder: Path) -> list[CatalogueError]:
    """Every problem found; empty when the folder is in order."""
    try:
        catalogue = load_catalogue(folder)
    except CatalogueError as error:
        return [error]
    problems = _check_district(catalogue)
    listed = {service.code for service in catalogue.listed}
    for code, offered in catalogue.services.items():
        base = f"services/{code}"
        if code not in listed:
            problems.append(CatalogueError("services.tsv", "code", f"{code} has a folder but no row"))
        if offered.service.group.zh not in _GROUPS:
            problems.append(CatalogueError(f"{base}/service.toml", "group.zh", f"is none of {sorted(_GROUPS)}"))
        form_file = f"{base}/{offered.service.form}"
        wrong_form = [CatalogueError(form_file, key, reason) for key, reason in _form_errors(offered.form_schema)]
        problems += wrong_form or _check_standards(folder, base, catalogue, offered)  # the example needs a sound form
    return problems


def _check_district(catalogue: Catalogue) -> list[CatalogueError]:
    if is_social_credit_code(catalogue.district.issuer_code):
        return []
    return [CatalogueError("district.toml", "issuer_code", "is no 18-character code with the right check character")]


def _form_errors(schema: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return [(".".join(map(str, error.absolute_path)), error.message)]
    properties: dict[str, dict[str, Any]] = schema.get("properties", {})
    errors = [] if schema.get("additionalProperties") is False else [("additionalProperties", "must be false")]
    paged: list[str] = []
    for number, page in enumerate(schema.get("x-pages", [])):
        errors += _words(page.get("title"), f"x-pages.{number}.title")
        paged += page.get("fields", [])
    for name in sorted(set(paged) ^ set(properties)):
        where = "is on no page" if name in properties else "is on a page but is no property"
        errors.append((f"x-pages: {name}", where))
    errors += [(f"x-pages: {name}", "is on two pages") for name in sorted({n for n in paged if paged.count(n) > 1})]
    for name, field in properties.items():
        errors += _field_errors(f"properties.{name}", field)
    return errors


def _field_errors(key: str, field: dict[str, Any]) -> list[tuple[str, str]]:
    errors = _words(field.get("x-label"), f"{key}.x-label") + _words(field.get("x-error"), f"{key}.x-error")
    for optional in ("x-hint", "x-unit"):
        if optional in field:
            errors += _words(field[optional], f"{key}.{optional}")
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
            errors += _words({k: v for k, v in choice.items() if k != "value"}, f"{key}.x-choices.{number}")
    return errors


def _words(value: Any, key: str) -> list[tuple[str, str]]:
    if isinstance(value, dict) and set(value) == {"zh", "en"} and all(isinstance(v, str) and v for v in value.values()):
        return []
    return [(key, "needs a text in zh and one in en")]


def _check_standards(folder: Path, base: str, catalogue: Catalogue, offered: OfferedService) -> list[CatalogueError]:
    file, problems = f"{base}/standards.toml", []
    codes = [standard.code for standard in offered.standards]
    problems += [
        CatalogueError(file, code, "is used twice") for code in sorted({c for c in codes if codes.count(c) > 1})
    ]
    for standard in offered.standards:
        if (standard.ask_person_when is None) != (standard.ask_person is None):
            problems.append(CatalogueError(file, standard.code, "ask_person_when and ask_person belong together"))
    try:
        standards = ReviewStandards(offered.standards)
    except StandardError as error:
        return [*problems, CatalogueError(file, f"{error.code}.{error.key}", error.reason)]
    example_file = f"{base}/{EXAMPLE_FILE}"
    try:
        example = read_toml(folder, example_file)
        application = Application.model_validate(
            {"service": offered.service.code, "catalogue_version": catalogue.version}
            | {key: example[key] for key in ("applicant", "identity", "form")}
        )
        lines, today = example["proof"]["lines"], example["today"]
    except CatalogueError as error:
        return [*problems, error]
    except KeyError as error:
        return [*problems, CatalogueError(example_file, str(error.args[0]), "is missing")]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return [*problems, CatalogueError(example_file, ".".join(map(str, first["loc"])), first["msg"])]
    wrong = form_problems(offered.form_schema, application.form)
    problems += [CatalogueError(example_file, f"form{p.where}", f"{p.rule}: {p.en}") for p in wrong]
    proof = read_proof(tuple(Line(text, 1.0, top=float(row)) for row, text in enumerate(lines)))
    context = build_context(
        application,
        district=catalogue.district,
        form_schema=offered.form_schema,
        proof=proof,
        name_taken=False,
        today=today if isinstance(today, date) else date.today(),
    )
    # An expression that reads a fact which does not exist shows here: it is undecided on an application in order.
    for result in standards.apply(context):
        if result.outcome is not StandardOutcome.MET:
            problems.append(CatalogueError(file, result.code, f"is {result.outcome.value} for {EXAMPLE_FILE}, not met"))
    return problems
